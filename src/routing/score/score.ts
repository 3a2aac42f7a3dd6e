import type { Candidate, Config } from '../../config/schema.ts';
import type { ScoredCandidate, TaskProfile } from '../types.ts';
import { atPercentile, benchmarkFor, blendedPrice, callCostUsd, skillFit } from './metrics.ts';
import { penaltiesOf } from './preferences.ts';
import { qualityOf } from './quality.ts';
import { roleFits } from './role-fit.ts';
import type { Weights } from './weights.ts';

export interface ScoreInput {
  candidates: readonly Candidate[];
  task: TaskProfile;
  weights: Weights;
  config: Config;
  /** The candidate whose prompt cache holds this conversation, if any. */
  warmId: string | null;
}

/** Part of a warm conversation's input that comes from the prompt cache: all but the newest turn. */
export const WARM_SHARE = 0.9;
/** For a part of which nobody in the pool says anything. */
const UNKNOWN = 0.5;

/** A candidate's place, without what only an explanation of it wants. */
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
  skill: number | null;
  benchmark: number | null;
}

/** A pool in its order, best first. */
export interface Ranking {
  ranked: readonly Ranked[];
  /** All about one of them: for people, hence made when somebody asks. */
  detail(of: Ranked): ScoredCandidate;
}

/** Scores a pool, best first, with every part of the scores. */
export function scorePool(input: ScoreInput): ScoredCandidate[] {
  const { ranked, detail } = rankPool(input);
  return ranked.map(detail);
}

/** Orders a pool by score; of equals the one that stands first in the configuration. The parts are compared within this pool. */
export function rankPool({ candidates, task, weights, config, warmId }: ScoreInput): Ranking {
  const { scoring: { preferences, stickyBonus }, stickiness, thresholds } = config.auto;
  const roleFit = roleFits(task, thresholds.smart);
  const scale = fixedScaleOf(candidates);
  const ranked = candidates.map((candidate): Ranked => {
    const skill = skillFit(candidate, task), benchmark = benchmarkFor(candidate, task);
    return {
      id: candidate.id, role: candidate.role, model: candidate.model, candidate, score: 0, skill, benchmark,
      quality: qualityOf(skill, benchmark, task.complexity), costUsd: expectedCostUsd(candidate, task, candidate.id === warmId),
    };
  });
  const skills = meanOf(ranked, ({ skill }) => skill) ?? UNKNOWN;
  const benchmarks: number[] = [];
  for (const { benchmark } of ranked) if (benchmark !== null) benchmarks.push(benchmark);
  const skillPart = ({ skill }: Ranked): number => skill ?? skills;
  const benchmarkPart = ({ benchmark }: Ranked): number => (benchmark === null ? UNKNOWN : percentileIn(benchmarks, benchmark));
  const bonusOf = ({ id }: Ranked): number => (stickiness.enabled && id === warmId ? stickyBonus : 0);
  for (const one of ranked) {
    const { price, throughput, latency, availability } = fixedParts(one.candidate, scale);
    one.score = bonusOf(one) + weights.skill * skillPart(one) + weights.benchmark * benchmarkPart(one) + weights.price * price
      + weights.throughput * throughput + weights.latency * latency + weights.availability * availability + weights.roleFit * roleFit(one.role);
    for (const { amount } of penaltiesOf(one.candidate, preferences)) one.score -= amount;
  }
  return {
    ranked: ranked.sort((a, b) => b.score - a.score),
    detail(one) {
      const { candidate, id, role, model, score, quality, costUsd, benchmark } = one;
      const traits = traitsOf(candidate);
      return {
        id, role, model, upstreamName: candidate.upstreamName, score,
        parts: { skill: skillPart(one), benchmark: benchmarkPart(one), ...fixedParts(candidate, scale), roleFit: roleFit(role) },
        weights, stickyBonus: bonusOf(one), penalties: penaltiesOf(candidate, preferences), quality, costUsd,
        metrics: { benchmarkPercentile: benchmark, priceUsdPer1M: traits.price, throughputTps: traits.throughput, latencyS: traits.latency, availability: traits.availability },
      };
    },
  };
}

/** Expected USD of answering the request with one call; with a warm prompt cache most of the input is read from it. */
export function expectedCostUsd({ pricing }: Candidate, { contextTokens, expectedOutputTokens }: TaskProfile, warm: boolean): number | null {
  return pricing === undefined ? null : callCostUsd(pricing, contextTokens, expectedOutputTokens, warm ? Math.floor(contextTokens * WARM_SHARE) : 0);
}

/** What a candidate says of itself, whatever the task. */
interface Traits {
  price: number | null;
  throughput: number | null;
  latency: number | null;
  availability: number | null;
}

const traitsByCandidate = new WeakMap<Candidate, Traits>();

function traitsOf(candidate: Candidate): Traits {
  const known = traitsByCandidate.get(candidate);
  if (known !== undefined) return known;
  const traits: Traits = {
    price: blendedPrice(candidate.pricing),
    throughput: atPercentile(candidate.performance.throughput, 'p50'),
    latency: atPercentile(candidate.performance.latency, 'p50'),
    availability: candidate.availability ?? null,
  };
  traitsByCandidate.set(candidate, traits);
  return traits;
}

type FixedParts = Pick<ScoredCandidate['parts'], 'price' | 'throughput' | 'latency' | 'availability'>;

/** What the traits of a pool are measured by, and what they come to: the same for every task. */
interface FixedScale {
  logLeastPrice: number;
  logMostPrice: number;
  meanPrice: number;
  mostThroughput: number;
  meanThroughput: number;
  leastLatency: number;
  meanLatency: number;
  meanAvailability: number;
  parts: Map<Candidate, FixedParts>;
}

function fixedParts(candidate: Candidate, scale: FixedScale): FixedParts {
  const known = scale.parts.get(candidate);
  if (known !== undefined) return known;
  const { price, throughput, latency, availability } = traitsOf(candidate);
  const parts: FixedParts = {
    price: price === null ? scale.meanPrice : pricePart(price, scale),
    throughput: throughput === null ? scale.meanThroughput : throughput / scale.mostThroughput,
    latency: latency === null ? scale.meanLatency : scale.leastLatency / latency,
    availability: availability ?? scale.meanAvailability,
  };
  scale.parts.set(candidate, parts);
  return parts;
}

/** Free models have no logarithm: a hundredth of a cent per 1M tokens is as good as free. */
const LEAST_PRICE = 0.0001;
const logPrice = (price: number): number => Math.log(Math.max(price, LEAST_PRICE));

let last: { candidates: readonly Candidate[]; scale: FixedScale } | null = null;

/** The whole pool can answer nearly every request, and is one array then: its scale is kept. */
function fixedScaleOf(candidates: readonly Candidate[]): FixedScale {
  if (last?.candidates !== candidates) last = { candidates, scale: makeFixedScale(candidates.map(traitsOf)) };
  return last.scale;
}

function makeFixedScale(traits: readonly Traits[]): FixedScale {
  const price = new Mean(), throughput = new Mean(), latency = new Mean(), availability = new Mean();
  for (const one of traits) {
    price.add(one.price === null ? null : logPrice(one.price));
    throughput.add(one.throughput);
    latency.add(one.latency === null ? null : 1 / one.latency);
    availability.add(one.availability);
  }
  const prices = { logLeastPrice: price.least, logMostPrice: price.most };
  return {
    ...prices,
    meanPrice: price.mean === null ? UNKNOWN : logPricePart(price.mean, prices),
    mostThroughput: throughput.most,
    meanThroughput: throughput.mean === null ? UNKNOWN : throughput.mean / throughput.most,
    leastLatency: 1 / latency.most,
    meanLatency: latency.mean === null ? UNKNOWN : latency.mean / latency.most,
    meanAvailability: availability.mean ?? UNKNOWN,
    parts: new Map(),
  };
}

function meanOf<T>(items: readonly T[], valueOf: (item: T) => number | null): number | null {
  let sum = 0, count = 0;
  for (const item of items) {
    const value = valueOf(item);
    if (value === null) continue;
    sum += value;
    count++;
  }
  return count === 0 ? null : sum / count;
}

/** 1 for the cheapest, 0 for the dearest, on a logarithmic scale: twice the price costs the same anywhere on it. */
const pricePart = (price: number, scale: Pick<FixedScale, 'logLeastPrice' | 'logMostPrice'>): number => logPricePart(logPrice(price), scale);

function logPricePart(log: number, { logLeastPrice, logMostPrice }: Pick<FixedScale, 'logLeastPrice' | 'logMostPrice'>): number {
  return logMostPrice > logLeastPrice ? (logMostPrice - log) / (logMostPrice - logLeastPrice) : 1;
}

/** Share of the pool below a value, equals counted half: 0 for the last of many, 0.5 for the only one. */
function percentileIn(values: readonly number[], value: number): number {
  if (values.length === 1) return UNKNOWN;
  let below = 0, equal = 0;
  for (const other of values) {
    if (other < value) below++;
    else if (other === value) equal++;
  }
  return (below + (equal - 1) / 2) / (values.length - 1);
}

/** Mean and bounds of the values that are known. */
class Mean {
  least = Infinity;
  most = -Infinity;
  #sum = 0;
  #count = 0;

  add(value: number | null): void {
    if (value === null) return;
    this.#sum += value;
    this.#count++;
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
  }

  get mean(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }
}
