import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { classifyFailure, parseRetryAfter } from '../../../src/upstream/classify.ts';

const classify = (status: number, error: unknown = {}, retryAfter?: string) => classifyFailure('upstream `x`', 'run *OpenFusion: Set Upstream Key*', status, typeof error === 'string' ? error : JSON.stringify({ error }), retryAfter, Date.UTC(2026, 0, 1));

describe('naming an upstream failure', () => {
  it('goes by the status first', () => {
    const names: [number, string][] = [[401, 'auth'], [403, 'auth'], [402, 'credits'], [429, 'rate_limited'], [408, 'timeout'], [504, 'timeout'], [500, 'server_error'], [529, 'server_error'], [422, 'bad_request'], [301, 'invalid_response'], [413, 'context_length'], [400, 'bad_request']];
    for (const [status, reason] of names) assert.equal(classify(status).reason, reason, String(status));
  });

  it("knows a context overflow in many providers' words", () => {
    for (const message of [
      "This model's maximum context length is 8192 tokens", 'prompt is too long: 210000 tokens > 200000 maximum', 'Input is too long for requested model', 'Please reduce the length of the messages',
      'The input exceeds the maximum number of tokens allowed', 'context_length_exceeded',
    ]) assert.equal(classify(400, { message }).reason, 'context_length', message);
  });

  it('knows a missing model and a filtered prompt', () => {
    assert.equal(classify(404, { message: 'The model `x` does not exist' }).reason, 'model_not_found');
    assert.equal(classify(400, { message: 'x is not a valid model ID' }).reason, 'model_not_found');
    assert.equal(classify(400, { code: 'content_filter', message: 'flagged' }).reason, 'content_filter');
    assert.equal(classify(403, { message: 'Your input was flagged by moderation' }).reason, 'content_filter');
  });

  it('knows an account without money from a limit that passes', () => {
    assert.equal(classify(429, { message: 'You exceeded your current quota', code: 'insufficient_quota' }).reason, 'credits');
    assert.equal(classify(400, { type: 'invalid_request_error', message: 'Your credit balance is too low to access the Anthropic API.' }).reason, 'credits');
  });

  it('knows a field that the model refuses, and says which', () => {
    const { reason, refusals } = classify(400, { message: "Unsupported parameter: 'seed'", param: 'seed', code: 'unsupported_parameter' });
    assert.deepEqual([reason, refusals], ['unsupported_parameter', [{ kind: 'field', names: ['seed'], instead: null }]]);
    assert.equal(classify(400, { message: 'temperature must be at most 2', param: 'temperature' }).reason, 'bad_request');
    assert.equal(classify(400, { message: "prompt is too long; unknown parameter: 'seed'" }).reason, 'context_length');
  });

  it('keeps message, code and param, and says what to do about a key', () => {
    const failure = classify(400, { message: 'temperature too high', code: 'invalid_value', param: 'temperature' });
    assert.deepEqual([failure.message, failure.code, failure.param], ['upstream `x` answered 400: temperature too high', 'invalid_value', 'temperature']);
    assert.match(classify(401, { message: 'key sk-123 is bad' }).message, /^upstream `x` answered 401: its key is missing or wrong; run \*OpenFusion: Set Upstream Key\*$/);
  });

  it('survives a body that is no JSON', () => {
    assert.deepEqual([classify(500, '<html>').reason, classify(500, '<html>').message], ['server_error', 'upstream `x` answered 500']);
  });

  it('reads Retry-After as seconds or a date, and never beyond a day', () => {
    const now = Date.UTC(2026, 0, 1);
    assert.equal(parseRetryAfter('8', now), 8);
    assert.equal(parseRetryAfter('1.2', now), 2);
    assert.equal(parseRetryAfter(new Date(now + 30_000).toUTCString(), now), 30);
    assert.equal(parseRetryAfter(new Date(now - 30_000).toUTCString(), now), 0);
    assert.equal(parseRetryAfter('999999999', now), 86_400);
    for (const nonsense of [undefined, '', 'soon']) assert.equal(parseRetryAfter(nonsense, now), undefined);
  });
});
