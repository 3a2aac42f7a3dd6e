import assert from 'node:assert/strict';
import type { Config, ConfigInput } from '../../../src/config/schema.ts';
import { ask, configFrom, DEFAULTS, pinnedTo, planned } from './support.ts';

type Given = NonNullable<NonNullable<ConfigInput['auto']>['candidates']>[number];
const strong: Given = { id: 'strong', role: 'coder', model: 'v/strong', skills: { coding: 0.9, reasoning: 0.9, verification: 0.9, writing: 0.9 }, pricing: { inputUsdPer1M: 10, outputUsdPer1M: 40 } };
const weak: Given = { id: 'weak', role: 'coder', model: 'v/weak', skills: { coding: 0.5, reasoning: 0.5, verification: 0.5, writing: 0.5 }, pricing: { inputUsdPer1M: 5, outputUsdPer1M: 20 } };
const pool = (...candidates: Given[]): Config => configFrom({ auto: { candidates } });
const request = ask('Debug the crash in the API code');

describe('what would change the decision', () => {
  it('names the runner-up and by how much it is behind', () => {
    const plan = planned(request);
    assert.equal(plan.runnerUp?.id, plan.candidates[1]?.id);
    assert.ok(Math.abs((plan.runnerUp?.by ?? 0) - ((plan.candidates[0]?.score ?? 0) - (plan.candidates[1]?.score ?? 0))) < 1e-9);
  });

  it('tells a dial that really turns it round', () => {
    const config = pool(strong, weak), plan = planned(request, { config });
    assert.equal(plan.primary.candidateId, 'strong');
    const dial = plan.runnerUp?.needs.dial ?? null;
    assert.ok(dial !== null && dial > DEFAULTS.auto.scoring.costQualityTradeoff, String(dial));
    const at = (costQualityTradeoff: number): string => planned(request, { config: configFrom({ auto: { candidates: [strong, weak], scoring: { costQualityTradeoff } } }) }).primary.candidateId;
    assert.deepEqual([at(dial - 0.5), at(dial)], ['strong', 'weak']);
  });

  it('tells two numbers where they are near each other', () => {
    const twin: Given = { ...strong, id: 'twin', model: 'v/twin', pricing: { inputUsdPer1M: 9.7, outputUsdPer1M: 38.8 } };
    const sentence = planned(request, { config: pool(strong, twin) }).explanation.find((one) => one.startsWith('Next is strong')) ?? '';
    const [, right, needed] = /\(right (\S+) %.*a predicted quality of (\S+) %/.exec(sentence) ?? [];
    assert.ok(right !== undefined && needed !== undefined && Number(needed) > Number(right), sentence);
  });

  it('tells a cost that really turns it round, where there is one', () => {
    const abler: Given = { ...weak, skills: { coding: 0.82, reasoning: 0.82, verification: 0.82, writing: 0.82 }, pricing: { inputUsdPer1M: 9, outputUsdPer1M: 36 } };
    const factor = planned(request, { config: pool(strong, abler) }).runnerUp?.needs.costFactor ?? null;
    assert.ok(factor !== null && factor > 0 && factor < 1, String(factor));
    const at = (share: number): string => planned(request, { config: pool(strong, { ...abler, pricing: { inputUsdPer1M: 9 * share, outputUsdPer1M: 36 * share } }) }).primary.candidateId;
    assert.deepEqual([at(factor * 1.02), at(factor * 0.98)], ['strong', 'weak']);
  });

  it('is negative where the session and not the score decided', () => {
    const plan = planned(ask('Debug the crash', { session_id: 's', messages: [
      { role: 'user', content: 'Debug the crash in the API code' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'run', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c', content: 'ok' },
    ] }), pinnedTo('writer'));
    assert.equal(plan.reason, 'tool_loop');
    assert.ok((plan.runnerUp?.by ?? 0) < 0);
  });

  it('is nobody in a pool of one, and where a model was asked for by name', () => {
    assert.equal(planned(request, { config: pool(strong) }).runnerUp, null);
    assert.equal(planned(ask('x', { model: 'openfusion/coder' })).runnerUp, null);
  });
});
