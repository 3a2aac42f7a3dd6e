import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { callSamples } from '../../../src/strategy/call-samples.ts';
import type { Attempt, Phase } from '../../../src/trace/types.ts';

const attempt = (part: Partial<Attempt> = {}): Attempt => ({ model: 'v/m', upstreamName: 'up', status: 'success', startedMs: 100, durationMs: 900, ...part });
const phase = (part: Partial<Phase> = {}): Phase => ({
  id: 'primary-1', phase: 'primary', role: 'coder', candidateId: 'coder', model: 'v/m', upstreamName: 'up', status: 'done', startedMs: 0, firstContentMs: 1_000, endedMs: 3_000,
  usage: { inputTokens: 10, outputTokens: 100, cachedInputTokens: 0, reasoningTokens: 0, estimated: false }, costUsd: 0, attempts: [attempt()], text: '', toolCalls: [], ...part,
});
const only = (part: Partial<Phase>, stream = true) => callSamples([phase(part)], { stream })[0] ?? assert.fail();

describe('what the calls of a request tell', () => {
  it('is the time to the first content and the tokens a second from there on', () => {
    assert.deepEqual(only({}), { model: 'v/m', upstreamName: 'up', ok: true, firstContentS: 0.9, tokensPerS: 50 });
  });

  it('counts the tokens from the start of the call when some of them were reasoning', () => {
    assert.equal(only({ usage: { inputTokens: 10, outputTokens: 100, cachedInputTokens: 0, reasoningTokens: 60, estimated: false }, endedMs: 4_100 }).tokensPerS, 25);
  });

  it('is no speed of an answer that was short, estimated or not streamed', () => {
    const usage = { inputTokens: 10, outputTokens: 100, cachedInputTokens: 0, reasoningTokens: 0, estimated: false };
    assert.equal(only({ usage: { ...usage, outputTokens: 5 } }).tokensPerS, null);
    assert.equal(only({ usage: { ...usage, estimated: true } }).tokensPerS, null);
    const plain = only({}, false);
    assert.deepEqual([plain.ok, plain.firstContentS, plain.tokensPerS], [true, null, null]);
  });

  it('counts a failure of each model that was tried against it, and the success for the one that answered', () => {
    const samples = callSamples([phase({ attempts: [attempt({ model: 'v/a', status: 'error', reason: 'server_error' }), attempt({ model: 'v/b', status: 'error', reason: 'bad_request' }), attempt()] })], { stream: true });
    assert.deepEqual(samples.map(({ model, ok }) => [model, ok]), [['v/a', false], ['v/b', null], ['v/m', true]]);
  });

  it('counts an answer that broke in the middle as a failure, and one that the client left not at all', () => {
    assert.deepEqual([only({ status: 'failed' }).ok, only({ status: 'failed' }).tokensPerS], [false, null]);
    assert.equal(only({ status: 'aborted' }).ok, null);
    assert.equal(only({ attempts: [attempt({ status: 'aborted' })] }).firstContentS, null);
  });
});
