import type { VNode } from 'preact';
import type { TraceRecord } from '../../trace/types.ts';
import { copyText } from '../clipboard.ts';
import { usePassing } from '../hooks.ts';
import { markdownOf } from '../markdown.ts';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { Thumbs, type Thumb } from './thumbs.tsx';

/** Rate it, copy it in two forms, delete it. */
export function DetailActions({ record, onDelete, onRate }: { record: TraceRecord; onDelete(): void; onRate(thumb: Thumb | null): void }): VNode {
  const [copied, setCopied] = usePassing('', 2000);
  const copy = (what: string, text: string): void => void copyText(text).then((done) => setCopied(done ? `${what} copied` : 'Could not copy'));
  return (
    <div class="actions">
      {record.status === 'running' ? null : <Thumbs record={record} onRate={onRate} />}
      <button type="button" class="button" onClick={() => copy('Markdown', markdownOf(record))}>Copy as Markdown</button>
      <button type="button" class="button" onClick={() => copy('JSON', JSON.stringify(record, null, 2))}>Copy JSON</button>
      <ConfirmButton label="Delete" question="Delete this trace?" onConfirm={onDelete} />
      <span class="quiet" role="status">{copied}</span>
    </div>
  );
}
