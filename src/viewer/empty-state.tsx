import type { VNode } from 'preact';
import type { OwnerState } from '../trace/types.ts';
import { baseUrl, firstRequest } from './address.ts';
import { copyText } from './clipboard.ts';
import { usePassing } from './hooks.ts';

/** Before the first request: where to point an agent, and one command to try; no address while nothing answers there. */
export function EmptyState({ owner }: { owner: OwnerState | null }): VNode {
  return (
    <section class="empty" aria-label="No requests yet">
      <h2>No requests yet</h2>
      {owner === null ? <p>Requests show up here as soon as the gateway runs.</p> : <FirstSteps owner={owner} />}
    </section>
  );
}

function FirstSteps({ owner }: { owner: OwnerState }): VNode {
  const command = firstRequest(owner);
  return (
    <>
      <p>Point a coding agent at this base URL, with any API key and the model <code>openfusion/auto</code>:</p>
      <p class="empty-line"><code class="empty-url">{baseUrl(owner)}</code><CopyButton text={baseUrl(owner)} label="Copy base URL" /></p>
      <p>Or send a first request from a terminal:</p>
      <pre class="text" tabIndex={0} role="group" aria-label="A first request">{command}</pre>
      <p class="empty-line"><CopyButton text={command} label="Copy command" /></p>
      {owner.dryRun ? <p class="quiet">This is a dry run: answers are made up on this machine and cost nothing. {owner.dryRunReason}</p> : null}
    </>
  );
}

function CopyButton({ text, label }: { text: string; label: string }): VNode {
  const [said, say] = usePassing('', 2000);
  return (
    <button type="button" class="button" onClick={() => void copyText(text).then((copied) => say(copied ? 'Copied' : 'Could not copy'))}>
      <span aria-live="polite">{said || label}</span>
    </button>
  );
}
