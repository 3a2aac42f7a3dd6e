import assert from 'node:assert/strict';
import type { ConfigInput } from '../../../src/config/schema.ts';
import { ask, configFrom, DEFAULTS, NOW_MS, planned, refused, TOOLS } from './support.ts';

const one = (given: Record<string, unknown>): ConfigInput => ({ auto: { candidates: [{ id: 'a', role: 'coder', model: 'v/a', ...given }], fallbackRoles: [] } });
const IMAGE = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };

describe('when nobody can answer', () => {
  it('a request that fits no window is too long, with the code on which agents compact', () => {
    const error = refused(ask('word '.repeat(4_000)), { config: configFrom(one({ contextTokens: 4_000 })) });
    assert.deepEqual([error.status, error.code, error.type], [400, 'context_length_exceeded', 'invalid_request_error']);
    assert.match(error.message, /about 5\d+ tokens .* largest context window of the candidates is 4000/);
  });

  it('a pool that is cooling down is a 429 that says when the first is back', () => {
    const cooling = new Map(DEFAULTS.auto.candidates.map(({ id }, i) => [id, NOW_MS + 10_000 + i * 5_000]));
    const error = refused(ask('hello'), { coolingUntilMs: cooling });
    assert.deepEqual([error.status, error.retryAfterS, error.type], [429, 10, 'rate_limit_error']);
  });

  it('cooling down counts for more than what the others lack: waiting helps', () => {
    const config = configFrom({ auto: { candidates: [{ id: 'a', role: 'coder', model: 'v/a' }, { id: 'b', role: 'coder', model: 'v/b', contextTokens: 1 }], fallbackRoles: [] } });
    assert.equal(refused(ask('hello'), { config, coolingUntilMs: new Map([['default/v/a', NOW_MS + 1]]) }).status, 429);
  });

  it('a missing key is told by the name of its variable', () => {
    const error = refused(ask('hello'), { keylessUpstreams: new Set(['default']) });
    assert.deepEqual([error.status, error.shouldRetry], [503, false]);
    assert.match(error.message, /upstream `default` has no key: set OPENROUTER_API_KEY, or run \*OpenFusion: Set Upstream Key\*/);
  });

  const picture = ask('x').messages.concat({ role: 'user', content: [{ type: 'image', url: IMAGE.image_url.url }] });
  const schema = { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } };
  const unmet = [
    { param: 'tools', request: ask('x', { tools: TOOLS }), lacks: { tools: false }, says: /it has tools, and none can call tools/ },
    { param: 'messages', request: { ...ask('x'), messages: picture }, lacks: {}, says: /it has images/ },
    { param: 'response_format', request: ask('x', schema), lacks: { jsonSchema: false }, says: /it wants a JSON schema/ },
  ];
  for (const { param, request, lacks, says } of unmet) {
    it(`a need that nobody meets is told in words, with its field: ${param}`, () => {
      const error = refused(request, { config: configFrom(one(lacks)) });
      assert.deepEqual([error.status, error.code, error.param], [400, 'no_capable_candidate', param]);
      assert.match(error.message, says);
    });
  }

  it('limits that leave nobody are told with the candidate that broke them', () => {
    const error = refused(ask('x'), { config: configFrom({ auto: { ...one({ availability: 0.1 }).auto, scoring: { preferences: { minAvailability: 0.5 } } } }) });
    assert.equal(error.status, 503);
    assert.match(error.message, /a: availability 0\.1 is below minAvailability 0\.5/);
  });

  it('the model of a fallback role answers, when it can', () => {
    const plan = planned(ask('hello'), { config: configFrom({ auto: { candidates: [{ id: 'a', role: 'coder', model: 'v/a' }] } }), coolingUntilMs: new Map([['a', NOW_MS + 1]]) });
    assert.equal(plan.primary.candidateId, 'fast');
  });

  it('a panel fails for the same reasons', () => {
    assert.equal(refused(ask('hello', { model: 'openfusion/fusion' }), { keylessUpstreams: new Set(['default']) }).code, 'upstream_key_missing');
  });
});

describe('a model that was asked for by name and cannot answer', () => {
  const cooling = { coolingUntilMs: new Map([['coder', NOW_MS + 9_000]]) };

  it('is stood in for by the best other one', () => {
    const plan = planned(ask('hello', { model: 'openfusion/coder' }), cooling);
    assert.deepEqual([plan.strategy, plan.reason], ['direct', 'named_model_unavailable']);
    assert.notEqual(plan.primary.candidateId, 'coder');
    assert.ok(plan.explanation.some((sentence) => sentence.startsWith('coder cannot answer: cooling down')));
  });

  it('is not stood in for with "never", nor when it is nobody\'s candidate', () => {
    assert.equal(refused(ask('hello', { model: 'openfusion/coder' }), { ...cooling, config: configFrom({ fallback: 'never' }) }).retryAfterS, 9);
    assert.equal(refused(ask('hello', { model: 'v/x' }), { coolingUntilMs: new Map([['default/v/x', NOW_MS + 2_000]]) }).retryAfterS, 2);
    assert.equal(refused(ask('hello', { model: 'v/x' }), { keylessUpstreams: new Set(['default']) }).status, 503);
  });

  it('is only stood in for by its like with "same-tier"', () => {
    const plan = planned(ask('hello', { model: 'openfusion/writer' }), { config: configFrom({ fallback: 'same-tier' }), coolingUntilMs: new Map([['writer', NOW_MS + 1]]) });
    assert.ok(['verifier', 'reasoner'].includes(plan.primary.candidateId), plan.primary.candidateId);
  });
});
