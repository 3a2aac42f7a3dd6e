import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { costOf } from '../../../src/strategy/cost.ts';

const usage = { inputTokens: 1_000_000, outputTokens: 100_000, cachedInputTokens: 0, reasoningTokens: 0, estimated: false };
const pricing = { inputUsdPer1M: 2, outputUsdPer1M: 10 };

describe('what a call cost', () => {
  it('is not known without a price', () => {
    assert.equal(costOf(usage, null), null);
  });

  it('bills what was read from the prompt cache and what was written to it at their own prices', () => {
    const warm = { ...usage, cachedInputTokens: 600_000, cacheWriteTokens: 200_000 };
    assert.equal(costOf(warm, { ...pricing, cachedInputUsdPer1M: 0.2, cacheWriteUsdPer1M: 2.5 }), 0.2 * 2 + 0.6 * 0.2 + 0.2 * 2.5 + 1);
  });

  it('bills them as input where those prices are not known', () => {
    assert.equal(costOf({ ...usage, cachedInputTokens: 600_000, cacheWriteTokens: 200_000 }, pricing), 3);
  });

  it('never bills more of the cache than there was input', () => {
    assert.equal(costOf({ ...usage, cachedInputTokens: 900_000, cacheWriteTokens: 900_000 }, { ...pricing, cachedInputUsdPer1M: 0, cacheWriteUsdPer1M: 10 }), 2);
  });
});
