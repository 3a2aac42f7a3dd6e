import type { Candidate, Config } from '../../config/schema.ts';
import type { RejectionReason, TaskProfile } from '../types.ts';
import { blendedPrice } from './metrics.ts';

/** What the world says about candidates just now; see `PlanInput`. */
export interface World {
  coolingUntilMs: ReadonlyMap<string, number>;
  keylessUpstreams: ReadonlySet<string>;
  nowMs: number;
}

export interface Rejection {
  reason: RejectionReason;
  detail: string;
}

/**
 * Why a candidate cannot answer this request, or null. What can never work comes first, what passes by itself last: so the
 * reason that is given is the one that stays when the others are gone.
 */
export function rejectionOf(candidate: Candidate, task: TaskProfile, config: Config, world: World): Rejection | null {
  return unableTo(candidate, task) ?? impossibleFor(candidate, task, config) ?? unwanted(candidate, config) ?? unreachable(candidate, config, world);
}

/** The same for a model that the user asked for by name: only what makes the call impossible counts. */
export function namedRejectionOf(candidate: Candidate, task: TaskProfile, config: Config, world: World): Rejection | null {
  return impossibleFor(candidate, task, config) ?? unreachable(candidate, config, world);
}

function unableTo({ tools, images, jsonSchema }: Candidate, { needs }: TaskProfile): Rejection | null {
  if (needs.tools && !tools) return { reason: 'no_tools', detail: 'the request has tools, it cannot call any' };
  if (needs.images && !images) return { reason: 'no_images', detail: 'the request has images, it cannot read any' };
  if (needs.jsonSchema && !jsonSchema) return { reason: 'no_json_schema', detail: 'the answer has to follow a JSON schema, it cannot do that' };
  return null;
}

function impossibleFor({ upstreamName, contextTokens }: Candidate, task: TaskProfile, { upstreams }: Config): Rejection | null {
  if (!Object.hasOwn(upstreams, upstreamName)) return { reason: 'unknown_upstream', detail: `there is no upstream \`${upstreamName}\`` };
  const wanted = task.contextTokens + task.expectedOutputTokens;
  if (contextTokens === undefined || wanted <= contextTokens) return null;
  return { reason: 'context_window', detail: `about ${wanted} tokens are needed, its window has ${contextTokens}` };
}

function unwanted({ availability, pricing }: Candidate, { auto }: Config): Rejection | null {
  const { minAvailability, maxPriceUsdPer1M } = auto.scoring.preferences;
  if (minAvailability !== undefined && availability !== undefined && availability < minAvailability) {
    return { reason: 'availability', detail: `availability ${availability} is below minAvailability ${minAvailability}` };
  }
  const price = maxPriceUsdPer1M === undefined ? null : blendedPrice(pricing);
  if (maxPriceUsdPer1M !== undefined && price !== null && price > maxPriceUsdPer1M) {
    return { reason: 'max_price', detail: `$${price.toFixed(2)} per 1M tokens is above maxPriceUsdPer1M ${maxPriceUsdPer1M}` };
  }
  return null;
}

function unreachable(candidate: Candidate, { upstreams }: Config, world: World): Rejection | null {
  const { upstreamName } = candidate;
  if (world.keylessUpstreams.has(upstreamName)) {
    const variable = upstreams[upstreamName]?.apiKeyEnv;
    return { reason: 'no_key', detail: `upstream \`${upstreamName}\` has no key${variable === undefined ? '' : ` (${variable})`}` };
  }
  const untilMs = coolingUntilMs(candidate, world);
  return untilMs === null ? null : { reason: 'cooling_down', detail: `cooling down for ${Math.ceil((untilMs - world.nowMs) / 1000)} s more` };
}

/** Until when a candidate is cooling down, epoch ms; null when it is not. Known by its id or by `upstream/model`. */
export function coolingUntilMs({ id, upstreamName, model }: Candidate, { coolingUntilMs: until, nowMs }: World): number | null {
  if (until.size === 0) return null;
  const latest = Math.max(until.get(id) ?? 0, until.get(`${upstreamName}/${model}`) ?? 0);
  return latest > nowMs ? latest : null;
}
