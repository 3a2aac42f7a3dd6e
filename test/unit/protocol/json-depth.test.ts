import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nestsDeeperThan } from '../../../src/protocol/json-depth.ts';

const depthOf = (value: unknown): number => (typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0);

describe('the depth of JSON that is not parsed', () => {
  it('is that of the parsed value, whatever stands in its texts', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), fc.nat(7), (value, levels) => {
      assert.equal(nestsDeeperThan(Buffer.from(JSON.stringify(value)), levels), depthOf(value) > levels);
    }));
  });

  it('does not count brackets in texts, behind any number of backslashes', () => {
    for (const text of ['[[[[', '"[[[["', '\\"[[[[', '\\\\', '\\\\"[[']) assert.equal(nestsDeeperThan(Buffer.from(JSON.stringify([text, text])), 1), false, text);
  });

  it('is told as soon as it is certain, also of what never ends', () => {
    assert.equal(nestsDeeperThan(Buffer.from('['.repeat(300)), 200), true);
    assert.equal(nestsDeeperThan(Buffer.from('{"a":"never ends [[[['), 1), false);
  });
});
