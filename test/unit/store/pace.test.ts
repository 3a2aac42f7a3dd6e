import assert from 'node:assert/strict';
import { createPace, type Pace, type PaceOptions } from '../../../src/store/pace.ts';
import { stillClock } from '../../support/still-clock.ts';

/** Work of `costMs` a piece, while there are pieces. */
function pacing({ costMs = 1, ...options }: Partial<PaceOptions> & { costMs?: number } = {}) {
  const clock = stillClock(0);
  let workedMs = 0;
  const state = { pieces: 0, done: 0 };
  const delays: number[] = [];
  const pace: Pace = createPace({
    work() {
      if (state.pieces === 0) return false;
      state.pieces--;
      state.done++;
      workedMs += costMs;
      return state.pieces > 0;
    },
    clock: { ...clock.scheduler, timer: (run, delayMs) => { delays.push(delayMs); return clock.scheduler.timer(run, delayMs); }, workedMs: () => workedMs, idleMs: clock.nowMs },
    ...options,
  });
  return { pace, clock, state, delays };
}

describe('pace', () => {
  it('does what there is to do as soon as the present work is done, once for all who asked', () => {
    const { pace, clock, state } = pacing();
    state.pieces = 1;
    pace.soon();
    pace.soon();
    assert.equal(state.done, 0);
    assert.equal(clock.waitingImmediates, 1);
    clock.runImmediates();
    assert.equal(state.done, 1);
    assert.equal(clock.waitingImmediates + clock.armedTimers, 0);
  });

  it('does many in a row until its savings are used up, then rests so long that its share holds', () => {
    const { pace, clock, state, delays } = pacing({ share: 0.01, idleShare: 0.1, savedMs: 5 });
    state.pieces = 100;
    pace.soon();
    while (clock.waitingImmediates > 0) clock.runImmediates();
    assert.equal(state.done, 6);
    assert.deepEqual(delays.map(Math.round), [194]);
    clock.runTimers();
    assert.equal(state.done, 7);
    assert.deepEqual(delays.map(Math.round), [194, 293]);
  });

  it('never rests for long', () => {
    const { pace, clock, state, delays } = pacing({ share: 0.0001, savedMs: 1, costMs: 100 });
    state.pieces = 3;
    pace.soon();
    clock.runImmediates();
    assert.deepEqual(delays, [500]);
  });

  it('saves up again while nothing is to be done, and no more than at first', () => {
    const { pace, clock, state } = pacing({ share: 0, idleShare: 0.1, savedMs: 5 });
    for (let round = 1; round <= 2; round++) {
      state.pieces = 100;
      pace.soon();
      while (clock.waitingImmediates > 0) clock.runImmediates();
      clock.pass(1_000_000);
      state.pieces = 0;
      clock.runTimers();
      assert.equal(state.done, 5 * round);
    }
  });

  it('does not rest when it is urgent', () => {
    const { pace, clock, state } = pacing({ share: 0.1, savedMs: 0.5 });
    state.pieces = 10;
    pace.soon();
    clock.runImmediates();
    assert.equal(clock.waitingImmediates, 0);
    pace.urgent();
    clock.runImmediates();
    assert.equal(state.done, 2);
  });

  it('puts off what can wait, until something cannot', () => {
    const { pace, clock, state, delays } = pacing({ laterMs: 2_000 });
    state.pieces = 1;
    pace.later();
    assert.deepEqual([delays, clock.waitingImmediates], [[2_000], 0]);
    pace.soon();
    assert.deepEqual([clock.armedTimers, clock.waitingImmediates], [0, 1]);
    clock.runImmediates();
    assert.equal(state.done, 1);
  });

  it('waits for work that is a promise, and hears who asks meanwhile', async () => {
    const finished = Promise.withResolvers<boolean>();
    let begun = 0;
    const { pace, clock } = pacing({ work: () => { begun++; return begun === 1 ? finished.promise : false; } });
    pace.soon();
    clock.runImmediates();
    pace.soon();
    assert.deepEqual([begun, clock.waitingImmediates], [1, 0]);
    finished.resolve(false);
    await finished.promise;
    await Promise.resolve();
    clock.runImmediates();
    assert.equal(begun, 2);
  });

  it('does nothing more once it is stopped', () => {
    const { pace, clock, state } = pacing();
    state.pieces = 2;
    pace.soon();
    pace.stop();
    clock.runImmediates();
    pace.soon();
    pace.urgent();
    pace.later();
    clock.runTimers();
    assert.equal(state.done, 0);
  });
});
