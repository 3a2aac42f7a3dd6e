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

interface Raw {
  candidate: Candidate;
  skill: number | null;
  benchmark: number | null;
  price: number | null;
  throughput: number | null;
  latency: number | null;
  availability: number | null;
}

/** Scores a pool, best first; of equals the one that stands first in the configuration. The parts are compared within this pool. */
export function scorePool({ candidates, task, weights, config, warmId }: ScoreInput): ScoredCandidate[] {
  const raws = candidates.map((candidate) => readRaw(candidate, task));
  const scale = scaleOf(raws);
  const { scoring, stickiness, thresholds } = config.auto;
  const roleFit = roleFits(task, thresholds.smart);
  const scored = raws.map((raw): ScoredCandidate => {
    const { candidate } = raw;
    const parts = {
      skill: raw.skill ?? scale.meanSkill,
      benchmark: raw.benchmark === null ? UNKNOWN : percentileIn(scale.benchmarks, raw.benchmark),
      price: raw.price === null ? scale.meanPrice : pricePart(raw.price, scale),
      throughput: raw.throughput === null ? scale.meanThroughput : raw.throughput / scale.mostThroughput,
      latency: raw.latency === null ? scale.meanLatency : scale.leastLatency / raw.latency,
      availability: raw.availability ?? scale.meanAvailability,
      roleFit: roleFit(candidate.role),
    };
    const stickyBonus = stickiness.enabled && candidate.id === warmId ? scoring.stickyBonus : 0;
    const penalties = penaltiesOf(candidate, scoring.preferences);
    let score = stickyBonus + weights.skill * parts.skill + weights.benchmark * parts.benchmark + weights.price * parts.price
      + weights.throughput * parts.throughput + weights.latency * parts.latency + weights.availability * parts.availability + weights.roleFit * parts.roleFit;
    for (const { amount } of penalties) score -= amount;
    return {
      id: candidate.id, role: candidate.role, model: candidate.model, upstreamName: candidate.upstreamName,
      score, parts, weights, stickyBonus, penalties,
      quality: qualityOf(raw.skill, raw.benchmark, task.complexity),
      costUsd: expectedCostUsd(candidate, task, candidate.id === warmId),
      metrics: {
        benchmarkPercentile: raw.benchmark, priceUsdPer1M: raw.price, throughputTps: raw.throughput, latencyS: raw.latency, availability: raw.availability,
      },
    };
  });
  return scored.sort((a, b) => b.score - a.score);
}

/** Expected USD of answering the request with one call; with a warm prompt cache most of the input is read from it. */
export function expectedCostUsd({ pricing }: Candidate, { contextTokens, expectedOutputTokens }: TaskProfile, warm: boolean): number | null {
  return pricing === undefined ? null : callCostUsd(pricing, contextTokens, expectedOutputTokens, warm ? Math.floor(contextTokens * WARM_SHARE) : 0);
}

function readRaw(candidate: Candidate, task: TaskProfile): Raw {
  return {
    candidate,
    skill: skillFit(candidate, task),
    benchmark: benchmarkFor(candidate, task),
    price: blendedPrice(candidate.pricing),
    throughput: atPercentile(candidate.performance.throughput, 'p50'),
    latency: atPercentile(candidate.performance.latency, 'p50'),
    availability: candidate.availability ?? null,
  };
}

interface Scale {
  meanSkill: number;
  benchmarks: number[];
  logLeastPrice: number;
  logMostPrice: number;
  meanPrice: number;
  mostThroughput: number;
  meanThroughput: number;
  leastLatency: number;
  meanLatency: number;
  meanAvailability: number;
}

/** Free models have no logarithm: a hundredth of a cent per 1M tokens is as good as free. */
const LEAST_PRICE = 0.0001;
const logPrice = (price: number): number => Math.log(Math.max(price, LEAST_PRICE));

function scaleOf(raws: readonly Raw[]): Scale {
  const skill = new Mean(), price = new Mean(), throughput = new Mean(), latency = new Mean(), availability = new Mean();
  const benchmarks: number[] = [];
  for (const raw of raws) {
    skill.add(raw.skill);
    price.add(raw.price === null ? null : logPrice(raw.price));
    throughput.add(raw.throughput);
    latency.add(raw.latency === null ? null : 1 / raw.latency);
    availability.add(raw.availability);
    if (raw.benchmark !== null) benchmarks.push(raw.benchmark);
  }
  const prices = { logLeastPrice: price.least, logMostPrice: price.most };
  return {
    ...prices,
    meanSkill: skill.mean ?? UNKNOWN,
    benchmarks: benchmarks.sort((a, b) => a - b),
    meanPrice: price.mean === null ? UNKNOWN : logPricePart(price.mean, prices),
    mostThroughput: throughput.most,
    meanThroughput: throughput.mean === null ? UNKNOWN : throughput.mean / throughput.most,
    leastLatency: 1 / latency.most,
    meanLatency: latency.mean === null ? UNKNOWN : latency.mean / latency.most,
    meanAvailability: availability.mean ?? UNKNOWN,
  };
}

/** 1 for the cheapest, 0 for the dearest, on a logarithmic scale: twice the price costs the same anywhere on it. */
const pricePart = (price: number, scale: Pick<Scale, 'logLeastPrice' | 'logMostPrice'>): number => logPricePart(logPrice(price), scale);

function logPricePart(log: number, { logLeastPrice, logMostPrice }: Pick<Scale, 'logLeastPrice' | 'logMostPrice'>): number {
  return logMostPrice > logLeastPrice ? (logMostPrice - log) / (logMostPrice - logLeastPrice) : 1;
}

/** Share of the pool below a value, equals counted half: 0 for the last of many, 0.5 for the only one. */
function percentileIn(sorted: readonly number[], value: number): number {
  if (sorted.length === 1) return UNKNOWN;
  let below = 0, equal = 0;
  for (const other of sorted) {
    if (other < value) below++;
    else if (other === value) equal++;
  }
  return (below + (equal - 1) / 2) / (sorted.length - 1);
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
