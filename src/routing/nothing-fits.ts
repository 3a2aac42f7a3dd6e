import type { ApiError } from '../protocol/errors.ts';
import { planError } from './errors.ts';
import { coolingUntilMs } from './score/filters.ts';
import type { PlanInput, RejectedCandidate, RejectionReason, TaskProfile } from './types.ts';
import type { Pool } from './pool.ts';

/**
 * The error when no candidate is left. Each was rejected for one reason, the one that stays when the others are gone; the
 * reason that is easiest to get over is told: wait, give a key, send less, ask for less.
 */
export function nothingFits(rejected: readonly RejectedCandidate[], task: TaskProfile, input: PlanInput, pool: Pool): ApiError {
  const of = (reason: RejectionReason): RejectedCandidate[] => rejected.filter((candidate) => candidate.reason === reason);
  const has = (reason: RejectionReason): boolean => rejected.some((candidate) => candidate.reason === reason);
  if (has('cooling_down')) return allCooling(of('cooling_down'), input, pool);
  if (has('no_key')) return noKey(of('no_key'), input, pool);
  if (has('context_window')) return tooLong(of('context_window'), task, pool);
  for (const [reason, need, param] of UNMET) if (has(reason)) return planError(400, `No candidate can answer this request: ${need}. Add one that can to auto.candidates, or ask for a model by name.`, { code: 'no_capable_candidate', param });
  const first = rejected[0];
  const why = first === undefined ? 'auto.candidates is empty' : `${first.id}: ${first.detail}`;
  return planError(503, `No candidate may answer this request (${why}). Look at auto.scoring.preferences and the upstreams of auto.candidates.`, { code: 'no_candidate', shouldRetry: false });
}

/** Reason, what is wanted, and the field of the request that wants it. */
const UNMET: readonly (readonly [RejectionReason, string, string])[] = [
  ['no_json_schema', 'it wants a JSON schema, and none supports that', 'response_format'],
  ['no_images', 'it has images, and none can read images', 'messages'],
  ['no_tools', 'it has tools, and none can call tools', 'tools'],
];

function allCooling(cooling: readonly RejectedCandidate[], input: PlanInput, { byId }: Pool): ApiError {
  let firstMs = Infinity;
  for (const { id } of cooling) {
    const candidate = byId.get(id);
    firstMs = Math.min(firstMs, (candidate === undefined ? null : coolingUntilMs(candidate, input)) ?? Infinity);
  }
  const retryAfterS = Number.isFinite(firstMs) ? Math.max(1, Math.ceil((firstMs - input.nowMs) / 1000)) : 1;
  return planError(429, `Every candidate that could answer is cooling down after failures (${cooling.map(({ id }) => id).join(', ')}). Try again in ${retryAfterS} s.`, { code: 'rate_limit_exceeded', retryAfterS });
}

function noKey(keyless: readonly RejectedCandidate[], { config }: PlanInput, { byId }: Pool): ApiError {
  const upstreams = [...new Set(keyless.map(({ id }) => byId.get(id)?.upstreamName ?? 'default'))];
  const wants = upstreams.map((name) => {
    const variable = config.upstreams[name]?.apiKeyEnv;
    return `upstream \`${name}\` has no key${variable === undefined ? '' : `: set ${variable}`}`;
  });
  return planError(503, `${wants.join('; ')}, or run *OpenFusion: Set Upstream Key*.`, { code: 'upstream_key_missing', shouldRetry: false });
}

function tooLong(rejected: readonly RejectedCandidate[], { contextTokens, expectedOutputTokens }: TaskProfile, { byId }: Pool): ApiError {
  const largest = rejected.reduce((most, { id }) => Math.max(most, byId.get(id)?.contextTokens ?? 0), 0);
  return planError(400, `This request is too long: about ${contextTokens} tokens and ${expectedOutputTokens} for the answer, and the largest context window of the candidates is ${largest} tokens. Shorten the conversation.`, { code: 'context_length_exceeded', param: 'messages' });
}
