/** What requests cost together, next to what their answers would have cost elsewhere. */
import type { TraceSummary } from '../trace/types.ts';

export interface Totals {
  /** Requests that ended and were real: no dry runs. */
  requests: number;
  dryRuns: number;
  /** USD of all whose cost is known, failed and aborted ones too. */
  spentUsd: number;
  /** Requests that called a model at a price that nobody knows. */
  unpriced: number;
  /** Answers whose cost is known here and elsewhere: only they are compared. */
  compared: number;
  comparedUsd: number;
  strongestUsd: number;
  cheapestUsd: number;
  /** Requests that failed or were aborted. No other model is credited with an answer to them. */
  unanswered: number;
  unansweredUsd: number;
}

export type Counted = Pick<TraceSummary, 'status' | 'strategy' | 'costUsd' | 'strongestUsd' | 'cheapestUsd' | 'dryRun'>;

/** Requests that still run do not count yet. */
export function totalsOf(traces: Iterable<Counted>): Totals {
  const totals: Totals = { requests: 0, dryRuns: 0, spentUsd: 0, unpriced: 0, compared: 0, comparedUsd: 0, strongestUsd: 0, cheapestUsd: 0, unanswered: 0, unansweredUsd: 0 };
  for (const trace of traces) {
    if (trace.status === 'running') continue;
    if (trace.dryRun) totals.dryRuns++;
    else addReal(totals, trace);
  }
  return totals;
}

function addReal(totals: Totals, { status, strategy, costUsd, strongestUsd, cheapestUsd }: Counted): void {
  totals.requests++;
  totals.spentUsd += costUsd ?? 0;
  // Without a plan nobody was called.
  if (costUsd === null && strategy !== null) totals.unpriced++;
  if (status !== 'done') {
    totals.unanswered++;
    totals.unansweredUsd += costUsd ?? 0;
  } else if (costUsd !== null && typeof strongestUsd === 'number' && typeof cheapestUsd === 'number') {
    totals.compared++;
    totals.comparedUsd += costUsd;
    totals.strongestUsd += strongestUsd;
    totals.cheapestUsd += cheapestUsd;
  }
}

/**
 * USD that the strongest model alone would have cost more than all this; below 0 when it would have cost less. What was spent on
 * requests without an answer counts against it. Null where no answer could be compared.
 */
export const savedUsd = ({ compared, comparedUsd, strongestUsd, unansweredUsd }: Totals): number | null => (compared === 0 ? null : strongestUsd - comparedUsd - unansweredUsd);
