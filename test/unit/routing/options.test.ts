import assert from 'node:assert/strict';
import type { ConfigInput } from '../../../src/config/schema.ts';
import { together } from '../../../src/routing/options.ts';
import { ask, configFrom, planned } from './support.ts';

describe('the strategies next to each other', () => {
  it('are worked out for every task, best first, each with who works on it', () => {
    const { options = [], candidates } = planned(ask('Debug the crash in the API code'));
    assert.deepEqual(options.map(({ strategy }) => strategy).toSorted(), ['fusion-panel', 'single-verify', 'smart-single']);
    assert.deepEqual(options.map(({ value }) => value), options.map(({ value }) => value).toSorted((a, b) => b - a));
    for (const { candidates: ids } of options) assert.ok(ids.length > 0 && new Set(ids).size === ids.length);
    const single = options.find(({ strategy }) => strategy === 'smart-single');
    assert.ok(single !== undefined && Math.abs(single.value - (candidates[0]?.score ?? 0)) < 1e-9, 'one model is worth its score');
    assert.equal(single.quality, candidates[0]?.quality);
  });

  it('gain quality and cost more with every further call', () => {
    const { options = [] } = planned(ask('Debug the crash in the API code'));
    const [single, verify, panel] = ['smart-single', 'single-verify', 'fusion-panel'].map((name) => options.find(({ strategy }) => strategy === name));
    assert.ok(single && verify && panel);
    assert.ok(verify.quality > single.quality && (verify.costUsd ?? 0) > (single.costUsd ?? 0));
    assert.ok((panel.costUsd ?? 0) > (verify.costUsd ?? 0));
  });

  it('decide where auto.choose is "value", along the dial', () => {
    const at = (costQualityTradeoff: number) => planned(ask('Debug the crash in the API code'), { config: configFrom({ auto: { choose: 'value', scoring: { costQualityTradeoff } } }) });
    assert.equal(at(5).strategy, 'smart-single');
    assert.equal(at(5).reason, 'greatest_value');
    assert.notEqual(at(0).strategy, 'smart-single', 'where only quality counts, more than one model works on it');
    assert.equal(at(10).strategy, 'smart-single');
  });

  it('decide among those that the budget of calls and of money allows', () => {
    const at = (more: ConfigInput) => planned(ask('Debug the crash in the API code'), { config: configFrom({ ...more, auto: { choose: 'value', scoring: { costQualityTradeoff: 0 } } }) });
    const strategies = [1, 2, 4].map((maxUpstreamCalls) => at({ fusion: { maxUpstreamCalls } }).strategy);
    assert.deepEqual([strategies[0], strategies[1]], ['smart-single', 'single-verify']);
    const { strategy, panel, options } = at({ fusion: { maxUpstreamCalls: 4, minPanel: 2 } });
    if (strategy === 'fusion-panel') assert.equal(panel.length, 2);
    assert.ok((options?.find((option) => option.strategy === 'fusion-panel')?.candidates.length ?? 0) <= 3, 'the panel that would really sit');
    const dear = at({}).budget.estimatedUsd ?? NaN;
    assert.ok((at({ budget: { maxUsdPerRequest: dear * 0.99 } }).budget.estimatedUsd ?? NaN) < dear);
  });

  it('do not decide by default: there the thresholds do', () => {
    assert.equal(planned(ask('Debug the crash in the API code'), { config: configFrom({ auto: { scoring: { costQualityTradeoff: 0 } } }) }).reason, 'default_tier');
  });

  it('let a second mind win a part of what the first gets wrong, and no certainty', () => {
    assert.equal(together([0.7]), 0.7);
    assert.ok(together([0.7, 0.6]) > 0.7 && together([0.7, 0.6]) < 1 - 0.3 * 0.4);
    assert.ok(together([0.7, 0.6, 0.6]) > together([0.7, 0.6]));
    assert.equal(together([1, 0.5]), 1);
  });
});
