import assert from 'node:assert/strict';
import type { WireFormat } from '../../../src/protocol/types.ts';
import { readBack } from '../../support/wire-client.ts';
import type { Reply } from './ask.ts';

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = { 401: 'authentication_error', 402: 'billing_error', 403: 'permission_error', 404: 'not_found_error', 413: 'request_too_large', 429: 'rate_limit_error', 504: 'timeout_error', 529: 'overloaded_error' };

/** The client's own error object, with something to read in it and nothing of our inside. Gives its code, or for Messages its type. */
export function assertError(wire: WireFormat, { status, headers, body, whole }: Reply): string {
  assert.ok(status >= 400 && status < 600, `${status}: ${body.slice(0, 300)}`);
  assert.ok(whole, 'an error comes whole');
  assert.match(headers['content-type'] ?? '', /^application\/json/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  const parsed = JSON.parse(body) as { type?: unknown; error: Record<string, unknown> };
  const { message, type } = parsed.error;
  assert.ok(typeof message === 'string' && message !== '' && typeof type === 'string' && type !== '', body);
  assertNoInside(body);
  if (wire === 'messages') {
    assert.deepEqual(Object.keys(parsed), ['type', 'error']);
    assert.equal(parsed.type, 'error');
    assert.equal(type, ANTHROPIC_TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'));
    return type;
  }
  assert.deepEqual(Object.keys(parsed), ['error']);
  assert.deepEqual(Object.keys(parsed.error), ['message', 'type', 'param', 'code']);
  return typeof parsed.error['code'] === 'string' ? parsed.error['code'] : 'null';
}

/** No stack, no path of this machine, no word of "unexpected". */
export function assertNoInside(body: string): void {
  assert.doesNotMatch(body, /\bat (?:async )?[\w.<>]+ \(|node:internal|\/src\/|\.ts:\d|failed on this request/, body.slice(0, 500));
}

/**
 * What an agent sees, in a few words: `whole`, `502 upstream_error`, `cut`, `response.failed`, `error event`. Anything that is none of
 * these, such as an answer that only looks complete, is said so and fits no expectation.
 */
export function verdictOf(wire: WireFormat, stream: boolean, reply: Reply, words = 'well'): string {
  if (reply.status !== 200) return `${reply.status} ${ours(wire, assertError(wire, reply))}`.trim();
  assertNoInside(reply.body);
  if (!stream) {
    if (!reply.whole) return 'cut';
    const { completion } = readBack(wire, reply.body, false);
    return completion.text === words ? 'whole' : `other words: ${completion.text.slice(0, 80)}`;
  }
  const { completion, finished, error } = readBack(wire, withoutTail(reply.body, reply.whole), true);
  if (error !== null) return finished ? 'an end after an error' : wire === 'responses' ? 'response.failed' : wire === 'messages' ? 'error event' : 'error chunk';
  if (!reply.whole) return finished ? 'a cut behind the end' : 'cut';
  if (!finished) return 'a quiet end';
  return completion.text === words ? 'whole' : `other words: ${completion.text.slice(0, 80)}`;
}

const OUR_CODES: ReadonlySet<string> = new Set(['context_length_exceeded', 'content_filter', 'model_not_found', 'rate_limit_exceeded', 'budget_exceeded', 'no_capable_candidate']);

/** A code that is the provider's own passes as it is; which one that is, is not ours to say. */
const ours = (wire: WireFormat, code: string): string => (wire === 'messages' || code.startsWith('upstream_') || OUR_CODES.has(code) ? code : '');

/** A cut stream may end in the middle of an event. */
const withoutTail = (body: string, whole: boolean): string => (whole ? body : body.slice(0, body.lastIndexOf('\n\n') + 2));
