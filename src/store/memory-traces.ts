import type { TraceRecord, TraceSummary } from '../trace/types.ts';
import type { StoreLimits, TraceQuery, TraceStore } from './types.ts';
import { textChars, withoutAnswers } from './without-text.ts';

const DAY_MS = 86_400_000;

/** What the memory store calls: the interface and a way to apply changed limits. */
export interface MemoryTraces extends TraceStore {
  prune(): void;
}

/** Traces in memory. `maxTextChars` bounds the text of all together: beyond it the oldest keep their numbers and lose their words. */
export function createMemoryTraces(limits: Readonly<StoreLimits>, { nowMs, maxTextChars }: { nowMs: () => number; maxTextChars: number }): MemoryTraces {
  // Both in order of arrival: the first is the oldest.
  const entries = new Map<string, { record: TraceRecord; summary: TraceSummary }>();
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
    for (const [id, { record }] of entries) {
      if (entries.size <= limits.maxTraces && record.startedAtMs >= oldestMs) break;
      remove(id);
    }
    for (const id of charsById.keys()) {
      if (totalChars <= maxTextChars) break;
      const entry = entries.get(id);
      if (entry !== undefined) entry.record = withoutAnswers(entry.record);
      forgetText(id);
    }
  };
  const alive = ({ startedAtMs }: { startedAtMs: number }) => startedAtMs >= nowMs() - limits.maxAgeDays * DAY_MS;

  return {
    prune,
    put(record, summary) {
      remove(record.id);
      entries.set(record.id, { record, summary });
      const chars = textChars(record);
      if (chars > 0) charsById.set(record.id, chars);
      totalChars += chars;
      prune();
    },
    get(id) {
      const record = entries.get(id)?.record;
      return Promise.resolve(record !== undefined && alive(record) ? record : undefined);
    },
    list({ limit = 200, beforeMs = Infinity }: TraceQuery = {}) {
      const summaries = [...entries.values()].map(({ summary }) => summary).filter((summary) => summary.startedAtMs < beforeMs && alive(summary));
      return Promise.resolve(summaries.sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, limit));
    },
    delete: (id) => Promise.resolve(remove(id)),
    clear() {
      const ids = [...entries.keys()];
      ids.forEach(remove);
      return Promise.resolve(ids);
    },
  };
}
