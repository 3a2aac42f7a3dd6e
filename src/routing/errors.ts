import type { ApiError } from '../protocol/errors.ts';

/** An error that a plan ends in. The same shape as the gateway's other errors; this room imports no code of other rooms. */
export function planError(
  status: 400 | 402 | 404 | 429 | 503,
  message: string,
  { code = null, param = null, retryAfterS, shouldRetry }: Partial<Pick<ApiError, 'code' | 'param' | 'retryAfterS' | 'shouldRetry'>> = {},
): ApiError {
  return { status, type: TYPES[status], code, message, param, retryAfterS, shouldRetry };
}

const TYPES = { 400: 'invalid_request_error', 402: 'insufficient_quota', 404: 'invalid_request_error', 429: 'rate_limit_error', 503: 'server_error' } as const;
