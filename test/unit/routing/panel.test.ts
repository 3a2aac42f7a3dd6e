import assert from 'node:assert/strict';
import type { ConfigInput } from '../../../src/config/schema.ts';
import type { Plan } from '../../../src/routing/types.ts';
import { ask, chat, configFrom, NOW_MS, pinnedTo, planned, TOOLS } from './support.ts';

const fusion = (text: string, config: ConfigInput = {}): Plan => planned(ask(text, { model: 'openfusion/fusion' }), { config: configFrom(config) });
const roles = (plan: Plan): string[] => plan.panel.map(({ role }) => role);

describe('the panel', () => {
  it('is the one of the seed for its three kinds of work', () => {
    for (const text of ['Review this patch for security risks and missing tests', 'Review this patch for security risks and missing tests.', 'Please review the diff below: is it secure, and which tests are missing?']) {
      assert.deepEqual(roles(fusion(text)), ['verifier', 'coder', 'fast'], text);
    }
    for (const text of ['Compare two architectures for a Codex API relay', 'Compare two architectures for an API relay in front of several model providers and explain the trade-offs: implement it as one process, or as a gateway with a queue and workers?']) {
      assert.deepEqual(roles(fusion(text)), ['coder', 'reasoner', 'fast', 'verifier'], text);
    }
    for (const text of ['Polish this README section so that a new user understands it at the first reading.', 'Rewrite the introduction of the documentation so that it is concise', '润色这段说明文档']) {
      assert.deepEqual(roles(fusion(text)), ['writer', 'fast', 'verifier'], text);
    }
  });

  it('says why in the words of the seed', () => {
    assert.equal(fusion('Debug this flaky API test and propose a minimal patch').route.rationale, 'Selected coder, verifier, fast because the prompt contains coding/debugging and verification signals.');
    assert.equal(fusion('do as before').route.rationale, `Selected ${roles(fusion('do as before')).join(', ')} because the prompt contains no clear signal, so the default panel.`);
  });

  it('gives a seat to the role of a custom rule, with its reason', () => {
    const plan = fusion('Polish the postmortem', { routing: { rules: [{ role: 'reasoner', keywords: ['postmortem'], score: 9, reason: 'incident-review signal' }] } });
    assert.equal(roles(plan)[0], 'reasoner');
    assert.match(plan.route.rationale, /contains incident-review signal and writing signals\.$/);
  });

  it('has at most maxPanel seats, and at least minPanel where there are models', () => {
    assert.equal(fusion('Compare two architectures for a Codex API relay', { fusion: { maxPanel: 2 } }).panel.length, 2);
    assert.equal(fusion('hello', { fusion: { minPanel: 4 } }).panel.length, 4);
  });

  it('seats one candidate for a role, its best', () => {
    const candidates = [
      { id: 'weak', role: 'coder', model: 'v/weak', skills: { coding: 0.2 } }, { id: 'strong', role: 'coder', model: 'v/strong', skills: { coding: 0.95 } },
      { id: 'fast', role: 'fast', model: 'v/fast' }, { id: 'verifier', role: 'verifier', model: 'v/verifier' },
    ];
    assert.deepEqual(fusion('Debug the crash', { auto: { candidates } }).panel.map(({ candidateId }) => candidateId), ['strong', 'fast', 'verifier']);
  });

  it('prefers different models, and still sits when there is only one', () => {
    const same = Object.fromEntries(['coder', 'fast', 'verifier', 'reasoner', 'writer'].map((role) => [role, { model: 'v/one' }]));
    const one = fusion('Review this patch for security risks and missing tests', { roles: same });
    assert.deepEqual(roles(one), ['verifier', 'coder']);
    const two = fusion('Review this patch for security risks and missing tests', { roles: { ...same, fast: { model: 'v/two' } } });
    assert.deepEqual(two.panel.map(({ model }) => model), ['v/one', 'v/two']);
  });

  it('seats roles that have no candidate with their own model', () => {
    const plan = fusion('Review this patch', { auto: { candidates: [{ id: 'only', role: 'coder', model: 'v/only' }] } });
    assert.deepEqual(plan.panel.map(({ role, model }) => `${role}:${model}`), ['verifier:google/gemini-2.5-pro', 'coder:v/only', 'fast:openai/gpt-4.1-mini'].filter((seat) => roles(plan).includes(seat.split(':')[0] ?? '')));
    assert.ok(roles(plan).includes('verifier'));
  });

  it('has a judge and a synthesizer of the configured roles, who are the primary\'s calls', () => {
    const plan = fusion('Review this patch', { fusion: { judgeRole: 'reasoner', synthesizerRole: 'coder' } });
    assert.equal(plan.judge?.role, 'reasoner');
    assert.equal(plan.synthesizer?.role, 'coder');
    assert.deepEqual(plan.primary, plan.synthesizer);
    assert.ok(plan.fallbacks.length > 0 && plan.fallbacks.every(({ model }) => model !== plan.primary.model));
  });

  it('leaves out who cannot answer, and finds others for its tasks', () => {
    const cooling = new Map(['verifier', 'writer'].map((id) => [id, NOW_MS + 9_000]));
    const plan = planned(ask('Review this patch for security risks and missing tests', { model: 'openfusion/fusion' }), { coolingUntilMs: cooling });
    assert.ok(!roles(plan).includes('verifier'));
    assert.equal(plan.judge?.role, 'reasoner');
    assert.notEqual(plan.synthesizer?.role, 'writer');
  });

  it('lets a judge read that cannot call tools', () => {
    const candidates = [{ id: 'a', role: 'coder', model: 'v/a' }, { id: 'b', role: 'fast', model: 'v/b' }, { id: 'j', role: 'verifier', model: 'v/j', tools: false }];
    const plan = planned(chat({ model: 'openfusion/fusion', messages: [{ role: 'user', content: 'Implement it' }], tools: TOOLS }), { config: configFrom({ auto: { candidates } }) });
    assert.equal(plan.judge?.candidateId, 'j');
    assert.ok(plan.panel.every(({ candidateId }) => candidateId !== 'j'));
  });

  it('says it when the judge sits on the panel', () => {
    assert.ok(fusion('Review this patch').explanation.some((sentence) => sentence.includes('also sits on the panel')));
  });
});

describe('the verifier', () => {
  const risky = 'Review this patch for security risks and missing tests';

  it('is of the judge\'s role, and never the model that wrote the draft', () => {
    const own = planned(ask(risky, { session_id: 's' }), pinnedTo('verifier'));
    assert.equal(own.strategy, 'single-verify');
    assert.equal(own.primary.role, 'verifier');
    assert.ok(own.verifier !== null && own.verifier.model !== own.primary.model);
    const other = planned(ask('重构这个模块并修复登录的安全漏洞'));
    assert.deepEqual([other.primary.role, other.verifier?.role], ['coder', 'verifier']);
  });

  it('is left out when there is no second model', () => {
    const plan = planned(ask(risky), { config: configFrom({ auto: { candidates: [{ id: 'only', role: 'verifier', model: 'google/gemini-2.5-pro' }] } }) });
    assert.deepEqual([plan.strategy, plan.reason, plan.verifier], ['smart-single', 'no_verifier', null]);
  });
});
