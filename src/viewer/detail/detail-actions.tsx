import type { VNode } from 'preact';
import type { TraceRecord } from '../../trace/types.ts';
import { copyText } from '../clipboard.ts';
import { usePassing } from '../hooks.ts';
import { markdownOf } from '../markdown.ts';
import { ConfirmButton } from '../parts/confirm-button.tsx';

/** Copy it, in two forms, and delete it. */
export function DetailActions({ record, onDelete }: { record: TraceRecord; onDelete(): void }): VNode {
  const [copied, setCopied] = usePassing('', 2000);
  const copy = (what: string, text: string): void => void copyText(text).then((done) => setCopied(done ? `${what} copied` : 'Could not copy'));
  return (
    <div class="actions">
      <button type="button" class="button" onClick={() => copy('Markdown', markdownOf(record))}>Copy as Markdown</button>
      <button type="button" class="button" onClick={() => copy('JSON', JSON.stringify(record, null, 2))}>Copy JSON</button>
      <ConfirmButton label="Delete" question="Delete this trace?" onConfirm={onDelete} />
      <span class="quiet" role="status">{copied}</span>
    </div>
  );
}
