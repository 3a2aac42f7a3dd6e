import assert from 'node:assert/strict';
import type { Config } from '../../../../src/config/schema.ts';
import { atRisk, SCORE_PARTS, scoreWeights } from '../../../../src/routing/score/weights.ts';
import { DEFAULTS } from '../support.ts';

const scoring = (given: Partial<Config['auto']['scoring']>): Config['auto']['scoring'] => ({ ...DEFAULTS.auto.scoring, ...given });
const sum = (weights: Readonly<Record<string, number>>): number => Object.values(weights).reduce((total, weight) => total + weight, 0);
const near = (actual: number, expected: number): void => { assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`); };

describe('the weights of the score', () => {
  it('sum to 1 at every position of the dial', () => {
    for (let costQualityTradeoff = 0; costQualityTradeoff <= 10; costQualityTradeoff++) {
      for (const tier of ['fast', 'smart'] as const) near(sum(scoreWeights(scoring({ costQualityTradeoff }), tier)), 1);
    }
  });

  it('are as configured in the middle', () => {
    const weights = scoreWeights(scoring({ costQualityTradeoff: 5 }), 'smart');
    for (const part of SCORE_PARTS) near(weights[part], DEFAULTS.auto.scoring.weights[part] / sum(DEFAULTS.auto.scoring.weights));
  });

  it('leave only quality at 0 and only price at 10', () => {
    const quality = scoreWeights(scoring({ costQualityTradeoff: 0 }), 'smart'), price = scoreWeights(scoring({ costQualityTradeoff: 10 }), 'smart');
    near(quality.skill + quality.benchmark + quality.roleFit, 1);
    near(price.price, 1);
  });

  it('move from quality to price all along the dial', () => {
    const at = Array.from({ length: 11 }, (_, costQualityTradeoff) => scoreWeights(scoring({ costQualityTradeoff }), 'smart'));
    for (let i = 1; i < at.length; i++) {
      assert.ok((at[i]?.price ?? 0) > (at[i - 1]?.price ?? 1));
      assert.ok((at[i]?.skill ?? 1) < (at[i - 1]?.skill ?? 0));
    }
  });

  it('count price and speed more, and quality less, for a small task', () => {
    const fast = scoreWeights(scoring({}), 'fast'), smart = scoreWeights(scoring({}), 'smart');
    assert.ok(fast.price > smart.price && fast.latency > smart.latency && fast.skill < smart.skill);
  });

  it('follow the dial even when the weights that it leaves are all 0', () => {
    const none = { skill: 0, benchmark: 0, price: 0, throughput: 1, latency: 0, availability: 0, roleFit: 0 };
    near(scoreWeights(scoring({ weights: none, costQualityTradeoff: 10 }), 'smart').price, 1);
    near(scoreWeights(scoring({ weights: none, costQualityTradeoff: 0 }), 'smart').skill, 1 / 3);
  });
});

describe('the weights at a risk', () => {
  it('let quality weigh up to three times as much, and sum to 1', () => {
    const weights = scoreWeights(DEFAULTS.auto.scoring, 'smart'), risky = atRisk(weights, 1);
    assert.ok(Math.abs(SCORE_PARTS.reduce((sum, part) => sum + risky[part], 0) - 1) < 1e-9);
    assert.ok(Math.abs(risky.skill / risky.price - (3 * weights.skill) / weights.price) < 1e-9);
    assert.equal(atRisk(weights, 0), weights);
  });
});
