import type { Backend, BackendError, Batch, Snapshot, Soon, UsdByDay } from '../../src/store/backend.ts';

export interface FakeBackend extends Backend {
  batches: Batch[];
  /** What the next calls throw, until it is null. */
  trouble: BackendError | null;
  kept: Snapshot;
  /** Totals that another process made of what was added. */
  totals: UsdByDay;
}

/** A backend that remembers what it was given. `isAsync`: it answers in promises, as one beyond this process does. */
export function fakeBackend({ isAsync = false } = {}): FakeBackend {
  const answer = <T>(make: () => T): Soon<T> => {
    if (!isAsync) return make();
    return Promise.resolve().then(make);
  };
  const working = () => { if (backend.trouble !== null) throw backend.trouble; };
  const stored = () => backend.batches.flatMap(({ traces }) => traces);
  const backend: FakeBackend = {
    kind: 'sqlite', batches: [], trouble: null, totals: [], kept: { pins: [], usdByDay: [], telemetry: [], learned: [] },
    load: () => answer(() => backend.kept),
    write: (batch) => answer(() => { working(); backend.batches.push(batch); return backend.totals; }),
    getTrace: (id) => answer(() => { working(); const found = stored().find((trace) => trace.id === id); return found === undefined ? undefined : JSON.parse(found.record); }),
    listTraces: ({ limit, beforeMs }) => answer(() => { working(); return stored().filter(({ startedAtMs }) => startedAtMs < beforeMs).slice(0, limit).map(({ summary }) => JSON.parse(summary)); }),
    deleteTrace: (id) => answer(() => { working(); return stored().some((trace) => trace.id === id); }),
    clearTraces: () => answer(() => { working(); return stored().map(({ id }) => id); }),
    maintain: () => answer(() => false),
    close: () => answer(() => undefined),
  };
  return backend;
}
