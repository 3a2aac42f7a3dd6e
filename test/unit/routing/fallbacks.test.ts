import assert from 'node:assert/strict';
import type { ConfigInput } from '../../../src/config/schema.ts';
import type { Plan, PlanInput } from '../../../src/routing/types.ts';
import { ask, call, chat, configFrom, NOW_MS, pinnedTo, planned, result, TOOLS } from './support.ts';

const plan = (config: ConfigInput, body: Record<string, unknown> = {}, given: Partial<PlanInput> = {}): Plan => planned(ask('Debug the crash in the API code', body), { config: configFrom(config), ...given });
const ids = ({ fallbacks }: Plan): string[] => fallbacks.map(({ candidateId }) => candidateId);

describe('the fallbacks', () => {
  it('are the next best of the pool, in order', () => {
    const made = plan({});
    assert.deepEqual(ids(made), made.candidates.slice(1).map(({ id }) => id));
  });

  it('go on with the models of the fallback roles, without naming anybody twice', () => {
    const candidates = [{ id: 'a', role: 'coder', model: 'v/a' }, { id: 'b', role: 'writer', model: 'openai/gpt-4.1' }];
    assert.deepEqual(ids(plan({ auto: { candidates, fallbackRoles: ['writer', 'fast', 'reasoner'] } })), ['b', 'fast', 'reasoner']);
  });

  it('are none with "never"', () => {
    assert.deepEqual(ids(plan({ fallback: 'never' })), []);
    assert.deepEqual(ids(plan({ fallback: 'never' }, { models: ['openai/gpt-4.1'] })), []);
  });

  it('are of the same role or of a like price with "same-tier"', () => {
    const priced = (id: string, role: string, input: number) => ({ id, role, model: `v/${id}`, skills: { coding: id === 'top' ? 1 : 0.5 }, pricing: { inputUsdPer1M: input, outputUsdPer1M: input } });
    const candidates = [priced('top', 'coder', 1), priced('twice', 'fast', 2), priced('half', 'fast', 0.5), priced('dear', 'fast', 2.1), priced('cheap', 'fast', 0.4), priced('brother', 'coder', 50), { id: 'unknown', role: 'fast', model: 'v/unknown' }];
    const made = plan({ fallback: 'same-tier', auto: { candidates, fallbackRoles: [], scoring: { costQualityTradeoff: 0 } } });
    assert.equal(made.primary.candidateId, 'top');
    assert.deepEqual(ids(made).toSorted(), ['brother', 'half', 'twice']);
  });

  it('leave out who cannot answer', () => {
    assert.ok(!ids(plan({}, {}, { coolingUntilMs: new Map([['verifier', NOW_MS + 1_000]]) })).includes('verifier'));
  });

  it('are few', () => {
    const candidates = Array.from({ length: 40 }, (_, i) => ({ id: `c${i}`, role: 'coder', model: `v/${i}` }));
    assert.equal(ids(plan({ auto: { candidates } })).length, 5);
  });
});

describe('the models that a request lists', () => {
  it('are who may answer, and the order to fall back in', () => {
    const made = plan({}, { models: ['openai/gpt-4.1', 'deepseek/deepseek-chat-v3-0324', 'openfusion/fast'] });
    assert.equal(made.primary.candidateId, 'coder');
    assert.deepEqual(ids(made), ['writer', 'fast']);
    assert.deepEqual(made.rejected.map(({ id, reason }) => [id, reason]), [['reasoner', 'not_allowed'], ['verifier', 'not_allowed']]);
  });

  it('hold in the mode Fusion too, and in a tool loop whose model is none of them', () => {
    const models = ['openai/gpt-4.1', 'deepseek/deepseek-chat-v3-0324'], allowed = ['writer', 'coder'];
    const panel = plan({}, { models }, { mode: { kind: 'fusion' } });
    assert.deepEqual([...panel.panel, panel.judge, panel.primary, ...panel.fallbacks].filter((call) => !allowed.includes(call?.candidateId ?? '')), []);
    const loop = planned(chat({ models, messages: [{ role: 'user', content: 'Debug the crash' }, call(), result()], tools: TOOLS }), pinnedTo('verifier'));
    assert.ok(allowed.includes(loop.primary.candidateId));
    assert.equal(loop.reason, 'tool_loop_moved');
    assert.ok(loop.explanation.some((sentence) => sentence.includes("leaves verifier: it is not in the request's `models`")), loop.explanation.join('\n'));
  });

  it('may be unknown here: then they are calls to the default upstream', () => {
    const made = plan({}, { models: ['vendor/new', 'openai/gpt-4.1'] });
    assert.equal(made.primary.candidateId, 'writer');
    assert.deepEqual(made.fallbacks.map(({ candidateId, role, upstreamName }) => [candidateId, role, upstreamName]), [['vendor/new', 'passthrough', 'default']]);
  });

  it('restrict nobody when none of them is a candidate', () => {
    const made = plan({}, { models: ['vendor/new'] });
    assert.equal(made.candidates.length, 5);
    assert.deepEqual(ids(made), ['vendor/new']);
  });

  it('answer when nobody of the pool may', () => {
    const made = plan({}, { models: ['openai/gpt-4.1', 'vendor/new'] }, { coolingUntilMs: new Map([['writer', NOW_MS + 1_000]]) });
    assert.deepEqual([made.primary.candidateId, made.fallbacks.length], ['vendor/new', 0]);
  });

  it('are the fallbacks of a model that was asked for by name, which has none else', () => {
    assert.deepEqual(ids(plan({}, { model: 'vendor/x' })), []);
    assert.deepEqual(ids(plan({}, { model: 'vendor/x', models: ['vendor/x', 'vendor/y'] })), ['vendor/y']);
  });
});
