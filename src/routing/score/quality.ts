import type { Candidate } from '../../config/schema.ts';
import type { TaskProfile } from '../types.ts';
import { benchmarkFor, skillFit } from './metrics.ts';

/** Ability of a model of which nothing is known: the middle of today's. */
const UNKNOWN_ABILITY = 0.65;
/** Share of the skill estimate; the rest is the benchmark. */
const SKILL_SHARE = 0.6;
/** Ability that has an even chance at complexity 0, and how much more complexity 1 wants. */
const EVEN_AT_ZERO = 0.35, DEMAND = 0.45;
/** How sharply ability tells: an ability 0.1 above the demand is right two times in three. */
const STEEPNESS = 7;

/**
 * The predicted chance that a candidate gets this task right, 0..1:
 * `1 / (1 + exp(-7 × (ability − (0.35 + 0.45 × complexity))))`, ability = 0.6 × skill fit + 0.4 × benchmark / 100.
 *
 * An honest prior, not a measurement: it orders candidates by what their owner said of them and knows nothing of outcomes.
 */
export function predictQuality(candidate: Candidate, task: TaskProfile): number {
  return qualityOf(skillFit(candidate, task), benchmarkFor(candidate, task), task.complexity);
}

/** The same from the numbers. `skill` is 0..1, `benchmark` 0..100, null = unknown. */
export function qualityOf(skill: number | null, benchmark: number | null, complexity: number): number {
  return 1 / (1 + Math.exp(-STEEPNESS * (abilityOf(skill, benchmark) - EVEN_AT_ZERO - DEMAND * complexity)));
}

function abilityOf(skill: number | null, benchmark: number | null): number {
  if (skill === null) return benchmark === null ? UNKNOWN_ABILITY : benchmark / 100;
  return benchmark === null ? skill : SKILL_SHARE * skill + ((1 - SKILL_SHARE) * benchmark) / 100;
}
