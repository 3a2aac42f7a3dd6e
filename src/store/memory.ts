import type { SessionPin } from '../routing/types.ts';
import { createLru } from './lru.ts';
import { createMemoryTraces } from './memory-traces.ts';
import type { Store, StoreLimits } from './types.ts';

export interface MemoryStoreOptions extends Partial<StoreLimits> {
  /** Sessions remembered at once; the one not used for longest goes first. */
  maxSessions?: number;
  /** Text of all traces together, in characters; two bytes each at worst. */
  maxTextChars?: number;
  nowMs?: () => number;
}

/** Days of spend that are kept: more than any limit looks at. */
export const MAX_SPEND_DAYS = 62;
/** Pins that are kept: more than anybody has conversations within their life. */
export const MAX_SESSIONS = 5_000;
/** Facts of telemetry: some for each model of each upstream. */
export const MAX_TELEMETRY = 2_000;
/** Things learned: some for each model and kind of task. */
export const MAX_LEARNED = 5_000;

/** The store in memory: lost with the process, bounded in every direction. Limits default to those of the configuration. */
export function createMemoryStore({
  maxTraces = 500, maxAgeDays = 14, sessionTtlMs = 300_000, maxSessions = MAX_SESSIONS, maxTextChars = 32_000_000, nowMs = Date.now,
}: MemoryStoreOptions = {}): Store {
  const limits: StoreLimits = { maxTraces, maxAgeDays, sessionTtlMs };
  const traces = createMemoryTraces(limits, { nowMs, maxTextChars });
  const pins = createLru<SessionPin>(maxSessions);
  const usdByDay = createLru<number>(MAX_SPEND_DAYS);
  const facts = createLru<unknown>(MAX_TELEMETRY);
  let learned = createLru<unknown>(MAX_LEARNED);

  return {
    traces,
    sessions: {
      get(sessionId) {
        const pin = pins.get(sessionId);
        if (pin === undefined || nowMs() - pin.updatedAtMs < limits.sessionTtlMs) return pin;
        pins.delete(sessionId);
        return undefined;
      },
      set: (sessionId, pin) => { pins.set(sessionId, pin); },
    },
    spend: {
      addUsd: (dayKey, usd) => { usdByDay.set(dayKey, (usdByDay.get(dayKey) ?? 0) + usd); },
      getUsd: (dayKey) => usdByDay.get(dayKey) ?? 0,
    },
    telemetry: { get: (key) => facts.get(key), set: (key, value) => { facts.set(key, value); }, keys: () => facts.keys() },
    learned: {
      load: () => new Map(learned.keys().reverse().map((key) => [key, learned.get(key)])),
      save(entries) { for (const [key, value] of entries) learned.set(key, value); },
      clear() {
        learned = createLru(MAX_LEARNED);
        return Promise.resolve();
      },
    },
    configure(changed) {
      Object.assign(limits, changed);
      traces.prune();
    },
    close: () => Promise.resolve(),
  };
}
