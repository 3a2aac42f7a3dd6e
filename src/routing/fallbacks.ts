import type { Candidate, Config } from '../config/schema.ts';
import { ownModelOf, type Planning } from './market.ts';
import { rejectionOf } from './score/filters.ts';
import { blendedPrice } from './score/metrics.ts';

/** More would outlast every client's patience. */
const MAX_FALLBACKS = 5;
/** `same-tier`: a model of another role may stand in when its blended price is at most this many times as high or as low. */
const SAME_TIER_PRICE_FACTOR = 2;

/**
 * Who answers when the first choice fails, in order: what the request lists (`models`), else the next best of the pool, then
 * the models of `auto.fallbackRoles`. `fallback: "same-tier"` leaves those of the same role or a like price, `"never"` nobody.
 * @param order ids of the pool in the order to try them
 */
export function chooseFallbacks(primary: Candidate, planning: Planning, order: readonly string[]): Candidate[] {
  const { input, pool, task, listed } = planning;
  const { config } = input;
  if (config.fallback === 'never') return [];
  const chosen: Candidate[] = [];
  const offer = (candidate: Candidate | undefined): void => {
    if (candidate === undefined || chosen.length >= MAX_FALLBACKS || isSame(candidate, primary) || chosen.some((other) => isSame(other, candidate))) return;
    chosen.push(candidate);
  };
  if (listed.length > 0) {
    for (const candidate of listed) if (rejectionOf(candidate, task, config, input) === null) offer(candidate);
    return chosen;
  }
  for (const id of order) offer(inTier(pool.byId.get(id), primary, config.fallback));
  for (const role of config.auto.fallbackRoles) {
    const own = pool.ofRole.get(role);
    if (own === undefined || chosen.includes(own) || own === primary) continue;
    offer(inTier(ownModelOf(role, planning), primary, config.fallback));
  }
  return chosen;
}

const isSame = (a: Candidate, b: Candidate): boolean => a.model === b.model && a.upstreamName === b.upstreamName;

function inTier(candidate: Candidate | undefined, primary: Candidate, policy: Config['fallback']): Candidate | undefined {
  return candidate === undefined || policy !== 'same-tier' || isSameTier(candidate, primary) ? candidate : undefined;
}

/** The same role, or a price that is known and at most twice or half of it. */
export function isSameTier(candidate: Candidate, primary: Candidate): boolean {
  if (candidate.role === primary.role) return true;
  const a = blendedPrice(candidate.pricing), b = blendedPrice(primary.pricing);
  return a !== null && b !== null && a <= b * SAME_TIER_PRICE_FACTOR && b <= a * SAME_TIER_PRICE_FACTOR;
}
