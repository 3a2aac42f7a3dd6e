import assert from 'node:assert/strict';
import { BackendError } from '../../../src/store/backend.ts';
import { DurableStore, type DurableOptions } from '../../../src/store/durable.ts';
import { fakeBackend } from '../../support/fake-backend.ts';
import { finishedTrace, sampleRecord } from '../../support/sample-trace.ts';
import { stillClock } from '../../support/still-clock.ts';

const NOTHING = { pins: [], usdByDay: [], telemetry: [], learned: [] };
const DAY = '2026-01-01';

function setUp(over: Partial<DurableOptions> = {}) {
  const clock = stillClock();
  const troubles: BackendError[] = [];
  const store = new DurableStore({
    maxTraces: 500, maxAgeDays: 14, sessionTtlMs: 86_400_000, keepPrompts: 'memory', nowMs: clock.nowMs, clock: { ...clock.scheduler, workedMs: () => 0, idleMs: () => 0 },
    onTrouble: (error) => { troubles.push(error); }, ...over,
  });
  const put = (id: string, over = {}) => { store.traces.put(finishedTrace(sampleRecord({ id, startedAtMs: clock.nowMs(), ...over }))); };
  const pin = (candidateId: string, updatedAtMs = clock.nowMs()) => ({ candidateId, roles: {}, updatedAtMs });
  return { clock, store, troubles, put, pin };
}

for (const isAsync of [false, true]) {
  describe(`a durable store over a backend that answers ${isAsync ? 'in promises' : 'at once'}`, () => {
    const attached = (over: Partial<DurableOptions> = {}) => {
      const all = setUp(over);
      const backend = fakeBackend({ isAsync });
      all.store.attach(backend, NOTHING);
      return { ...all, backend };
    };

    it('writes nothing on the path of the one who puts, and all of it right after', async () => {
      const { store, backend, clock, put, pin } = attached();
      put('a');
      put('b');
      store.sessions.set('s', pin('coder'));
      store.spend.addUsd(DAY, 1);
      store.spend.addUsd(DAY, 2);
      assert.deepEqual([backend.batches.length, clock.waitingImmediates], [0, 1]);
      clock.runImmediates();
      await store.flush();
      assert.equal(backend.batches.length, 1);
      assert.deepEqual(backend.batches[0]?.traces.map(({ id }) => id), ['a', 'b']);
      assert.deepEqual([backend.batches[0]?.pins.map(([id]) => id), backend.batches[0]?.addedUsd], [['s'], [[DAY, 3]]]);
      assert.equal(store.isWaiting, false);
    });

    it('lets telemetry wait, however often it changes', async () => {
      const { store, backend, clock, put } = attached();
      store.telemetry.set('k', 1);
      clock.runImmediates();
      await store.flush();
      assert.deepEqual(backend.batches.map(({ telemetry }) => telemetry), [[['k', 1]]]);
      for (let n = 2; n < 5; n++) {
        store.telemetry.set('k', n);
        put(`t${n}`);
        while (clock.waitingImmediates > 0) {
          clock.runImmediates();
          await new Promise(setImmediate);
        }
      }
      assert.deepEqual(backend.batches.slice(1).flatMap(({ telemetry }) => telemetry), []);
      clock.pass(2_001);
      clock.runTimers();
      await new Promise(setImmediate);
      assert.deepEqual(backend.batches.at(-1)?.telemetry, [['k', 4]]);
    });

    it('writes what was learned with the telemetry, the newest of it', async () => {
      const { store, backend, clock } = attached();
      clock.runImmediates();
      store.learned.save([['a', 1], ['b', 1]]);
      store.learned.save([['a', 2]]);
      assert.deepEqual([store.isWaiting, backend.batches.length, clock.waitingImmediates], [true, 0, 0]);
      clock.pass(2_001);
      clock.runTimers();
      clock.runImmediates();
      await new Promise(setImmediate);
      assert.deepEqual(backend.batches.map(({ learned, clearLearned }) => [learned, clearLearned]), [[[['b', 1], ['a', 2]], false]]);
      assert.equal(store.isWaiting, false);
    });

    it('forgets what was learned before it goes on, whatever the backend says meanwhile', async () => {
      const { store, backend, troubles } = attached();
      store.learned.save([['a', 1]]);
      await store.flush();
      backend.trouble = new BackendError('busy', 'not now');
      await store.learned.clear();
      assert.equal(troubles.length, 1);
      store.refresh({ ...NOTHING, learned: [['a', 1]] });
      assert.deepEqual([...store.learned.load()], []);
      store.learned.save([['b', 1]]);
      backend.trouble = null;
      await store.flush();
      assert.deepEqual(backend.batches.slice(1).map(({ learned, clearLearned }) => [learned, clearLearned]), [[[['b', 1]], true]]);
      store.refresh({ ...NOTHING, learned: [['c', 1]] });
      assert.deepEqual([...store.learned.load()], [['b', 1], ['c', 1]]);
    });

    it('cuts much work into pieces', async () => {
      const { store, backend, put } = attached();
      for (let n = 0; n < 50; n++) put(`t${n}`);
      await store.flush();
      assert.ok(backend.batches.length > 2);
      assert.deepEqual(backend.batches.flatMap(({ traces }) => traces.map(({ id }) => id)), Array.from({ length: 50 }, (_, n) => `t${n}`));
    });

    it('keeps what could not be written, in its newest state, and says so', async () => {
      const { store, backend, troubles, put, pin } = attached();
      backend.trouble = new BackendError('busy', 'not now');
      put('a', { costUsd: 1 });
      store.sessions.set('s', pin('coder'));
      store.spend.addUsd(DAY, 1);
      await store.flush();
      assert.deepEqual([troubles.map(({ trouble }) => trouble), store.isWaiting], [['busy'], true]);
      put('a', { costUsd: 2 });
      store.sessions.set('s', pin('writer'));
      store.spend.addUsd(DAY, 2);
      backend.trouble = null;
      await store.flush();
      const [batch] = backend.batches;
      assert.deepEqual([batch?.traces.map(({ record }) => (JSON.parse(record) as { costUsd: number }).costUsd), batch?.pins[0]?.[1].candidateId, batch?.addedUsd], [[2], 'writer', [[DAY, 3]]]);
    });

    it('writes nothing while it is paused', async () => {
      const { store, backend, clock, put } = attached();
      store.pause();
      put('a');
      clock.runImmediates();
      await store.flush();
      assert.equal(backend.batches.length, 0);
      store.resume();
      clock.runImmediates();
      await store.flush();
      assert.equal(backend.batches.length, 1);
    });

    it('takes totals over that other processes made, with what it has not written itself', async () => {
      const { store, backend } = attached();
      store.spend.addUsd(DAY, 1);
      backend.totals = [[DAY, 11]];
      await store.flush();
      assert.equal(store.spend.getUsd(DAY), 11);
      store.spend.addUsd(DAY, 0.5);
      store.refresh({ ...NOTHING, usdByDay: [[DAY, 20]] });
      assert.equal(store.spend.getUsd(DAY), 20.5);
    });

    it('answers from memory when the backend cannot be read', async () => {
      const { store, backend, troubles, put } = attached();
      put('a');
      await store.flush();
      backend.trouble = new BackendError('unavailable', 'gone');
      assert.deepEqual((await store.traces.list()).map(({ id }) => id), ['a']);
      assert.equal(await store.traces.get('nobody'), undefined);
      assert.ok(troubles.length > 0);
    });

    it('does not say that it deleted what it could not delete', async () => {
      const { store, backend, put } = attached();
      put('a');
      await store.flush();
      backend.trouble = new BackendError('unavailable', 'read-only');
      await assert.rejects(store.traces.delete('a'), /read-only/);
    });

    it('never writes a trace that was deleted before', async () => {
      const { store, backend, put } = attached();
      put('a');
      assert.equal(await store.traces.delete('a'), true);
      await store.flush();
      assert.deepEqual(backend.batches, []);
    });

    it('leaves out one that is no JSON and writes the others', async () => {
      const { store, backend, put } = attached();
      put('bad', { plan: { toJSON: () => { throw new Error('no'); } } });
      put('good');
      await store.flush();
      assert.deepEqual(backend.batches.flatMap(({ traces }) => traces.map(({ id }) => id)), ['good']);
    });
  });
}

describe('a durable store and what was kept', () => {
  it('has it as soon as it is attached', () => {
    const { store, pin } = setUp();
    store.attach(fakeBackend(), { pins: [['s', pin('coder')]], usdByDay: [[DAY, 2]], telemetry: [['k', 5]], learned: [] });
    assert.deepEqual([store.sessions.get('s')?.candidateId, store.spend.getUsd(DAY), store.telemetry.get('k')], ['coder', 2, 5]);
  });

  it('prefers what is newer, and what waits to be written', () => {
    const { store, clock, pin } = setUp();
    store.attach(fakeBackend(), NOTHING);
    store.sessions.set('mine', pin('mine'));
    store.telemetry.set('k', 'mine');
    store.refresh({ ...NOTHING, pins: [['mine', pin('older', clock.nowMs() - 1)], ['theirs', pin('theirs')]], telemetry: [['k', 'theirs'], ['l', 'theirs']] });
    assert.deepEqual(['mine', 'theirs'].map((id) => store.sessions.get(id)?.candidateId), ['mine', 'theirs']);
    assert.deepEqual(['k', 'l'].map((key) => store.telemetry.get(key)), ['mine', 'theirs']);
  });

  it('adds what was spent before a backend came', async () => {
    const { store } = setUp();
    const backend = fakeBackend();
    store.spend.addUsd(DAY, 1);
    store.attach(backend, { ...NOTHING, usdByDay: [[DAY, 2]] });
    assert.equal(store.spend.getUsd(DAY), 3);
    await store.flush();
    assert.deepEqual(backend.batches[0]?.addedUsd, [[DAY, 1]]);
  });

  it('never believes that less was spent than it spent itself', async () => {
    const { store } = setUp();
    const backend = fakeBackend();
    store.attach(backend, NOTHING);
    store.spend.addUsd(DAY, 5);
    backend.totals = [[DAY, 0.1]];
    await store.flush();
    assert.equal(store.spend.getUsd(DAY), 5);
    backend.totals = [[DAY, 4]];
    store.spend.addUsd(DAY, -2);
    await store.flush();
    assert.equal(store.spend.getUsd(DAY), 4, 'others may have spent, and may give back');
  });

  it('tells a backend that was begun anew what was spent', async () => {
    const { store } = setUp();
    store.attach(fakeBackend(), { ...NOTHING, usdByDay: [[DAY, 2]] });
    store.spend.addUsd(DAY, 1);
    await store.flush();
    store.detach();
    const next = fakeBackend();
    store.attach(next, NOTHING, true);
    await store.flush();
    assert.deepEqual(next.batches[0]?.addedUsd, [[DAY, 3]]);
  });

  it('writes no traces from the time before it was to keep any', async () => {
    const { store, put } = setUp();
    const backend = fakeBackend();
    put('before');
    store.collect(true);
    put('expected');
    store.attach(backend, NOTHING);
    await store.flush();
    assert.deepEqual(backend.batches.flatMap(({ traces }) => traces.map(({ id }) => id)), ['expected']);
  });

  it('forgets the oldest traces when it waits for a backend for long', () => {
    const { store, put } = setUp({ maxTraces: 3 });
    const backend = fakeBackend();
    store.collect(true);
    for (const id of ['a', 'b', 'c', 'd']) put(id);
    store.attach(backend, NOTHING);
    void store.flush();
    assert.deepEqual(backend.batches.flatMap(({ traces }) => traces.map(({ id }) => id)), ['b', 'c', 'd']);
  });
});
