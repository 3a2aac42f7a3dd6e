import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hash64 } from '../../../src/routing/hash.ts';

describe('the hash of a text', () => {
  it('is 16 hexadecimal digits and always the same', () => {
    fc.assert(fc.property(fc.string(), (text) => /^[0-9a-f]{16}$/.test(hash64(text)) && hash64(text) === hash64(text)));
  });

  it('does not collide over a hundred thousand texts that differ little', () => {
    const hashes = new Set(Array.from({ length: 100_000 }, (_, i) => hash64(`You are an agent. Fix bug ${i}`)));
    assert.equal(hashes.size, 100_000);
  });
});
