import type { Candidate } from '../config/schema.ts';
import type { Planning } from './market.ts';
import type { PlannedCall } from './types.ts';

/**
 * A candidate as a call. `following` are the fallbacks behind it, for upstreams that can fall back by themselves
 * (`auto.upstreamFallbacks`).
 */
export function toCall(candidate: Candidate, planning: Planning, following: readonly Candidate[] = []): PlannedCall {
  const extraBody = extraBodyOf(candidate, planning, following);
  const { pool } = planning;
  const known = pool.calls.get(candidate);
  if (known !== undefined && extraBody === candidate.upstream) return known;
  const { id, role, model, upstreamName, pricing } = candidate;
  const call: PlannedCall = { candidateId: id, role, model, upstreamName, extraBody, pricing: pricing ?? null };
  // A model that the request named is nobody's candidate: it is not kept.
  if (extraBody === candidate.upstream && pool.byId.get(id) === candidate) pool.calls.set(candidate, Object.freeze(call));
  return call;
}

/**
 * The candidate's own fields, and OpenRouter's routing fields. A `provider` or `plugins` that only the request names rides in
 * its body as it came; here stands only what differs from the body.
 */
function extraBodyOf(candidate: Candidate, { input, session }: Planning, following: readonly Candidate[]): Record<string, unknown> {
  const { config, request } = input;
  const { upstream: own } = candidate;
  if (request.openrouter.provider === undefined && request.openrouter.plugins === undefined && !config.auto.upstreamFallbacks.enabled) return own;
  if (config.upstreams[candidate.upstreamName]?.kind !== 'openai') return own;
  const { provider, plugins } = request.openrouter;
  const added: Record<string, unknown> = {};
  if (isRecord(own['provider']) && isRecord(provider)) added['provider'] = { ...own['provider'], ...provider };
  if (Array.isArray(own['plugins']) && plugins !== undefined) added['plugins'] = mergePlugins(own['plugins'] as unknown[], plugins);
  const { enabled, maxModels } = config.auto.upstreamFallbacks;
  const models = enabled ? following.filter(({ upstreamName, model }) => upstreamName === candidate.upstreamName && model !== candidate.model).slice(0, maxModels).map(({ model }) => model) : [];
  if (models.length > 0) {
    added['models'] = models;
    if (session.info.id !== null && request.session.sessionId === undefined) added['session_id'] = session.info.id;
  }
  return Object.keys(added).length === 0 ? own : { ...own, ...added };
}

/** The request's plugins win over the candidate's with the same id. */
function mergePlugins(own: readonly unknown[], requested: readonly unknown[]): unknown[] {
  const ids = new Set(requested.map(idOf));
  return [...own.filter((plugin) => !ids.has(idOf(plugin))), ...requested];
}

const idOf = (plugin: unknown): unknown => (isRecord(plugin) ? plugin['id'] : plugin);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
