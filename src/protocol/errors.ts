/** An error on its way to a client: plain data, rendered in the client's own format at the edge. */
export interface ApiError {
  status: number;
  /** OpenAI error type, e.g. `invalid_request_error`, `server_error`, `rate_limit_error`. */
  type: string;
  code: string | null;
  message: string;
  /** The offending field, where there is one. */
  param: string | null;
  /** Seconds that the client should wait; becomes `Retry-After`. */
  retryAfterS?: number | undefined;
  /** False becomes `x-should-retry: false`: trying again cannot help. */
  shouldRetry?: boolean | undefined;
}

const TYPE_BY_STATUS: Record<number, string> = {
  400: 'invalid_request_error', 401: 'authentication_error', 402: 'insufficient_quota', 403: 'permission_error',
  404: 'invalid_request_error', 405: 'invalid_request_error', 413: 'invalid_request_error', 415: 'invalid_request_error', 429: 'rate_limit_error',
};

/** Builds an {@link ApiError}; the type follows from the status unless given. */
export function apiError(
  status: number,
  message: string,
  { code = null, param = null, type = TYPE_BY_STATUS[status] ?? 'server_error', retryAfterS, shouldRetry }: Partial<Omit<ApiError, 'status' | 'message'>> = {},
): ApiError {
  return { status, type, code, message, param, retryAfterS, shouldRetry };
}

/** The OpenAI error object, used by the chat and Responses formats. */
export function openAiErrorBody(error: ApiError): string {
  return JSON.stringify({ error: { message: error.message, type: error.type, param: error.param, code: error.code } });
}

/** Anthropic's names: https://docs.anthropic.com/en/api/errors */
const ANTHROPIC_TYPES: Record<number, string> = {
  401: 'authentication_error', 402: 'billing_error', 403: 'permission_error', 404: 'not_found_error', 413: 'request_too_large', 429: 'rate_limit_error', 504: 'timeout_error', 529: 'overloaded_error',
};

/** The Anthropic error object, used by the Messages format. */
export function anthropicErrorBody(error: ApiError): string {
  return JSON.stringify({ type: 'error', error: { type: ANTHROPIC_TYPES[error.status] ?? (error.status >= 500 ? 'api_error' : 'invalid_request_error'), message: error.message } });
}

/** A value or the error that stands in its place. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: ApiError };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (error: ApiError): { ok: false; error: ApiError } => ({ ok: false, error });
