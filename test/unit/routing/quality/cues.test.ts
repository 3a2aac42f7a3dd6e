import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CUE_NAMES, readCues } from '../../../../src/routing/quality/cues.ts';

const cuesOf = (text: string): Record<string, number> => {
  const cues = readCues(text);
  return Object.fromEntries(CUE_NAMES.map((name, i) => [name, cues[i] ?? Number.NaN]));
};

describe('the cues of a prompt', () => {
  it('are a finite number for each name, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), (text) => {
      const cues = readCues(text);
      assert.equal(cues.length, CUE_NAMES.length);
      assert.ok(cues.every(Number.isFinite));
    }), { numRuns: 100 });
  });

  it('count the options that there are to choose among, and what they are like', () => {
    const cues = cuesOf('What is half of 14?\nA. 7\nB. seven times two\n (C) None of these\nAnswer:');
    assert.equal(cues['options'], 3);
    assert.equal(cues['longestOption'], 'seven times two'.length);
    assert.equal(cues['stem'], 'What is half of 14?\n'.length);
    assert.ok(Math.abs((cues['numericOptions'] ?? 0) - 1 / 3) < 1e-6);
    assert.equal(cuesOf('A lone sentence. B too.')['options'], 0);
  });

  it('see how large the inputs of a contest may be', () => {
    const cues = cuesOf('1 \\le n \\leq 10^{5}, a ≤ 10^9 and m <= 10 ** 6');
    assert.deepEqual([cues['tenPowers'], cues['largestPower'], cues['smallestPower'], cues['bounds']], [3, 9, 5, 4]);
  });

  it('see what code does: calls, loops, branches, indexes, updates, quoted text', () => {
    const cues = cuesOf("def f(xs):\n    for x in xs:\n        if x: total += x.strip('ab')[1:3]\n    return xs[0]");
    assert.deepEqual([cues['methodCalls'], cues['updates'], cues['loopsWords'], cues['branchesWords'], cues['quotedChars']], [1, 1, 1, 1, 2]);
    assert.ok((cues['slices'] ?? 0) >= 1 && (cues['indexes'] ?? 0) >= 1);
  });

  it('tell numbers by size and kind', () => {
    const cues = cuesOf('She pays $3.50 for 12 pens and 999 sheets, 7 % less than 12 pens cost');
    assert.deepEqual([cues['distinctNumbers'], cues['dollars'], cues['percents'], cues['smallNumbers']], [4, 1, 1, 2]);
    assert.ok(Math.abs((cues['largest'] ?? 0) - 3) < 1e-6);
  });

  it('know a text of another script by its structure', () => {
    const cues = cuesOf('修复这个函数。\n为什么它返回 12 而不是 10^5？');
    assert.equal(cues['questions'], 1);
    assert.equal(cues['sentences'], 2);
    assert.ok((cues['foreign'] ?? 0) > 10 && (cues['distinctWords'] ?? 0) > 8);
  });
});
