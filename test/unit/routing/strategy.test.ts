import assert from 'node:assert/strict';
import { chooseStrategy } from '../../../src/routing/strategy.ts';
import { DEFAULTS } from './support.ts';
import { taskFor } from './score/builders.ts';

const base = taskFor('x');
const choose = (complexity: number, risk: number, evidence = true) => chooseStrategy({ ...base, complexity, risk }, evidence, DEFAULTS.auto.thresholds);

describe('the choice of a strategy', () => {
  it('goes by the thresholds, each of them included', () => {
    assert.deepEqual(choose(0.29, 0), { strategy: 'fast-single', reason: 'complexity_below_smart_threshold' });
    assert.deepEqual(choose(0.3, 0), { strategy: 'smart-single', reason: 'complexity_above_smart_threshold' });
    assert.deepEqual(choose(0.62, 0), { strategy: 'single-verify', reason: 'complexity_above_verify_threshold' });
    assert.deepEqual(choose(0.1, 0.45), { strategy: 'single-verify', reason: 'risk_above_verify_threshold' });
    assert.deepEqual(choose(0.8, 0), { strategy: 'fusion-panel', reason: 'complexity_above_fusion_threshold' });
    assert.deepEqual(choose(0, 0.8), { strategy: 'fusion-panel', reason: 'risk_above_fusion_threshold' });
  });

  it('names risk before complexity when both call for the same', () => {
    assert.equal(choose(0.9, 0.9).reason, 'risk_above_fusion_threshold');
  });

  it('takes the default tier, never the fast one, when nothing tells how hard it is', () => {
    const high = { ...DEFAULTS.auto.thresholds, smart: 0.6 };
    assert.deepEqual(chooseStrategy({ ...base, complexity: 0.35, risk: 0 }, false, high), { strategy: 'smart-single', reason: 'default_tier' });
  });
});
