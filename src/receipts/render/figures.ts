/** Numbers as people read them. */
import type { Usage } from '../../protocol/types.ts';

const NONE = '-';

export const latencyText = (latencyMs: number | null): string => (latencyMs === null ? NONE : `${Math.round(latencyMs)} ms`);

/** At least two digits of what is there, never rounded to a zero that it is not. */
export function costText(costUsd: number | null): string {
  if (costUsd === null) return NONE;
  if (costUsd === 0) return '$0';
  return costUsd >= 0.01 ? `$${costUsd.toFixed(4)}` : `$${costUsd.toPrecision(2)}`;
}

/** `in + out tokens`, the cached part and a mark where we had to estimate. */
export function usageText(usage: Usage | null): string {
  if (usage === null) return NONE;
  const cached = usage.cachedInputTokens > 0 ? ` (${usage.cachedInputTokens} cached)` : '';
  return `${usage.estimated ? '~' : ''}${usage.inputTokens}${cached} + ${usage.outputTokens}`;
}

export const scoreText = (score: number | null): string => (score === null ? NONE : String(score));
