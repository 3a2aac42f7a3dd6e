import type { Config } from '../../config/schema.ts';
import type { ScorePart } from '../types.ts';

export type Weights = Readonly<Record<ScorePart, number>>;
/** `fast`: a small task, where everybody is good enough and speed and price tell. */
export type Tier = 'fast' | 'smart';

export const SCORE_PARTS: readonly ScorePart[] = ['skill', 'benchmark', 'price', 'throughput', 'latency', 'availability', 'roleFit'];
const QUALITY_PARTS: ReadonlySet<ScorePart> = new Set(['skill', 'benchmark', 'roleFit']);

/** For small tasks: quality counts half, price and speed twice. */
const FAST_FACTOR: Weights = { skill: 0.5, benchmark: 0.5, price: 2, throughput: 2, latency: 2, availability: 1, roleFit: 1 };
const NEUTRAL = 5;

/**
 * The configured weights, turned by `costQualityTradeoff` (0..10) and made to sum to 1. With t = (tradeoff − 5) / 5:
 *
 * | | t < 0, towards quality | t > 0, towards price |
 * | --- | --- | --- |
 * | skill, benchmark, role fit | × (1 + 2·abs(t)) | × (1 − t) |
 * | price | × (1 − abs(t)) | × (1 + 2·t) |
 * | throughput, latency, availability | × (1 − abs(t)) | × (1 − t) |
 *
 * So 5 leaves the weights as configured, 0 leaves only quality, 10 only price.
 */
export function scoreWeights({ weights, costQualityTradeoff }: Config['auto']['scoring'], tier: Tier): Weights {
  const t = (costQualityTradeoff - NEUTRAL) / NEUTRAL;
  const turned = { ...weights } as Record<ScorePart, number>;
  let sum = 0;
  for (const part of SCORE_PARTS) {
    turned[part] *= dial(part, t) * (tier === 'fast' ? FAST_FACTOR[part] : 1);
    sum += turned[part];
  }
  for (const part of SCORE_PARTS) turned[part] = sum > 0 ? turned[part] / sum : lastResort(part, t);
  return turned;
}

function dial(part: ScorePart, t: number): number {
  const away = 1 - Math.abs(t);
  if (part === 'price') return t > 0 ? 1 + 2 * t : away;
  return QUALITY_PARTS.has(part) && t < 0 ? 1 - 2 * t : away;
}

/** All weights that the dial left are 0: what the dial points to decides alone. */
const lastResort = (part: ScorePart, t: number): number => (t > 0 ? (part === 'price' ? 1 : 0) : QUALITY_PARTS.has(part) ? 1 / QUALITY_PARTS.size : 0);

/** Being right is worth so much more at risk 1 than at risk 0: what goes wrong there costs more than the answer was worth. Our own judgement. */
const RISK_WORTH = 2;

/** The weights for a task of some risk (0..1): quality weighs `1 + 2 × risk` times as much, and all sum to 1 again. */
export function atRisk(weights: Weights, risk: number): Weights {
  const quality = weights.skill + weights.benchmark;
  if (risk <= 0 || quality <= 0) return weights;
  const more = 1 + RISK_WORTH * risk, sum = 1 + quality * (more - 1);
  const turned = { ...weights } as Record<ScorePart, number>;
  for (const part of SCORE_PARTS) turned[part] = (turned[part] * (part === 'skill' || part === 'benchmark' ? more : 1)) / sum;
  return turned;
}
