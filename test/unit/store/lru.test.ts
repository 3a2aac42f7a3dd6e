import assert from 'node:assert/strict';
import { createLru } from '../../../src/store/lru.ts';

describe('lru', () => {
  it('forgets the entry that was not used for longest', () => {
    const lru = createLru<number>(2);
    lru.set('a', 1);
    lru.set('b', 2);
    assert.equal(lru.get('a'), 1);
    lru.set('c', 3);
    assert.equal(lru.get('b'), undefined);
    assert.deepEqual([lru.get('a'), lru.get('c'), lru.size], [1, 3, 2]);
  });

  it('counts a write to a known key as use and does not grow', () => {
    const lru = createLru<number>(2);
    lru.set('a', 1);
    lru.set('b', 2);
    lru.set('a', 10);
    lru.set('c', 3);
    assert.deepEqual([lru.get('a'), lru.get('b'), lru.get('c')], [10, undefined, 3]);
  });
});
