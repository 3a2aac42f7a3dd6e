import assert from 'node:assert/strict';
import { costPerStepUsd, expectedCostUsd, pricePart, scaleOfCosts } from '../../../../src/routing/score/expected-cost.ts';
import { candidate, taskFor } from './builders.ts';

const cached = candidate({ pricing: { inputUsdPer1M: 10, outputUsdPer1M: 0, cachedInputUsdPer1M: 1 } });
const alone = { ...taskFor('Fix it'), contextTokens: 100_000, expectedOutputTokens: 0 };
const agents = { ...alone, needs: { ...alone.needs, tools: true } };
const near = (actual: number | null, expected: number): void => { assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${String(actual)} is not ${expected}`); };

describe('the expected cost', () => {
  it('of one call has most of a warm conversation at the cached price', () => {
    near(expectedCostUsd(cached, alone, false), 1);
    near(expectedCostUsd(cached, alone, true), 0.19);
  });

  it('of a step spreads a cold start over an agent\'s whole task, in which the conversation grows, and not over a single question', () => {
    near(costPerStepUsd(cached, alone, false), 1);
    // On average 115,000 tokens are cached, and a step adds 1,500.
    near(costPerStepUsd(cached, agents, false), (1 + 19 * 0.13) / 20);
    near(costPerStepUsd(cached, agents, true), (0.19 + 19 * 0.13) / 20);
    near(costPerStepUsd(cached, { ...agents, turn: 'chore' }, false), 1);
  });

  it('is not known without a price', () => {
    assert.equal(costPerStepUsd(candidate(), agents, false), null);
  });
});

describe('the scale of costs', () => {
  it('is the dearest of the pool, but not one that is far above all others', () => {
    assert.equal(scaleOfCosts([1, 4, null, 2]), 4);
    assert.equal(scaleOfCosts([1, 1, 100]), 10);
    assert.equal(scaleOfCosts([0, null]), null);
  });

  it('puts free at 1, the scale at 0, and what is beyond below', () => {
    assert.deepEqual([pricePart(0, 4), pricePart(2, 4), pricePart(4, 4), pricePart(8, 4), pricePart(0, null)], [1, 0.5, 0, -1, 1]);
  });
});
