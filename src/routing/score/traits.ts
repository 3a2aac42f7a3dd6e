import type { Candidate } from '../../config/schema.ts';
import type { ScoredCandidate } from '../types.ts';
import { atPercentile, blendedPrice } from './metrics.ts';

/** For a part of which nobody in the pool says anything. */
const UNKNOWN = 0.5;

/** What a candidate says of itself, whatever the task. */
export interface Traits {
  price: number | null;
  throughput: number | null;
  latency: number | null;
  availability: number | null;
}

const traitsByCandidate = new WeakMap<Candidate, Traits>();

export function traitsOf(candidate: Candidate): Traits {
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

type FixedParts = Pick<ScoredCandidate['parts'], 'throughput' | 'latency' | 'availability'>;

/** What the traits of a pool are measured by, and what they come to: the same for every task. */
export interface FixedScale {
  mostThroughput: number;
  meanThroughput: number;
  leastLatency: number;
  meanLatency: number;
  meanAvailability: number;
  parts: Map<Candidate, FixedParts>;
}

export function fixedParts(candidate: Candidate, scale: FixedScale): FixedParts {
  const known = scale.parts.get(candidate);
  if (known !== undefined) return known;
  const { throughput, latency, availability } = traitsOf(candidate);
  const parts: FixedParts = {
    throughput: throughput === null ? scale.meanThroughput : throughput / scale.mostThroughput,
    latency: latency === null ? scale.meanLatency : scale.leastLatency / latency,
    availability: availability ?? scale.meanAvailability,
  };
  scale.parts.set(candidate, parts);
  return parts;
}

let last: { candidates: readonly Candidate[]; scale: FixedScale } | null = null;

/** The whole pool can answer nearly every request, and is one array then: its scale is kept. */
export function fixedScaleOf(candidates: readonly Candidate[]): FixedScale {
  if (last?.candidates !== candidates) last = { candidates, scale: makeFixedScale(candidates.map(traitsOf)) };
  return last.scale;
}

function makeFixedScale(traits: readonly Traits[]): FixedScale {
  const throughput = new Mean(), latency = new Mean(), availability = new Mean();
  for (const one of traits) {
    throughput.add(one.throughput);
    latency.add(one.latency === null ? null : 1 / one.latency);
    availability.add(one.availability);
  }
  return {
    mostThroughput: throughput.most,
    meanThroughput: throughput.mean === null ? UNKNOWN : throughput.mean / throughput.most,
    leastLatency: 1 / latency.most,
    meanLatency: latency.mean === null ? UNKNOWN : latency.mean / latency.most,
    meanAvailability: availability.mean ?? UNKNOWN,
    parts: new Map(),
  };
}

/** Mean and upper bound of the values that are known. */
class Mean {
  most = -Infinity;
  #sum = 0;
  #count = 0;

  add(value: number | null): void {
    if (value === null) return;
    this.#sum += value;
    this.#count++;
    if (value > this.most) this.most = value;
  }

  get mean(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }
}
