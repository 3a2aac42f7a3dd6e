import type { HostState } from '../../src/gateway/host-messages.ts';
import type { OwnerState } from '../../src/trace/types.ts';

/** An owner as the tests of the editor want one. */
export function ownerState(changes: Partial<OwnerState> = {}): OwnerState {
  return {
    version: '0.1.0', pid: 4711, host: '127.0.0.1', port: 8787, mode: { kind: 'auto' }, dryRun: false, dryRunReason: 'The default upstream is models.example.',
    roles: ['fast', 'coder'], kind: 'window', ...changes,
  };
}

export const owned = (changes: Partial<OwnerState> = {}): HostState => ({ status: 'owner', owner: ownerState(changes) });
export const attachedTo = (changes: Partial<OwnerState> = {}): HostState => ({ status: 'attached', owner: ownerState(changes) });
export const failed = (code: string, message = 'something is wrong'): HostState => ({ status: 'failed', code, message });
