import assert from 'node:assert/strict';
import fc from 'fast-check';
import { learnedQuality, MOST_SHIFT, PRIOR_OUTCOMES } from '../../../../src/routing/learning/learned-quality.ts';

const near = (actual: number, expected: number): void => { assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`); };
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.double({ min: 0, max: 1_000, noNaN: true });

describe('learnedQuality', () => {
  it('is the prediction where nothing was learned', () => {
    assert.equal(learnedQuality(0.7, undefined), 0.7);
    assert.equal(learnedQuality(0.7, { right: 0, wrong: 0 }), 0.7);
    assert.equal(learnedQuality(0.7, { right: 0, wrong: 0, expected: 0 }), 0.7);
  });

  it('is the mean of a Beta distribution whose prior is the prediction', () => {
    near(learnedQuality(0.6, { right: 2, wrong: 3 }), (PRIOR_OUTCOMES * 0.6 + 2) / (PRIOR_OUTCOMES + 5));
  });

  it('does not move by outcomes that are as predicted', () => {
    near(learnedQuality(0.75, { right: 30, wrong: 10 }), 0.75);
    near(learnedQuality(0.9, { right: 3, wrong: 7, expected: 3 }), 0.9);
  });

  it('holds a failure at an easy task against a model more than one at a hard task', () => {
    const easy = learnedQuality(0.7, { right: 0, wrong: 1, expected: 0.95 }), hard = learnedQuality(0.7, { right: 0, wrong: 1, expected: 0.2 });
    assert.ok(easy < hard && hard < 0.7);
  });

  it('moves by no more than its bound, however much was seen', () => {
    near(learnedQuality(0.8, { right: 0, wrong: 10_000 }), 0.8 - MOST_SHIFT);
    near(learnedQuality(0.2, { right: 10_000, wrong: 0 }), 0.2 + MOST_SHIFT);
  });

  it('stays a chance within its bound for any numbers, and is the same for the same', () => {
    fc.assert(fc.property(unit, count, count, fc.option(unit, { nil: undefined }), (predicted, right, wrong, share) => {
      const counts = { right, wrong, expected: share === undefined ? undefined : share * (right + wrong) };
      const learned = learnedQuality(predicted, counts);
      assert.ok(learned >= 0 && learned <= 1 && Math.abs(learned - predicted) <= MOST_SHIFT + 1e-12);
      assert.equal(learnedQuality(predicted, counts), learned);
    }));
  });

  it('never loses by one more that is right nor gains by one more that is wrong', () => {
    fc.assert(fc.property(unit, count, count, (predicted, right, wrong) => {
      const learned = learnedQuality(predicted, { right, wrong });
      assert.ok(learnedQuality(predicted, { right: right + 1, wrong }) >= learned - 1e-12);
      assert.ok(learnedQuality(predicted, { right, wrong: wrong + 1 }) <= learned + 1e-12);
    }));
  });
});
