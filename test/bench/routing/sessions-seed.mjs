// The policy that OpenFusion began with, kept here as it was: keyword complexity picks a tier, seven weighted parts pick a model, the session's
// own gets a bonus. Its keyword lists are those of today.
import { profileTask } from '../../../src/routing/profile/profile.ts';
import { chooseStrategy } from '../../../src/routing/strategy.ts';
import { blendedPrice, skillFit } from '../../../src/routing/score/metrics.ts';
import { roleFit } from '../../../src/routing/score/role-fit.ts';

const WEIGHTS = { skill: 0.3, benchmark: 0.2, price: 0.15, throughput: 0.07, latency: 0.08, availability: 0.1, roleFit: 0.1 };
const FAST_FACTOR = { skill: 0.5, benchmark: 0.5, price: 2, throughput: 2, latency: 2, availability: 1, roleFit: 1 };
const STICKY_BONUS = 0.12, STICKY_MS = 5 * 60_000;
const THRESHOLDS = { smart: 0.3, verifyRisk: 0.45, verifyComplexity: 0.62, fusionRisk: 0.8, fusionComplexity: 0.8 };

/** Chooses for an ask: `{ id, others }`. `pin` = what the session is on, and since when. */
export function seedChoice(request, config, pin, nowMs) {
  const { task, complexityEvidence } = profileTask(request, []);
  const { strategy } = chooseStrategy(task, complexityEvidence, THRESHOLDS);
  const weights = weightsOf(strategy === 'fast-single');
  const prices = config.auto.candidates.map(({ pricing }) => Math.log(blendedPrice(pricing))), least = Math.min(...prices), most = Math.max(...prices);
  const ranked = config.auto.candidates.map((candidate, at) => {
    // Of benchmarks, speeds and availability nothing is known in this pool: half for each.
    const unknown = (weights.benchmark + weights.throughput + weights.latency + weights.availability) * 0.5;
    const sticky = pin?.id === candidate.id && nowMs - pin.atMs <= STICKY_MS ? STICKY_BONUS : 0;
    return { id: candidate.id, score: unknown + sticky + weights.skill * skillFit(candidate, task) + weights.price * ((most - prices[at]) / (most - least)) + weights.roleFit * roleFit(candidate.role, task, THRESHOLDS.smart) };
  }).sort((a, b) => b.score - a.score).map(({ id }) => id);
  if (strategy === 'fusion-panel') return { id: ranked[0], others: [...ranked.slice(1, 3).map((id) => ({ id, reads: 0, writes: 1 })), { id: 'verifier', reads: 3, writes: 0.2 }] };
  const verifier = ranked[0] === 'verifier' ? 'reasoner' : 'verifier';
  return { id: ranked[0], others: strategy === 'single-verify' ? [{ id: verifier, reads: 1, writes: 0.1 }] : [] };
}

function weightsOf(fast) {
  const turned = Object.fromEntries(Object.entries(WEIGHTS).map(([part, weight]) => [part, weight * (fast ? FAST_FACTOR[part] : 1)]));
  const sum = Object.values(turned).reduce((total, weight) => total + weight, 0);
  return Object.fromEntries(Object.entries(turned).map(([part, weight]) => [part, weight / sum]));
}
