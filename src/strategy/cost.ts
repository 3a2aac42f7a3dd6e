import type { Usage } from '../protocol/types.ts';
import type { PlannedCall } from '../routing/types.ts';

/** Cost of one call in USD from its usage; null when the price is not known. What was read from or written to the prompt cache is billed at its own price where that is known. */
export function costOf(usage: Usage, pricing: PlannedCall['pricing']): number | null {
  if (pricing === null) return null;
  const { inputUsdPer1M, outputUsdPer1M, cachedInputUsdPer1M = inputUsdPer1M, cacheWriteUsdPer1M = inputUsdPer1M } = pricing;
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens), written = Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens - cached);
  return ((usage.inputTokens - cached - written) * inputUsdPer1M + cached * cachedInputUsdPer1M + written * cacheWriteUsdPer1M + usage.outputTokens * outputUsdPer1M) / 1e6;
}
