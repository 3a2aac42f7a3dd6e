import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AnswerLimits } from '../../../../src/store/redis/answer-limits.ts';

/** What is said to these bytes, however they come: the first problem. */
function problemWith(pieces: readonly string[], asked = 1): string | null {
  const limits = new AnswerLimits();
  limits.ask(asked);
  for (const piece of pieces) {
    const problem = limits.problemWith(Buffer.from(piece, 'latin1'));
    if (problem !== null) return problem;
  }
  return null;
}

describe('limits on what a Redis may answer', () => {
  it('let through what was asked for, of every kind', () => {
    assert.equal(problemWith(['+OK\r\n:-12\r\n$5\r\nhello\r\n$-1\r\n*-1\r\n*2\r\n$32\r\n0123456789abcdef0123456789abcdef\r\n$-1\r\n-ERR no\r\n'], 7), null);
    assert.equal(problemWith(['$11\r\n["*9999999"]\r\n']), null);
    assert.equal(problemWith(['*100000\r\n']), null);
  });

  for (const [what, text] of [
    ['a value without end', '$16000001\r\n'], ['a list without end', '*100001\r\n'], ['lists in lists', '*1\r\n*1\r\n'], ['a list behind an answer', '+OK\r\n*999999999\r\n'],
    ['another version of the protocol', '%1\r\n'], ['something that nobody asked for', '>1\r\n'],
  ] as const) {
    it(`refuse ${what}, however the bytes are cut`, () => {
      assert.notEqual(problemWith([text]), null);
      fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 8 }), (cuts) => {
        const at = [0, ...[...new Set(cuts)].sort((a, b) => a - b), text.length];
        assert.notEqual(problemWith(at.slice(1).map((end, n) => text.slice(at[n], end))), null);
      }));
    });
  }

  it('bound all answers together, until nothing is asked for any more', () => {
    const limits = new AnswerLimits();
    const piece = Buffer.alloc(1_000_000, 'x');
    limits.ask(2);
    for (let n = 0; n < 64; n++) assert.equal(limits.problemWith(piece), null);
    limits.answered(1);
    assert.match(limits.problemWith(piece) ?? '', /too long/);
    limits.answered(1);
    assert.deepEqual([limits.isAsked, limits.problemWith(piece)], [false, null]);
  });

  it('count lists over all commands that wait, not only over those that are left', () => {
    const limits = new AnswerLimits();
    const list = Buffer.from('*1\r\n:1\r\n');
    limits.ask(1);
    limits.ask(2);
    assert.equal(limits.problemWith(list), null);
    limits.answered(1);
    assert.deepEqual([limits.problemWith(list), limits.problemWith(list)], [null, null]);
    assert.match(limits.problemWith(list) ?? '', /too deep/);
  });
});
