import assert from 'node:assert/strict';
import { createMemoryStore } from '../../../src/store/memory.ts';
import type { MemoryStoreOptions } from '../../../src/store/memory.ts';
import { dayKeyOf } from '../../../src/store/types.ts';
import type { Store } from '../../../src/store/types.ts';
import type { TraceRecord } from '../../../src/trace/types.ts';
import { finishedTrace, sampleRecord } from '../../support/sample-trace.ts';

const DAY_MS = 86_400_000;

function storeAt(options: MemoryStoreOptions = {}): { store: Store; clock: { nowMs: number }; put(over: Partial<TraceRecord>): void } {
  const clock = { nowMs: 10 * DAY_MS };
  const store = createMemoryStore({ nowMs: () => clock.nowMs, ...options });
  return {
    store, clock,
    put(over) {
      const record = sampleRecord({ startedAtMs: clock.nowMs, ...over });
      store.traces.put(finishedTrace(record));
    },
  };
}
const idsOf = async (store: Store, query = {}) => (await store.traces.list(query)).map(({ id }) => id);

describe('memory store: traces', () => {
  it('gives back what was put and lists the newest first', async () => {
    const { store, clock, put } = storeAt();
    put({ id: 'late starter', startedAtMs: clock.nowMs + 5 });
    put({ id: 'early starter', startedAtMs: clock.nowMs + 1 });
    assert.equal((await store.traces.get('early starter'))?.answer, 'I fixed it.');
    assert.deepEqual(await idsOf(store), ['late starter', 'early starter']);
  });

  it('pages by start time', async () => {
    const { store, clock, put } = storeAt();
    for (const n of [1, 2, 3, 4]) put({ id: `t${n}`, startedAtMs: clock.nowMs + n });
    assert.deepEqual(await idsOf(store, { limit: 2 }), ['t4', 't3']);
    assert.deepEqual(await idsOf(store, { limit: 2, beforeMs: clock.nowMs + 3 }), ['t2', 't1']);
  });

  it('replaces a trace of the same id', async () => {
    const { store, put } = storeAt();
    put({ id: 't', answer: 'first' });
    put({ id: 't', answer: 'second' });
    assert.deepEqual(await idsOf(store), ['t']);
    assert.equal((await store.traces.get('t'))?.answer, 'second');
  });

  it('keeps at most so many, the newest', async () => {
    const { store, put } = storeAt({ maxTraces: 2 });
    for (const id of ['a', 'b', 'c']) put({ id });
    assert.equal(await store.traces.get('a'), undefined);
    assert.deepEqual((await idsOf(store)).sort(), ['b', 'c']);
  });

  it('hides a trace that is too old at once, even when nothing new comes', async () => {
    const { store, clock, put } = storeAt({ maxAgeDays: 1 });
    put({ id: 'old' });
    clock.nowMs += DAY_MS + 1;
    assert.equal(await store.traces.get('old'), undefined);
    assert.deepEqual(await idsOf(store), []);
  });

  it('applies lowered limits to what it has', async () => {
    const { store, put } = storeAt();
    for (const id of ['a', 'b', 'c']) put({ id });
    store.configure({ maxTraces: 1 });
    assert.deepEqual(await idsOf(store), ['c']);
  });

  it('takes the words of the oldest away when the text of all grows too large, and keeps their numbers', async () => {
    const { store, put } = storeAt({ maxTextChars: 250 });
    for (const id of ['a', 'b', 'c']) put({ id, answer: 'x'.repeat(100), phases: [] });
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((id) => store.traces.get(id)));
    assert.deepEqual([a?.answer.length, b?.answer.length, c?.answer.length], [0, 100, 100]);
    assert.equal(a?.costUsd, 0.001);
  });

  it('makes room for text when a trace is deleted', async () => {
    const { store, put } = storeAt({ maxTextChars: 250 });
    for (const id of ['a', 'b']) put({ id, answer: 'x'.repeat(100), phases: [] });
    assert.equal(await store.traces.delete('a'), true);
    put({ id: 'c', answer: 'x'.repeat(100), phases: [] });
    assert.equal((await store.traces.get('b'))?.answer.length, 100);
  });

  it('deletes one, says when there was none, and clears all by name', async () => {
    const { store, put } = storeAt();
    for (const id of ['a', 'b', 'c']) put({ id });
    assert.equal(await store.traces.delete('b'), true);
    assert.equal(await store.traces.delete('b'), false);
    assert.deepEqual((await store.traces.clear()).sort(), ['a', 'c']);
    assert.deepEqual(await idsOf(store), []);
  });
});

describe('memory store: sessions', () => {
  const pinAt = (updatedAtMs: number) => ({ candidateId: 'coder', roles: {}, updatedAtMs });

  it('forgets a pin when its time is over and keeps one that was used in time', () => {
    const { store, clock } = storeAt({ sessionTtlMs: 1_000 });
    store.sessions.set('s', pinAt(clock.nowMs));
    clock.nowMs += 999;
    assert.equal(store.sessions.get('s')?.candidateId, 'coder');
    store.sessions.set('s', pinAt(clock.nowMs));
    clock.nowMs += 999;
    assert.equal(store.sessions.get('s')?.candidateId, 'coder');
    clock.nowMs += 1;
    assert.equal(store.sessions.get('s'), undefined);
  });

  it('follows a changed lifetime', () => {
    const { store, clock } = storeAt({ sessionTtlMs: 1_000 });
    store.sessions.set('s', pinAt(clock.nowMs));
    clock.nowMs += 500;
    store.configure({ sessionTtlMs: 100 });
    assert.equal(store.sessions.get('s'), undefined);
  });

  it('holds a bounded number of sessions', () => {
    const { store, clock } = storeAt({ maxSessions: 3 });
    for (let n = 0; n < 10; n++) store.sessions.set(`s${n}`, pinAt(clock.nowMs));
    assert.deepEqual([0, 6, 7, 8, 9].map((n) => store.sessions.get(`s${n}`) !== undefined), [false, false, true, true, true]);
  });
});

describe('memory store: what was learned', () => {
  it('gives a copy of it, the newest value of each, changed last at the end', async () => {
    const { store } = storeAt();
    store.learned.save([['a', 1], ['b', 2]]);
    store.learned.save(new Map([['a', 3]]));
    const loaded = store.learned.load();
    assert.deepEqual([...loaded], [['b', 2], ['a', 3]]);
    loaded.clear();
    assert.equal(store.learned.load().size, 2);
    await store.learned.clear();
    assert.equal(store.learned.load().size, 0);
  });

  it('is bounded', () => {
    const { store } = storeAt();
    store.learned.save(Array.from({ length: 6_000 }, (_, n) => [`k${n}`, n] as const));
    assert.deepEqual([store.learned.load().size, store.learned.load().has('k5999'), store.learned.load().has('k0')], [5_000, true, false]);
  });
});

describe('memory store: spend', () => {
  it('sums by day and gives reserved money back', () => {
    const { store } = storeAt();
    store.spend.addUsd('2026-01-01', 0.5);
    store.spend.addUsd('2026-01-01', -0.25);
    store.spend.addUsd('2026-01-02', 1);
    assert.deepEqual(['2026-01-01', '2026-01-02', '2026-01-03'].map((day) => store.spend.getUsd(day)), [0.25, 1, 0]);
  });

  it('names days in UTC', () => {
    assert.equal(dayKeyOf(Date.UTC(2026, 0, 31, 23, 59)), '2026-01-31');
    assert.equal(dayKeyOf(Date.UTC(2026, 1, 1)), '2026-02-01');
  });
});
