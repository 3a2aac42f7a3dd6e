import type { TaskProfile } from '../types.ts';

/** The role for small tasks. */
const FAST_ROLE = 'fast';
/** Fit of a role about which the task says nothing. */
const NEUTRAL = 0.5;
/** Role score from which on the signals are taken at their word; below, the fit is drawn towards neutral. */
const SURE_SCORE = 1;

/**
 * How well a role suits the task, 0..1: its score from signals and custom rules next to the best role's,
 * and neutral as far as these say little. The fast role suits
 * small tasks: 1 at complexity 0, 0.5 at the `smart` threshold, 0 at complexity 1.
 */
export function roleFit(role: string, { roleScores, complexity }: TaskProfile, smartThreshold: number): number {
  let most = 0;
  for (const name in roleScores) most = Math.max(most, roleScores[name] ?? 0);
  const sure = Math.min(1, most / SURE_SCORE);
  const asked = most > 0 ? Math.max(0, roleScores[role] ?? 0) / most : 0;
  if (role === FAST_ROLE) return Math.max(asked * sure, smallnessOf(complexity, smartThreshold));
  return sure * asked + (1 - sure) * NEUTRAL;
}

function smallnessOf(complexity: number, smart: number): number {
  if (complexity < smart) return 1 - (0.5 * complexity) / smart;
  return smart < 1 ? (0.5 * (1 - complexity)) / (1 - smart) : NEUTRAL;
}
