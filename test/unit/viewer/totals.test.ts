import assert from 'node:assert/strict';
import { savedText } from '../../../src/viewer/saved.ts';
import { savedUsd, totalsOf, type Counted } from '../../../src/viewer/totals.ts';

const answer = (costUsd: number | null, strongestUsd: number | null, cheapestUsd: number | null, more: Partial<Counted> = {}): Counted => ({ status: 'done', strategy: 'fast-single', costUsd, strongestUsd, cheapestUsd, dryRun: false, ...more });

describe('what requests cost together', () => {
  it('is compared with the strongest and the cheapest alone, answer by answer', () => {
    const totals = totalsOf([answer(1, 4, 0.5), answer(2, 3, 0.25)]);
    assert.deepEqual(totals, { requests: 2, dryRuns: 0, spentUsd: 3, unpriced: 0, compared: 2, comparedUsd: 3, strongestUsd: 7, cheapestUsd: 0.75, unanswered: 0, unansweredUsd: 0 });
    assert.equal(savedUsd(totals), 4);
  });

  it('counts what failed and aborted requests spent against the saving', () => {
    const totals = totalsOf([answer(1, 4, 0.5), answer(0.5, null, null, { status: 'failed' }), answer(0.25, null, null, { status: 'aborted' })]);
    assert.deepEqual([totals.spentUsd, totals.unanswered, totals.unansweredUsd, totals.compared], [1.75, 2, 0.75, 1]);
    assert.equal(savedUsd(totals), 2.25);
  });

  it('is a loss where a panel cost more than the strongest alone', () => {
    assert.equal(savedUsd(totalsOf([answer(5, 2, 1)])), -3);
  });

  it('compares nothing that has no known price on one of the sides, and no older trace', () => {
    const old = answer(1, null, null);
    delete (old as Partial<Counted>).strongestUsd;
    const totals = totalsOf([answer(null, 4, 1), answer(1, null, 1), old]);
    assert.deepEqual([totals.compared, totals.unpriced, totals.spentUsd, savedUsd(totals)], [0, 1, 2, null]);
  });

  it('counts no dry run, none that still runs, and no unknown price where nobody was called', () => {
    const totals = totalsOf([answer(0, null, null, { dryRun: true }), answer(null, null, null, { status: 'running' }), answer(null, null, null, { status: 'failed', strategy: null })]);
    assert.deepEqual([totals.requests, totals.dryRuns, totals.unpriced, totals.spentUsd], [1, 1, 0, 0]);
  });
});

describe('a cost next to another, in words', () => {
  it('says what was saved or what was paid more', () => {
    assert.deepEqual([savedText(0.3, 1.2), savedText(1.2, 0.3), savedText(0.3, 0.30001), savedText(null, 1), savedText(1, null)], ['saved $0.900 (75 %)', 'cost $0.900 more', 'cost the same', '–', '–']);
  });
});
