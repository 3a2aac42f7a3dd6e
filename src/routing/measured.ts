/** Lays what was measured over what a configuration says of speed and availability. Pure, and done once for each new picture. */
import type { Measured } from '../config/known-facts.ts';
import type { Candidate, Config } from '../config/schema.ts';
import { atPercentile, type Percentiles } from './score/metrics.ts';

/** Below this many calls what was measured is chance. */
const LEAST_SAMPLES = 5;
/** What is configured counts as much as this many calls: with 10 of them both count half. */
const PRIOR_SAMPLES = 10;

/**
 * The configuration with measured speed and availability. Between what is configured and what was measured it goes by the
 * number of calls, `n / (n + 10)`, and by the measurement alone where nothing is configured. Same input, same result.
 * @param picture `upstream/model` → what was measured
 */
export function withMeasured(config: Config, picture: ReadonlyMap<string, Measured>): Config {
  if (picture.size === 0) return config;
  let changed = false;
  const candidates = config.auto.candidates.map((candidate): Candidate => {
    const measured = picture.get(`${candidate.upstreamName}/${candidate.model}`);
    if (measured === undefined) return candidate;
    const next = blended(candidate, measured);
    changed ||= next !== candidate;
    return next;
  });
  return changed ? { ...config, auto: { ...config.auto, candidates } } : config;
}

function blended(candidate: Candidate, measured: Measured): Candidate {
  const { performance, availability } = candidate;
  const latency = percentilesOf(performance.latency, measured.firstContentS), throughput = percentilesOf(performance.throughput, measured.tokensPerS);
  const available = measured.calls < LEAST_SAMPLES ? availability : mean(availability, measured.availability, measured.calls);
  if (latency === performance.latency && throughput === performance.throughput && available === availability) return candidate;
  return { ...candidate, availability: available, performance: { latency, throughput }, measured };
}

type Performance = Candidate['performance']['latency'];

function percentilesOf(configured: Performance, measured: Measured['firstContentS']): Performance {
  if (measured === null || measured.samples < LEAST_SAMPLES) return configured;
  const { p50, p90, samples } = measured;
  return { p50: logMean(configured, 'p50', p50, samples), p90: logMean(configured, 'p90', p90, samples) };
}

/** Twice as fast and half as fast are equally far away. */
function logMean(configured: Percentiles | undefined, name: 'p50' | 'p90', value: number, samples: number): number {
  const prior = atPercentile(configured, name);
  return prior === null ? value : Math.exp(mean(Math.log(prior), Math.log(value), samples));
}

function mean(prior: number | undefined, value: number, samples: number): number {
  if (prior === undefined) return value;
  const share = samples / (samples + PRIOR_SAMPLES);
  return share * value + (1 - share) * prior;
}
