/** Probe of what an endpoint says when it is asked too often. It is never provoked: what came by itself is judged. */
import type { IncomingHttpHeaders } from 'node:http';
import { check, type Check } from '../check.ts';

export const RETRY_AFTER_CHECK = 'probe.retry-after';

/** How long to wait in milliseconds, by `retry-after-ms` or `retry-after` (seconds or a date); null when neither says. */
export function retryAfterMs(headers: IncomingHttpHeaders, nowMs: number): number | null {
  const inMs = Number(headers['retry-after-ms'] ?? NaN);
  if (Number.isFinite(inMs) && inMs >= 0) return inMs;
  const text = headers['retry-after'];
  if (text === undefined || text.trim() === '') return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1_000 : null;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}

/** `waitsMs`: of each 429 what its Retry-After said, null for nothing. */
export function probeRetryAfter(waitsMs: readonly (number | null)[]): Check {
  if (waitsMs.length === 0) return check(RETRY_AFTER_CHECK, 'skip', 'no 429 came');
  const silent = waitsMs.filter((waitMs) => waitMs === null).length;
  if (silent > 0) return check(RETRY_AFTER_CHECK, 'warn', `${silent} of ${waitsMs.length} answers with 429 came without Retry-After`, { hint: 'Agents have to guess how long to wait.' });
  const longestMs = Math.max(...waitsMs.map((waitMs) => waitMs ?? 0));
  return check(RETRY_AFTER_CHECK, 'pass', `${waitsMs.length} ${waitsMs.length === 1 ? 'answer' : 'answers'} with 429, Retry-After up to ${Math.ceil(longestMs / 1_000)} s`);
}
