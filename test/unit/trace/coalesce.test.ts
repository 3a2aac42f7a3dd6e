import assert from 'node:assert/strict';
import { createCoalescer } from '../../../src/trace/coalesce.ts';
import { stillClock } from '../../support/still-clock.ts';

function coalescer() {
  const clock = stillClock();
  const published: string[] = [];
  return { clock, published, changes: createCoalescer<string>((key) => published.push(key), { intervalMs: 100, scheduler: clock.scheduler }) };
}

describe('coalescer', () => {
  it('publishes many changes of one key once, and all keys with one timer', () => {
    const { clock, published, changes } = coalescer();
    for (let n = 0; n < 50; n++) changes.soon(n % 2 === 0 ? 'a' : 'b');
    assert.deepEqual([published, clock.armedTimers], [[], 1]);
    clock.runTimers();
    assert.deepEqual([published, clock.armedTimers], [['a', 'b'], 0]);
  });

  it('publishes nothing on the path that noted the change, even when it is urgent', () => {
    const { clock, published, changes } = coalescer();
    changes.now('a');
    changes.now('a');
    assert.deepEqual(published, []);
    clock.runImmediates();
    assert.deepEqual(published, ['a']);
  });

  it('does not publish again by timer what an urgent note has covered', () => {
    const { clock, published, changes } = coalescer();
    changes.soon('a');
    changes.now('a');
    changes.soon('a');
    clock.runImmediates();
    clock.runTimers();
    assert.deepEqual(published, ['a']);
  });

  it('arms its timer again for a later change', () => {
    const { clock, published, changes } = coalescer();
    changes.soon('a');
    clock.runTimers();
    changes.soon('a');
    clock.runTimers();
    assert.deepEqual(published, ['a', 'a']);
  });

  it('flushes all that waits, once', () => {
    const { clock, published, changes } = coalescer();
    changes.soon('a');
    changes.now('b');
    changes.flush();
    clock.runImmediates();
    clock.runTimers();
    assert.deepEqual(published.sort(), ['a', 'b']);
  });

  it('forgets all when stopped', () => {
    const { clock, published, changes } = coalescer();
    changes.soon('a');
    changes.now('b');
    changes.stop();
    clock.runImmediates();
    assert.deepEqual([published, clock.armedTimers], [[], 0]);
  });
});
