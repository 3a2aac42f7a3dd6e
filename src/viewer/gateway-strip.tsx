import type { VNode } from 'preact';
import type { OwnerState } from '../trace/types.ts';
import { baseUrl } from './address.ts';
import type { Connection } from './messages.ts';
import { Badge } from './parts/badge.tsx';
import { visible } from './text.ts';
import { modeText } from './words.ts';

const CONNECTION: Record<Connection['status'], string> = {
  connecting: 'Connecting', connected: 'Live', disconnected: 'Disconnected', refused: 'Not allowed in',
};

/** The gateway in one line: does it live, where, what does Auto do, is it a dry run and why. */
export function GatewayStrip({ owner, connection }: { owner: OwnerState | null; connection: Connection }): VNode {
  return (
    <header class="strip">
      <h1 class="strip-name">OpenFusion</h1>
      <span class={`connection connection-${connection.status}`} role="status">
        <span class="dot" aria-hidden="true" />
        {CONNECTION[connection.status]}
      </span>
      {owner ? <Owner owner={owner} /> : null}
      {connection.detail === '' ? null : <span class="strip-detail">{visible(connection.detail)}</span>}
    </header>
  );
}

function Owner({ owner }: { owner: OwnerState }): VNode {
  return (
    <>
      <span class="strip-fact"><span class="quiet">Mode</span> {visible(modeText(owner.mode))}</span>
      <span class="strip-fact"><span class="quiet">Port</span> <span class="number" title={baseUrl(owner)}>{owner.port}</span></span>
      <span class="strip-fact strip-kind"><span class="quiet">in</span> {owner.kind === 'serve' ? 'openfusion serve' : 'a VS Code window'}</span>
      <span class="strip-dry">
        {owner.dryRun ? <Badge tone="warn">Dry run</Badge> : null}
        <span class="quiet">{visible(owner.dryRunReason)}</span>
      </span>
    </>
  );
}
