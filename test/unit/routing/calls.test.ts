import assert from 'node:assert/strict';
import type { ConfigInput } from '../../../src/config/schema.ts';
import { ask, configFrom, planned } from './support.ts';

const UPSTREAM = { provider: { sort: 'price', allow_fallbacks: true }, plugins: [{ id: 'pareto-router', min_coding_score: 0.66 }] };
const CONFIG: ConfigInput = { auto: { candidates: [{ id: 'router', role: 'coder', model: 'v/router', upstream: UPSTREAM }], fallbackRoles: ['fast', 'writer', 'reasoner'] } };
const extra = (body: Record<string, unknown> = {}, config: ConfigInput = CONFIG): Record<string, unknown> => planned(ask('Debug the crash', body), { config: configFrom(config) }).primary.extraBody;

describe('the fields that a call adds for its upstream', () => {
  it('are the candidate\'s own', () => {
    assert.deepEqual(extra(), UPSTREAM);
  });

  it('merge with those of the request, which win', () => {
    const merged = extra({ provider: { sort: 'latency' }, plugins: [{ id: 'web' }, { id: 'pareto-router', min_coding_score: 0.9 }] });
    assert.deepEqual(merged['provider'], { sort: 'latency', allow_fallbacks: true });
    assert.deepEqual(merged['plugins'], [{ id: 'web' }, { id: 'pareto-router', min_coding_score: 0.9 }]);
  });

  it('do not repeat what stands in the request\'s body already', () => {
    assert.deepEqual(extra({ provider: { sort: 'latency' }, plugins: [{ id: 'web' }], session_id: 's' }, {}), {});
  });

  it('never change the configuration', () => {
    const config = configFrom(CONFIG);
    const before = JSON.stringify(config);
    planned(ask('Debug the crash', { provider: { sort: 'latency' } }), { config });
    assert.equal(JSON.stringify(config), before);
  });

  it('hold no OpenRouter fields for another kind of upstream', () => {
    const other: ConfigInput = { upstreams: { claude: { kind: 'anthropic', baseURL: 'https://api.example.com/v1' } }, auto: { upstreamFallbacks: { enabled: true }, candidates: [{ id: 'a', role: 'coder', model: 'v/a', upstreamName: 'claude', upstream: { provider: { x: 1 } } }] } };
    assert.deepEqual(extra({ provider: { y: 2 } }, other), { provider: { x: 1 } });
  });
});

describe('fallbacks that the upstream does itself', () => {
  const enabled = (given: Partial<ConfigInput> = {}): ConfigInput => ({ ...given, auto: { ...CONFIG.auto, upstreamFallbacks: { enabled: true, maxModels: 2 } } });

  it('are the next models on the same upstream, with the session', () => {
    const made = planned(ask('Debug the crash'), { config: configFrom(enabled()), headers: { 'x-session-id': 'ses_1' } });
    assert.deepEqual(made.primary.extraBody, { ...UPSTREAM, models: ['openai/gpt-4.1-mini', 'openai/gpt-4.1'], session_id: 'ses_1' });
    assert.deepEqual(made.fallbacks[0]?.extraBody['models'], ['openai/gpt-4.1', 'openai/o4-mini']);
    assert.equal(made.fallbacks.at(-1)?.extraBody['models'], undefined);
  });

  it('leave the session to the body that names it', () => {
    assert.equal('session_id' in extra({ session_id: 'ses_2' }, enabled()), false);
  });

  it('are none when nobody may stand in, nor across upstreams', () => {
    assert.equal(extra({}, enabled({ fallback: 'never' }))['models'], undefined);
    const elsewhere = enabled({ upstreams: { other: { baseURL: 'https://other.example.com/v1' } }, roles: Object.fromEntries(['fast', 'writer', 'reasoner'].map((role) => [role, { model: 'v/o', upstreamName: 'other' }])) });
    assert.equal(extra({}, elsewhere)['models'], undefined);
  });
});
