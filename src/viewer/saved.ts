import { costText, percentText } from './format.ts';

/** Below this two costs are the same: a hundredth of a cent is shown nowhere. */
const SAME_USD = 0.00005;

/** What was spent next to what something else would have cost: `saved $0.031 (72 %)`, `cost $0.010 more`, `cost the same`; a dash for what is not known. */
export function savedText(spentUsd: number | null, otherUsd: number | null): string {
  if (spentUsd === null || otherUsd === null) return costText(null);
  const saved = otherUsd - spentUsd;
  if (Math.abs(saved) < SAME_USD) return 'cost the same';
  return saved > 0 ? `saved ${costText(saved)} (${percentText(saved / otherUsd)})` : `cost ${costText(-saved)} more`;
}
