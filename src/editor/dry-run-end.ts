/** What would end a dry-run: a key of the editor does not help where one was asked for, nor in a process with its own environment. */
import { FORCED_DRY_RUN } from '../config/forced-dry-run.ts';
import type { OwnerState } from '../trace/types.ts';

export type DryRunEnd = 'key' | 'serve' | 'setting';

/** @returns null when it is no dry-run */
export function dryRunEnd({ dryRun, dryRunReason, kind }: Pick<OwnerState, 'dryRun' | 'dryRunReason' | 'kind'>): DryRunEnd | null {
  if (!dryRun) return null;
  if (kind === 'serve') return 'serve';
  return dryRunReason === FORCED_DRY_RUN ? 'setting' : 'key';
}
