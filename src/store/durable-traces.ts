import { setTimeout as sleep } from 'node:timers/promises';
import { BackendError, type Backend, type Soon } from './backend.ts';
import type { Pending } from './pending.ts';
import type { FinishedTrace, StoreLimits, TraceQuery, TraceStore } from './types.ts';
import { textChars } from './without-text.ts';

export interface DurableTracesParts {
  memory: TraceStore;
  pending: Pending;
  limits: Readonly<StoreLimits>;
  nowMs(): number;
  backend(): Backend | null;
  /** Does the backend hold text? Then it may know more than the memory. */
  keepsText(): boolean;
  /** Ends when no write is under way. */
  settled(): Promise<unknown>;
  put(finished: FinishedTrace): void;
  failed(error: unknown): void;
  deleted(): void;
}

const DAY_MS = 86_400_000;
/** How long a deletion waits for another process that holds the database. */
const PATIENCE_MS = 5_000;
const ASK_AGAIN_MS = 50;

/** Traces of the memory and of the backend as one. The memory knows the text; the backend knows those of former runs. */
export function createDurableTraces({ memory, pending, limits, nowMs, backend, keepsText, settled, put, failed, deleted }: DurableTracesParts): TraceStore {
  const oldestMs = () => nowMs() - limits.maxAgeDays * DAY_MS;
  /** A backend that fails to read is as good as none: the memory still answers. */
  const reading = async <T>(read: (from: Backend) => Soon<T>, otherwise: T): Promise<T> => {
    const from = backend();
    if (from === null) return otherwise;
    try {
      return await read(from);
    } catch (error) {
      failed(error);
      return otherwise;
    }
  };
  return {
    put,
    async get(id) {
      const known = await memory.get(id);
      if (known !== undefined && (!keepsText() || textChars(known) > 0)) return known;
      const stored = await reading((from) => from.getTrace(id), undefined);
      return stored !== undefined && stored.startedAtMs >= oldestMs() ? stored : known;
    },
    async list({ limit = 200, beforeMs = Infinity }: TraceQuery = {}) {
      const [known, stored] = [await memory.list({ limit, beforeMs }), await reading((from) => from.listTraces({ limit, beforeMs, afterMs: oldestMs() }), [])];
      const knownIds = new Set(known.map(({ id }) => id));
      const all = [...known, ...stored.filter(({ id }) => !knownIds.has(id))];
      return all.sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, limit);
    },
    async delete(id) {
      const waited = pending.dropTrace(id);
      await settled();
      const known = await memory.delete(id);
      const stored = await patiently(backend(), (from) => from.deleteTrace(id), false);
      deleted();
      return waited || known || stored;
    },
    async clear() {
      pending.dropTraces();
      await settled();
      const known = await memory.clear();
      const stored = await patiently(backend(), (from) => from.clearTraces(), []);
      deleted();
      return [...new Set([...known, ...stored])];
    },
  };
}

/** A deletion is done or fails; it is never put off. */
async function patiently<T>(from: Backend | null, act: (from: Backend) => Soon<T>, otherwise: T): Promise<T> {
  if (from === null) return otherwise;
  for (const deadlineMs = performance.now() + PATIENCE_MS; ;) {
    try {
      return await act(from);
    } catch (error) {
      if (!(error instanceof BackendError) || error.trouble !== 'busy' || performance.now() > deadlineMs) throw error;
      await sleep(ASK_AGAIN_MS);
    }
  }
}
