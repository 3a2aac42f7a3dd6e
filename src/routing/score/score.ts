import type { Candidate, Config } from '../../config/schema.ts';
import type { PromptReading } from '../quality/model.ts';
import type { ScoredCandidate, Standing, TaskProfile } from '../types.ts';
import { costPerStepUsd, expectedCostUsd, pricePart, scaleOfCosts } from './expected-cost.ts';
import { benchmarkFor } from './metrics.ts';
import { penaltiesOf } from './preferences.ts';
import { foresee } from './quality.ts';
import { roleFit } from './role-fit.ts';
import { fixedParts, fixedScaleOf, traitsOf } from './traits.ts';
import type { Weights } from './weights.ts';

export interface ScoreInput {
  candidates: readonly Candidate[];
  task: TaskProfile;
  /** What the task's words say of its difficulty; null when there are none. */
  reading: PromptReading | null;
  weights: Weights;
  config: Config;
  /** The candidate whose prompt cache holds this conversation, if any. */
  warmId: string | null;
  /** Does that one get the bonus for staying? */
  sticky: boolean;
}

/** A candidate's place, without what only an explanation of it wants: most plans are carried out and never looked at. */
export interface Ranked {
  id: string;
  role: string;
  model: string;
  candidate: Candidate;
  score: number;
  /** Predicted chance that it gets this right, 0..1. */
  quality: number;
  /** Expected USD of one call; null when its price is not known. */
  costUsd: number | null;
  /** Expected USD a call over the whole task: what the score is made with. */
  costPerStepUsd: number | null;
}

/** A pool in its order, best first. */
export interface Ranking {
  readonly ranked: readonly Ranked[];
  readonly weights: Weights;
  /** USD that count as all that may be spent on a call: price part 0. Null when no cost is known. */
  readonly scaleUsd: number | null;
  /** All about one of them: for people, hence made when somebody asks. */
  detail(of: Ranked): ScoredCandidate;
  /** What was predicted of it before anything was learned, 0..1. */
  predicted(of: Ranked): number;
  /** The part of it that an answer tells. */
  standing(of: Ranked): Standing;
}

/** Scores a pool, best first, with every part of the scores. */
export function scorePool(input: ScoreInput): ScoredCandidate[] {
  const ranking = rankPool(input);
  return ranking.ranked.map((one) => ranking.detail(one));
}

/** Orders a pool by score; of equals the one that stands first in the configuration. The parts are compared within this pool. */
export const rankPool = (input: ScoreInput): Ranking => new PoolRanking(input);

class PoolRanking implements Ranking {
  readonly ranked: readonly Ranked[];
  readonly weights: Weights;
  readonly scaleUsd: number | null;
  readonly #input: ScoreInput;
  readonly #unpriced: number;

  constructor(input: ScoreInput) {
    this.#input = input;
    this.weights = input.weights;
    const costs = input.candidates.map((candidate) => costPerStepUsd(candidate, input.task, candidate.id === input.warmId));
    this.scaleUsd = scaleOfCosts(costs);
    this.#unpriced = meanPart(costs, this.scaleUsd);
    this.ranked = this.#rank(costs);
  }

  /** Plain loops over few candidates: this is on every request's path. */
  #rank(costs: readonly (number | null)[]): Ranked[] {
    const { candidates, task, weights, config: { auto }, warmId } = this.#input;
    const scale = fixedScaleOf(candidates);
    const ranked: Ranked[] = [];
    for (let at = 0; at < candidates.length; at++) {
      const candidate = candidates[at];
      if (candidate === undefined) continue;
      const { id, role, model } = candidate;
      const { throughput, latency, availability } = fixedParts(candidate, scale);
      const { quality, bySkill, byBenchmark } = foresee(candidate, this.#input);
      const perStep = costs[at] ?? null;
      let score = bonusOf(candidate, this.#input) + weights.skill * bySkill + weights.benchmark * byBenchmark + weights.price * this.#pricePart(perStep)
        + weights.throughput * throughput + weights.latency * latency + weights.availability * availability + weights.roleFit * roleFit(role, task, auto.thresholds.smart);
      for (const { amount } of penaltiesOf(candidate, auto.scoring.preferences)) score -= amount;
      ranked.push({ id, role, model, candidate, score, quality, costUsd: expectedCostUsd(candidate, task, id === warmId), costPerStepUsd: perStep });
    }
    // Stable: of equals the one that stands first in the configuration stays first.
    return ranked.sort((a, b) => b.score - a.score);
  }

  #pricePart(costUsd: number | null): number {
    return costUsd === null ? this.#unpriced : pricePart(costUsd, this.scaleUsd);
  }

  detail(of: Ranked): ScoredCandidate {
    const { candidate, id, role, model, score, quality, costUsd, costPerStepUsd: perStep } = of;
    const { candidates, task, weights, config: { auto } } = this.#input;
    const { bySkill, byBenchmark } = foresee(candidate, this.#input);
    return {
      id, role, model, upstreamName: candidate.upstreamName, score,
      parts: {
        skill: bySkill, benchmark: byBenchmark, price: this.#pricePart(perStep), ...fixedParts(candidate, fixedScaleOf(candidates)),
        roleFit: roleFit(role, task, auto.thresholds.smart),
      },
      weights, stickyBonus: bonusOf(candidate, this.#input), penalties: penaltiesOf(candidate, auto.scoring.preferences), quality, costUsd,
      metrics: metricsOf(candidate, task), ...(candidate.measured === undefined ? {} : { measured: candidate.measured }),
      ...(candidate.learned?.[task.domain] === undefined ? {} : { predicted: this.predicted(of) }),
    };
  }

  predicted({ candidate, quality }: Ranked): number {
    return candidate.learned?.[this.#input.task.domain] === undefined ? quality : foresee({ ...candidate, learned: undefined }, this.#input).quality;
  }

  standing({ candidate, score }: Ranked): Standing {
    return { score, metrics: metricsOf(candidate, this.#input.task) };
  }
}

function metricsOf(candidate: Candidate, task: TaskProfile): Standing['metrics'] {
  const { price, throughput, latency, availability } = traitsOf(candidate);
  return { benchmarkPercentile: benchmarkFor(candidate, task), priceUsdPer1M: price, throughputTps: throughput, latencyS: latency, availability };
}

const bonusOf = ({ id }: Candidate, { config: { auto }, warmId, sticky }: ScoreInput): number => (sticky && auto.stickiness.enabled && id === warmId ? auto.scoring.stickyBonus : 0);

/** For those whose price nobody knows: as dear as the others are on average, and in the middle when nobody's is known. */
function meanPart(costs: readonly (number | null)[], scaleUsd: number | null): number {
  let sum = 0, count = 0;
  for (const cost of costs) {
    if (cost === null) continue;
    sum += pricePart(cost, scaleUsd);
    count++;
  }
  return count === 0 ? UNKNOWN : sum / count;
}

/** For a part of which nobody in the pool says anything. */
const UNKNOWN = 0.5;
