import assert from 'node:assert/strict';
import { RetryBudget } from '../../../src/upstream/retry-budget.ts';

/** How often it says yes in a row. */
const granted = (budget: RetryBudget, upstream: string): number => {
  let count = 0;
  while (budget.spend(upstream)) count++;
  return count;
};

describe('the budget of retries', () => {
  it('has some for a start, for each upstream by itself', () => {
    const budget = new RetryBudget(() => 0);
    assert.equal(granted(budget, 'a'), 10);
    assert.equal(budget.spend('a'), false);
    assert.equal(granted(budget, 'b'), 10);
  });

  it('grows by one with every five calls, and never beyond the reserve', () => {
    const budget = new RetryBudget(() => 0);
    granted(budget, 'a');
    for (let call = 0; call < 16; call++) budget.earn('a');
    assert.equal(granted(budget, 'a'), 3);
    for (let call = 0; call < 1_000; call++) budget.earn('a');
    assert.equal(granted(budget, 'a'), 10);
  });

  it('grows with time too, also when the clock was set back', () => {
    let nowMs = 1_000_000;
    const budget = new RetryBudget(() => nowMs);
    granted(budget, 'a');
    nowMs += 25_000;
    assert.equal(granted(budget, 'a'), 2);
    nowMs -= 500_000;
    assert.equal(granted(budget, 'a'), 0);
    nowMs += 10_000_000;
    assert.equal(granted(budget, 'a'), 10);
  });
});
