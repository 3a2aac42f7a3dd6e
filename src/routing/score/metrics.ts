import type { Candidate, Pricing } from '../../config/schema.ts';
import type { Domain, Skill, TaskProfile } from '../types.ts';

/** A number means the median; an object gives percentiles. */
export type Percentiles = number | Readonly<Partial<Record<Percentile, number | undefined>>>;
export type Percentile = 'p50' | 'p75' | 'p90' | 'p99';
export const PERCENTILES: readonly Percentile[] = ['p50', 'p75', 'p90', 'p99'];
const RANK: Record<Percentile, number> = { p50: 50, p75: 75, p90: 90, p99: 99 };

/**
 * A metric at a percentile: as given, else on the straight line between its neighbours, else the nearest that is given.
 * Null when nothing is known.
 */
export function atPercentile(metric: Percentiles | undefined, wanted: Percentile): number | null {
  if (metric === undefined) return null;
  if (typeof metric === 'number') return metric;
  const exact = metric[wanted];
  if (exact !== undefined) return exact;
  const known = PERCENTILES.filter((name) => metric[name] !== undefined);
  const below = known.findLast((name) => RANK[name] < RANK[wanted]), above = known.find((name) => RANK[name] > RANK[wanted]);
  const low = below === undefined ? undefined : metric[below], high = above === undefined ? undefined : metric[above];
  if (below === undefined || above === undefined || low === undefined || high === undefined) return low ?? high ?? null;
  return low + ((high - low) * (RANK[wanted] - RANK[below])) / (RANK[above] - RANK[below]);
}

/** USD per 1M tokens in one number: three parts input to one part output, the usual mix of agents' traffic. Null when unknown. */
export function blendedPrice(pricing: Pricing | undefined): number | null {
  return pricing === undefined ? null : (3 * pricing.inputUsdPer1M + pricing.outputUsdPer1M) / 4;
}

/** USD of one call. `cachedTokens` of the input are read from the provider's prompt cache, at its price where it has one. */
export function callCostUsd(pricing: Pricing, inputTokens: number, outputTokens: number, cachedTokens = 0): number {
  const cachedPrice = pricing.cachedInputUsdPer1M ?? pricing.inputUsdPer1M;
  return ((inputTokens - cachedTokens) * pricing.inputUsdPer1M + cachedTokens * cachedPrice + outputTokens * pricing.outputUsdPer1M) / 1_000_000;
}

/** How good a candidate's known skills are for this task, 0..1; null when none is known. */
export function skillFit({ skills }: Candidate, task: TaskProfile): number | null {
  return weighted(skills, task.skills);
}

/** The benchmark number that speaks for this task, 0..100: of its domain, else of its skills, else the mean of what there is. */
export function benchmarkFor({ benchmarks }: Candidate, task: TaskProfile): number | null {
  const ofDomain = benchmarks[task.domain satisfies Domain];
  if (ofDomain !== undefined) return ofDomain;
  const ofSkills = weighted(benchmarks, task.skills);
  if (ofSkills !== null) return ofSkills;
  let sum = 0, count = 0;
  for (const name in benchmarks) { sum += benchmarks[name] ?? 0; count++; }
  return count === 0 ? null : sum / count;
}

/** Mean of what is known, weighted by how much each skill matters. */
function weighted({ coding, reasoning, verification, writing }: Readonly<Partial<Record<Skill, number | undefined>>>, by: Readonly<Record<Skill, number>>): number | null {
  let sum = 0, weights = 0;
  if (coding !== undefined) { sum += coding * by.coding; weights += by.coding; }
  if (reasoning !== undefined) { sum += reasoning * by.reasoning; weights += by.reasoning; }
  if (verification !== undefined) { sum += verification * by.verification; weights += by.verification; }
  if (writing !== undefined) { sum += writing * by.writing; weights += by.writing; }
  return weights === 0 ? null : sum / weights;
}
