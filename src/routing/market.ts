import type { Candidate } from '../config/schema.ts';
import { passthroughCandidate, type Pool } from './pool.ts';
import { rejectionOf, type Rejection } from './score/filters.ts';
import { blendedPrice } from './score/metrics.ts';
import type { PromptReading } from './quality/model.ts';
import { expectedCostUsd } from './score/expected-cost.ts';
import { foresee, type Foreseeing } from './score/quality.ts';
import { rankPool, type Ranked, type Ranking } from './score/score.ts';
import { atRisk, type Tier } from './score/weights.ts';
import type { Session } from './session.ts';
import type { PlanInput, RejectedCandidate, TaskProfile } from './types.ts';

/** What a decision is made from, without the request itself: what is worked out later, from a plan that a trace keeps, needs no more. */
export interface Grounds {
  input: Pick<PlanInput, 'config' | 'coolingUntilMs' | 'keylessUpstreams' | 'nowMs'>;
  pool: Pool;
  task: TaskProfile;
  complexityEvidence: boolean;
  /** What the task's words say of its difficulty; null when there are none. */
  reading: PromptReading | null;
  tier: Tier;
  session: Session;
  /** Capable candidates of the pool, best first. */
  scored: readonly Ranked[];
  /** Tells all about one of them. */
  ranking: Ranking;
  rejected: RejectedCandidate[];
  /** Models that the request lists (`models`), in its order; empty when it lists none. */
  listed: readonly Candidate[];
  /** Only what is listed may answer. */
  restricted: boolean;
}

/** Everything that a decision is made from. */
export interface Planning extends Grounds {
  input: PlanInput;
}

/** The request's own `models` leaves it out. */
export const NOT_ALLOWED: Rejection = { reason: 'not_allowed', detail: 'it is not in the request\'s `models`' };

/** Sorts the pool into those who can answer, scored, and those who cannot, with the reason. */
export function surveyMarket(
  input: PlanInput, pool: Pool, task: TaskProfile, session: Session, { tier, allowed, reading }: { tier: Tier; allowed: readonly Candidate[] | null; reading: PromptReading | null },
): Pick<Planning, 'scored' | 'ranking'> & { rejected: RejectedCandidate[] } {
  const { config } = input;
  const capable: Candidate[] = [], rejected: RejectedCandidate[] = [];
  for (const candidate of pool.candidates) {
    const rejection = allowed !== null && !allowed.some(({ id }) => id === candidate.id) ? NOT_ALLOWED : rejectionOf(candidate, task, config, input);
    if (rejection === null) { capable.push(candidate); continue; }
    const { id, role, model } = candidate;
    rejected.push({ id, role, model, ...rejection, quality: foresee(candidate, { task, reading, config }).quality, costUsd: expectedCostUsd(candidate, task, false) });
  }
  // The pool's own array, where it is whole: what follows from it is known then.
  const candidates = rejected.length === 0 ? pool.candidates : capable;
  const ranking = rankPool({ candidates, task, reading, weights: atRisk(pool.weights[tier], task.risk), config, warmId: session.warmId, sticky: session.sticky });
  return { scored: ranking.ranked, ranking, rejected };
}

/** A role's own model, where it may and can answer. */
export function ownModelOf(role: string, { pool, task, input, listed, restricted }: Grounds): Candidate | undefined {
  const own = pool.ofRole.get(role);
  if (own === undefined || (restricted && !listed.includes(own))) return undefined;
  return rejectionOf(own, task, input.config, input) === null ? own : undefined;
}

const PREFIX = 'openfusion/';

/** What the request's `models` name: candidates by id or model, else models of the default upstream. */
export function listedCandidates(models: readonly string[] | undefined, pool: Pool): Candidate[] {
  if (models === undefined) return [];
  const listed = new Map<string, Candidate>();
  for (const model of models) {
    const name = model.startsWith(PREFIX) ? model.slice(PREFIX.length) : null;
    const candidate = name === null ? (pool.byModel.get(model) ?? passthroughCandidate(model, pool)) : (pool.ofRole.get(name) ?? pool.byId.get(name));
    if (candidate !== undefined) listed.set(candidate.id, candidate);
  }
  return [...listed.values()];
}

/** The chance that the cheapest of those who could answer gets it wrong; of the whole pool when nobody can. */
export function difficultyOf({ candidates }: Pool, scored: readonly Ranked[], foreseeing: Foreseeing): number {
  let least = Infinity, quality = 0.5;
  for (const { candidate, quality: its } of scored) {
    const price = blendedPrice(candidate.pricing) ?? Number.MAX_VALUE;
    if (price < least) [least, quality] = [price, its];
  }
  if (scored.length === 0) {
    for (const candidate of candidates) {
      const price = blendedPrice(candidate.pricing) ?? Number.MAX_VALUE;
      if (price < least) [least, quality] = [price, foresee(candidate, foreseeing).quality];
    }
  }
  return 1 - quality;
}

/** The capable candidate with the least expected cost; one whose price is not known only when nobody's is. */
export function cheapestOf(scored: readonly Ranked[]): Ranked | undefined {
  let cheapest = scored[0];
  for (const candidate of scored) {
    if (cheapest === undefined || (candidate.costUsd ?? Infinity) < (cheapest.costUsd ?? Infinity)) cheapest = candidate;
  }
  return cheapest;
}
