import type { Usage } from '../protocol/types.ts';
import type { PlannedCall } from '../routing/types.ts';

/** Cost of one call in USD from its usage; null when the price is not known. Cached input is billed at its own price where that is known. */
export function costOf(usage: Usage, pricing: PlannedCall['pricing']): number | null {
  if (pricing === null) return null;
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const cachedPrice = pricing.cachedInputUsdPer1M ?? pricing.inputUsdPer1M;
  return ((usage.inputTokens - cached) * pricing.inputUsdPer1M + cached * cachedPrice + usage.outputTokens * pricing.outputUsdPer1M) / 1e6;
}
