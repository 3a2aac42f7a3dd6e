import type { Config } from '../config/schema.ts';
import type { Grounds } from './market.ts';
import { atRisk, SCORE_PARTS, scoreWeights, type Tier, type Weights } from './score/weights.ts';
import type { RunnerUp, ScoredCandidate } from './types.ts';

/** Who else it could have been, and what would have had to be otherwise; null when there was nobody else. */
export function runnerUpTo(chosenId: string, grounds: Grounds): RunnerUp | null {
  const { ranking } = grounds;
  const chosen = ranking.ranked.find(({ id }) => id === chosenId), other = ranking.ranked.find(({ id }) => id !== chosenId);
  if (chosen === undefined || other === undefined) return null;
  const by = chosen.score - other.score, { weights, scaleUsd } = ranking;
  const qualityWeight = weights.skill + weights.benchmark;
  const quality = other.quality + by / qualityWeight;
  const perStep = other.costPerStepUsd === null || scaleUsd === null || weights.price === 0 ? null : other.costPerStepUsd - (by * scaleUsd) / weights.price;
  return {
    id: other.id, model: other.model, by, quality: other.quality, costUsd: other.costUsd,
    needs: {
      quality: qualityWeight > 0 && by >= 0 && quality <= 1 ? quality : null,
      // The ratio of what it costs now holds for every step of the task.
      costFactor: by >= 0 && perStep !== null && perStep >= 0 && other.costPerStepUsd !== null && other.costPerStepUsd > 0 ? perStep / other.costPerStepUsd : null,
      dial: by >= 0 ? dialFor(ranking.detail(other), ranking.detail(chosen), grounds) : null,
    },
  };
}

const DIAL_STEPS = 20, DIAL_END = 10;

/** The nearest position of `costQualityTradeoff`, in halves, at which `other` is ahead of `chosen`; null when there is none. */
function dialFor(other: ScoredCandidate, chosen: ScoredCandidate, { input: { config: { auto: { scoring } } }, tier, task }: Grounds): number | null {
  const now = scoring.costQualityTradeoff;
  let nearest: number | null = null;
  for (const [step, weights] of weightsByDial(scoring, tier).entries()) {
    const dial = dialAt(step);
    if (nearest !== null && Math.abs(dial - now) >= Math.abs(nearest - now)) continue;
    const risky = atRisk(weights, task.risk);
    if (totalOf(other, risky) > totalOf(chosen, risky)) nearest = dial;
  }
  return nearest;
}

const dialAt = (step: number): number => (step * DIAL_END) / DIAL_STEPS;

type Scoring = Config['auto']['scoring'];
const known = new WeakMap<Scoring, Partial<Record<Tier, readonly Weights[]>>>();

/** The weights at each position, worked out once for a configuration: every trace that goes to disk asks for them. */
function weightsByDial(scoring: Scoring, tier: Tier): readonly Weights[] {
  const tiers = known.get(scoring) ?? {};
  known.set(scoring, tiers);
  return tiers[tier] ??= Array.from({ length: DIAL_STEPS + 1 }, (_, step) => scoreWeights({ ...scoring, costQualityTradeoff: dialAt(step) }, tier));
}

function totalOf({ parts, stickyBonus, penalties }: ScoredCandidate, weights: Weights): number {
  let total = stickyBonus;
  for (const part of SCORE_PARTS) total += weights[part] * parts[part];
  for (const { amount } of penalties) total -= amount;
  return total;
}
