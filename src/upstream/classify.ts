import { readErrorBody } from './error-body.ts';
import { readRefusals, type Refusal } from './refusals.ts';
import type { FailureReason, UpstreamFailure } from './types.ts';

/** Providers say "too long" in many words; agents compact only on the code `context_length_exceeded`. */
const CONTEXT_WORDS = /context[ _-]?(length|window|size|limit)|maximum context|too many tokens|prompt is too long|input is too long|reduce the length|exceeds? (the )?(model'?s )?(max|maximum|limit).{0,40}tokens/i;
const FILTER_WORDS = /content[ _-]?(filter|policy)|moderation|flagged/i;
const MODEL_WORDS = /model.{0,60}(not found|does not exist|not exist|unknown|not available|no longer|decommissioned|deprecated)|no (such|endpoints? found for) model|not a valid model|unknown model/i;
/** OpenAI says it with 429, Anthropic with 400; waiting does not help. */
const CREDIT_WORDS = /insufficient_quota|credit balance is too low/i;

/** Turns a provider's error status and body into a named failure. `where` names the upstream for the message. */
export function classifyFailure(where: string, keyHint: string, status: number, body: string, retryAfter: string | undefined, nowMs: number): UpstreamFailure {
  const error = readErrorBody(body);
  const { message, code, param } = error;
  const refusals = status === 400 || status === 422 ? readRefusals(error) : [];
  const reason = reasonOf(status, message, code, refusals);
  return {
    reason, status, code, param, ...(reason === 'unsupported_parameter' ? { refusals } : {}),
    message: reason === 'auth'
      ? `${where} answered ${status}: its key is missing or wrong; ${keyHint}`
      : `${where} answered ${status}${message === '' ? '' : `: ${message}`}`,
    retryAfterS: parseRetryAfter(retryAfter, nowMs),
  };
}

function reasonOf(status: number, message: string, code: string | null, refusals: readonly Refusal[]): FailureReason {
  const text = `${code ?? ''} ${message}`;
  if (status === 401 || status === 403) return FILTER_WORDS.test(text) ? 'content_filter' : 'auth';
  if (status === 402) return 'credits';
  if (CREDIT_WORDS.test(text)) return 'credits';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 504) return 'timeout';
  if (status >= 500) return 'server_error';
  if (status >= 300 && status < 400) return 'invalid_response';
  if (status === 413 || CONTEXT_WORDS.test(text)) return 'context_length';
  if (FILTER_WORDS.test(text)) return 'content_filter';
  if (MODEL_WORDS.test(text) || code === 'model_not_found') return 'model_not_found';
  return refusals.length > 0 ? 'unsupported_parameter' : 'bad_request';
}

/** `Retry-After` in seconds, from seconds or an HTTP date; at most a day. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : (Date.parse(value) - nowMs) / 1000;
  return Number.isFinite(seconds) ? Math.min(86_400, Math.max(0, Math.ceil(seconds))) : undefined;
}
