import assert from 'node:assert/strict';
import { createSieve } from '../../../src/trace/sieve.ts';

const bytes = (text: string) => Buffer.from(text);

describe('sieve', () => {
  const needles = ['sk-01234567', 'a-longer-needle-than-that'];
  const sieve = createSieve(needles.map(bytes));

  it('lets no needle slip through, wherever it stands', () => {
    for (const needle of needles) {
      for (let before = 0; before < 40; before++) {
        for (const after of [0, 1, 2, 40]) assert.equal(sieve.mayHold(bytes(' '.repeat(before) + needle + ' '.repeat(after))), true, `${needle} at ${before}`);
      }
    }
  });

  it('clears bytes that have nothing in common with them', () => {
    assert.equal(sieve.mayHold(bytes('{"choices":[{"delta":{"content":"HELLO"}}]}')), false);
    assert.equal(sieve.mayHold(bytes('')), false);
    assert.equal(sieve.mayHold(bytes('sk')), false);
  });

  it('clears everything without needles, and nothing with needles too short to sample', () => {
    assert.equal(createSieve([]).mayHold(bytes('anything')), false);
    assert.equal(createSieve([bytes('ab')]).mayHold(bytes('anything')), true);
  });
});
