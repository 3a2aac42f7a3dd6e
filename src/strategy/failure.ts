import { apiError, type ApiError } from '../protocol/errors.ts';
import type { FailureReason, UpstreamFailure } from '../upstream/types.ts';

const RATE: ReadonlySet<FailureReason> = new Set(['rate_limited', 'cooling_down']);
/** Before the first content the next candidate is tried for these; a client that left, or a filtered prompt, is no reason to ask elsewhere. */
const FALL_OVER: ReadonlySet<FailureReason> = new Set([
  'rate_limited', 'cooling_down', 'server_error', 'timeout', 'connect', 'auth', 'no_key', 'credits', 'context_length', 'model_not_found', 'incomplete', 'invalid_response', 'bad_request', 'unsupported_parameter', 'content_filter',
]);
/** Worth another try with the same model when there is no other. */
const RETRY_SAME: ReadonlySet<FailureReason> = new Set(['server_error', 'connect', 'incomplete', 'invalid_response']);

export const mayFallOver = (failure: UpstreamFailure): boolean => FALL_OVER.has(failure.reason);
/** A redirect is a wrong address, which stays wrong. */
export const mayRetrySame = ({ reason, status }: UpstreamFailure): boolean => RETRY_SAME.has(reason) && !(status >= 300 && status < 400);

/**
 * What the client is told when nothing answered: 429 with `Retry-After` when everything is rate-limited, else the first
 * choice's failure, since that is what the user asked for.
 */
export function errorFor(failures: readonly UpstreamFailure[]): ApiError {
  const [first] = failures;
  if (first === undefined) return apiError(502, 'No model could be called.');
  if (failures.every(({ reason }) => RATE.has(reason))) {
    const waits = failures.map(({ retryAfterS }) => retryAfterS).filter((wait) => wait !== undefined);
    return apiError(429, `Every candidate is rate-limited or cooling down. ${capital(first.message)}`, { code: 'rate_limit_exceeded', retryAfterS: waits.length > 0 ? Math.max(1, Math.min(...waits)) : 5 });
  }
  const cause = failures.find(({ reason }) => !RATE.has(reason)) ?? first;
  const others = failures.length > 1 ? ` (${failures.length} attempts failed in all)` : '';
  return single(RATE.has(first.reason) ? cause : first, others);
}

function single(failure: UpstreamFailure, others: string): ApiError {
  const message = `${capital(failure.message)}${others}`;
  switch (failure.reason) {
    case 'auth': case 'no_key': return apiError(502, message, { code: 'upstream_auth', shouldRetry: false });
    case 'credits': return apiError(502, message, { code: 'upstream_credits', shouldRetry: false });
    case 'context_length': return apiError(400, message, { code: 'context_length_exceeded', param: 'messages' });
    case 'content_filter': return apiError(400, message, { code: 'content_filter' });
    case 'bad_request': case 'unsupported_parameter': return apiError(failure.status >= 400 && failure.status < 500 ? failure.status : 400, message, { code: failure.code, param: failure.param, type: 'invalid_request_error' });
    case 'model_not_found': return apiError(404, message, { code: 'model_not_found', param: 'model' });
    case 'timeout': return apiError(504, message, { code: 'upstream_timeout' });
    case 'server_error': return apiError(failure.status === 503 || failure.status === 529 ? 503 : 502, message, { code: 'upstream_error', retryAfterS: failure.retryAfterS });
    default: return apiError(502, message, { code: `upstream_${failure.reason}` });
  }
}

/** A message begins with the name of a model, which stays as it is, or with our own words. */
const capital = (text: string): string => (/^(upstream|the) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text);
