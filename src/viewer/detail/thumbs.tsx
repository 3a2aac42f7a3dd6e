import type { VNode } from 'preact';
import type { Feedback, TraceRecord } from '../../trace/types.ts';
import { Icon } from '../parts/icon.tsx';
import { oneLine } from '../text.ts';

export type Thumb = Feedback['thumb'];

const THUMBS: readonly { thumb: Thumb; label: string }[] = [{ thumb: 'up', label: 'Good answer' }, { thumb: 'down', label: 'Bad answer' }];

/** The user's word on an answer: given, changed, or taken back by pressing the same again. What it counts for comes back with the record. */
export function Thumbs({ record: { feedback }, onRate }: { record: TraceRecord; onRate(thumb: Thumb | null): void }): VNode {
  return (
    <span class="thumbs" role="group" aria-label="How was this answer?">
      {THUMBS.map(({ thumb, label }) => {
        const given = feedback?.thumb === thumb;
        return (
          <button key={thumb} type="button" class="button thumb" aria-pressed={given} title={given ? 'Press again to take it back' : undefined} onClick={() => onRate(given ? null : thumb)}>
            <Icon name={thumb} />{label}
          </button>
        );
      })}
      <span class="quiet" role="status">{feedback === undefined ? '' : countsText(feedback)}</span>
    </span>
  );
}

function countsText({ counts }: Feedback): string {
  return counts === undefined ? 'Kept; teaches nothing' : `Counts for ${oneLine(counts.model, 80)} on ${oneLine(counts.kind, 30)} tasks`;
}
