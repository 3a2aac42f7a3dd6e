import type { Candidate, Config } from '../../config/schema.ts';
import { atPercentile, PERCENTILES, type Percentiles } from './metrics.ts';

/** What missing a soft preference by everything takes off the score; missing it by a part takes that part. */
const HARDEST_PENALTY = 0.15;

type Preferences = Config['auto']['scoring']['preferences'];
interface Penalty { reason: string; amount: number }

const NONE: Penalty[] = [];

/** Soft preferences put candidates further down, never out. What is not known is not held against anyone. */
export function penaltiesOf({ performance }: Candidate, { preferredMinThroughput, preferredMaxLatency }: Preferences): Penalty[] {
  if (preferredMinThroughput === undefined && preferredMaxLatency === undefined) return NONE;
  return [
    ...misses('preferredMinThroughput', performance.throughput, preferredMinThroughput, (have, want) => 1 - have / want),
    ...misses('preferredMaxLatency', performance.latency, preferredMaxLatency, (have, want) => 1 - want / have),
  ];
}

/** @param missBy share by which a value misses what is wanted; not above 0 when it does not. */
function misses(name: string, metric: Percentiles | undefined, wanted: Percentiles | undefined, missBy: (have: number, want: number) => number): Penalty[] {
  if (wanted === undefined) return [];
  const penalties: Penalty[] = [];
  for (const percentile of PERCENTILES) {
    const want = typeof wanted === 'number' ? (percentile === 'p50' ? wanted : undefined) : wanted[percentile];
    const have = atPercentile(metric, percentile);
    if (want === undefined || have === null) continue;
    const share = missBy(have, want);
    if (share > 0) penalties.push({ reason: `${name}.${percentile}`, amount: HARDEST_PENALTY * share });
  }
  return penalties;
}
