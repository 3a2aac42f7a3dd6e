import type { FinishedTrace, StoreLimits, TraceQuery, TraceStore } from './types.ts';
import { withoutAnswers } from './without-text.ts';

const DAY_MS = 86_400_000;

/** A memory never writes JSON. */
type Kept = Omit<FinishedTrace, 'toJson'>;

/** What the memory store calls: the interface and a way to apply changed limits. */
export interface MemoryTraces extends TraceStore {
  prune(): void;
}

/** Traces in memory. `maxTextChars` bounds the text of all together: beyond it the oldest keep their numbers and lose their words. */
export function createMemoryTraces(limits: Readonly<StoreLimits>, { nowMs, maxTextChars }: { nowMs: () => number; maxTextChars: number }): MemoryTraces {
  // Both in order of arrival: the first is the oldest.
  const entries = new Map<string, Kept>();
  const charsById = new Map<string, number>();
  let totalChars = 0;

  const forgetText = (id: string) => {
    totalChars -= charsById.get(id) ?? 0;
    charsById.delete(id);
  };
  const remove = (id: string): boolean => {
    forgetText(id);
    return entries.delete(id);
  };
  const prune = () => {
    const oldestMs = nowMs() - limits.maxAgeDays * DAY_MS;
    for (const { id, startedAtMs } of entries.values()) {
      if (entries.size <= limits.maxTraces && startedAtMs >= oldestMs) break;
      remove(id);
    }
    if (totalChars <= maxTextChars) return;
    for (const id of charsById.keys()) {
      if (totalChars <= maxTextChars) break;
      const entry = entries.get(id);
      if (entry !== undefined) entries.set(id, wordless(entry));
      forgetText(id);
    }
  };
  const alive = ({ startedAtMs }: { startedAtMs: number }) => startedAtMs >= nowMs() - limits.maxAgeDays * DAY_MS;

  return {
    prune,
    put(finished) {
      const { id, textChars } = finished;
      if (entries.has(id)) remove(id);
      entries.set(id, finished);
      if (textChars > 0) charsById.set(id, textChars);
      totalChars += textChars;
      prune();
    },
    get(id) {
      const entry = entries.get(id);
      return Promise.resolve(entry !== undefined && alive(entry) ? entry.read().record : undefined);
    },
    list({ limit = 200, beforeMs = Infinity }: TraceQuery = {}) {
      const found = [...entries.values()].filter((entry) => entry.startedAtMs < beforeMs && alive(entry));
      return Promise.resolve(found.sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, limit).map((entry) => entry.read().summary));
    },
    delete: (id) => Promise.resolve(remove(id)),
    clear() {
      const ids = [...entries.keys()];
      ids.forEach(remove);
      return Promise.resolve(ids);
    },
  };
}

/** The same trace with its numbers and without its words. */
function wordless(entry: Kept): Kept {
  const { record, summary } = entry.read();
  const bare = { record: withoutAnswers(record), summary };
  return { id: entry.id, startedAtMs: entry.startedAtMs, textChars: 0, read: () => bare };
}
