import type { VNode } from 'preact';
import type { TraceSummary } from '../../trace/types.ts';
import { costText, plural } from '../format.ts';
import { savedText } from '../saved.ts';
import { totalsOf } from '../totals.ts';

/** What the requests of the list cost together, and what the strongest and the cheapest model alone would have. Nothing while there is nothing to tell. */
export function TotalsLine({ traces }: { traces: readonly TraceSummary[] }): VNode | null {
  const { requests, spentUsd, unpriced, compared, comparedUsd, strongestUsd, cheapestUsd, unanswered, unansweredUsd } = totalsOf(traces);
  if (requests === 0) return null;
  const notes = [
    unpriced > 0 && `${plural(unpriced, 'request')} at unknown prices not counted`,
    compared > 0 && compared < requests && `${plural(compared, 'answer')} compared`,
    unanswered > 0 && unansweredUsd > 0 && `${costText(unansweredUsd)} of it without an answer`,
  ].filter((note) => note !== false);
  const counted = comparedUsd + unansweredUsd;
  return (
    <p class="totals" data-totals>
      <span>Spent <strong class="number">{costText(spentUsd)}</strong>{notes.length === 0 ? null : <span class="quiet"> · {notes.join(', ')}</span>}</span>
      {compared === 0 ? null : <span>next to the strongest alone: <strong class="number">{savedText(counted, strongestUsd)}</strong></span>}
      {compared === 0 ? null : <span>next to the cheapest alone: <strong class="number">{savedText(counted, cheapestUsd)}</strong></span>}
    </p>
  );
}
