import type { Candidate, Config } from '../../config/schema.ts';
import type { ScoredCandidate, Standing, TaskProfile } from '../types.ts';
import { atPercentile, benchmarkFor, blendedPrice, callCostUsd, skillFit } from './metrics.ts';
import { penaltiesOf } from './preferences.ts';
import { qualityOf } from './quality.ts';
import { roleFit } from './role-fit.ts';
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
}

/** A pool in its order, best first. */
export interface Ranking {
  readonly ranked: readonly Ranked[];
  /** All about one of them: for people, hence made when somebody asks. */
  detail(of: Ranked): ScoredCandidate;
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
  readonly #input: ScoreInput;

  constructor(input: ScoreInput) {
    this.#input = input;
    this.ranked = rank(input);
  }

  detail({ candidate, id, role, model, score, quality, costUsd }: Ranked): ScoredCandidate {
    const { candidates, task, weights, config: { auto } } = this.#input;
    const { skills, benchmarks } = abilitiesOf(candidates, task);
    const at = candidates.indexOf(candidate);
    return {
      id, role, model, upstreamName: candidate.upstreamName, score,
      parts: {
        skill: skills[at] ?? meanOf(skills), benchmark: benchmarkPart(benchmarks, at), ...fixedParts(candidate, fixedScaleOf(candidates)),
        roleFit: roleFit(role, task, auto.thresholds.smart),
      },
      weights, stickyBonus: bonusOf(candidate, this.#input), penalties: penaltiesOf(candidate, auto.scoring.preferences), quality, costUsd,
      metrics: metricsOf(candidate, task), ...(candidate.measured === undefined ? {} : { measured: candidate.measured }),
    };
  }

  standing({ candidate, score }: Ranked): Standing {
    return { score, metrics: metricsOf(candidate, this.#input.task) };
  }
}

function metricsOf(candidate: Candidate, task: TaskProfile): Standing['metrics'] {
  const { price, throughput, latency, availability } = traitsOf(candidate);
  return { benchmarkPercentile: benchmarkFor(candidate, task), priceUsdPer1M: price, throughputTps: throughput, latencyS: latency, availability };
}

/** Plain loops over few candidates: this is on every request's path. */
function rank(input: ScoreInput): Ranked[] {
  const { candidates, task, weights, config: { auto }, warmId } = input;
  const scale = fixedScaleOf(candidates);
  const { skills, benchmarks } = abilitiesOf(candidates, task);
  const ranked: Ranked[] = [];
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at];
    if (candidate === undefined) continue;
    const { id, role, model } = candidate;
    const { price, throughput, latency, availability } = fixedParts(candidate, scale);
    const skill = skills[at] ?? null;
    let score = bonusOf(candidate, input) + weights.skill * (skill ?? meanOf(skills)) + weights.benchmark * benchmarkPart(benchmarks, at) + weights.price * price
      + weights.throughput * throughput + weights.latency * latency + weights.availability * availability + weights.roleFit * roleFit(role, task, auto.thresholds.smart);
    for (const { amount } of penaltiesOf(candidate, auto.scoring.preferences)) score -= amount;
    insert(ranked, { id, role, model, candidate, score, quality: qualityOf(skill, benchmarks[at] ?? null, task.complexity), costUsd: expectedCostUsd(candidate, task, id === warmId) });
  }
  return ranked;
}

/** Puts one behind all that score as much or more. */
function insert(ranked: Ranked[], one: Ranked): void {
  let at = ranked.push(one) - 1;
  for (let before = ranked[at - 1]; before !== undefined && before.score < one.score; before = ranked[at - 1]) {
    ranked[at--] = before;
    ranked[at] = one;
  }
}

interface Abilities { skills: (number | null)[]; benchmarks: (number | null)[] }

/** What the pool's owner says of each candidate for such a task, in the order of the pool. */
function abilitiesOf(candidates: readonly Candidate[], task: TaskProfile): Abilities {
  const abilities: Abilities = { skills: [], benchmarks: [] };
  for (const candidate of candidates) {
    abilities.skills.push(skillFit(candidate, task));
    abilities.benchmarks.push(benchmarkFor(candidate, task));
  }
  return abilities;
}

const bonusOf = ({ id }: Candidate, { config: { auto }, warmId }: ScoreInput): number => (auto.stickiness.enabled && id === warmId ? auto.scoring.stickyBonus : 0);

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

/** For those of whom nothing is said: as good as the others are on average. */
function meanOf(values: readonly (number | null)[]): number {
  let sum = 0, count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count++;
  }
  return count === 0 ? UNKNOWN : sum / count;
}

/** 1 for the cheapest, 0 for the dearest, on a logarithmic scale: twice the price costs the same anywhere on it. */
const pricePart = (price: number, scale: Pick<FixedScale, 'logLeastPrice' | 'logMostPrice'>): number => logPricePart(logPrice(price), scale);

function logPricePart(log: number, { logLeastPrice, logMostPrice }: Pick<FixedScale, 'logLeastPrice' | 'logMostPrice'>): number {
  return logMostPrice > logLeastPrice ? (logMostPrice - log) / (logMostPrice - logLeastPrice) : 1;
}

/** Share of the pool below a benchmark, equals counted half: 0 for the last of many, 0.5 for the only one, and for one that is not known. */
function benchmarkPart(benchmarks: readonly (number | null)[], at: number): number {
  const own = benchmarks[at] ?? null;
  if (own === null) return UNKNOWN;
  let below = 0, equal = 0, known = 0;
  for (const other of benchmarks) {
    if (other === null) continue;
    known++;
    if (other < own) below++;
    else if (other === own) equal++;
  }
  return known === 1 ? UNKNOWN : (below + (equal - 1) / 2) / (known - 1);
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
