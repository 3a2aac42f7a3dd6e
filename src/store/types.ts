/**
 * What is remembered beyond one request. One interface, whatever is behind it (memory, SQLite, Redis).
 *
 * What a request waits for is synchronous and answered from memory (`sessions`, `spend`, `telemetry`, `learned`); writes return at once and
 * reach a disk later; traces are read off the request's path and may therefore be awaited.
 */
import type { SessionPin } from '../routing/types.ts';
import type { TraceRecord, TraceSummary } from '../trace/types.ts';

export interface Store {
  readonly traces: TraceStore;
  readonly sessions: SessionStore;
  readonly spend: SpendStore;
  readonly telemetry: TelemetryStore;
  readonly learned: LearnedStore;
  /** Takes changed limits over and drops what is now beyond them. */
  configure(limits: Partial<StoreLimits>): void;
  /** Writes what is still to be written and lets go. */
  close(): Promise<void>;
}

export interface StoreLimits {
  /** Finished traces kept; the oldest go first. */
  maxTraces: number;
  maxAgeDays: number;
  /** How long a session's pin lives after its last success, ms. */
  sessionTtlMs: number;
}

export interface TraceQuery {
  /** At most so many, newest first. */
  limit?: number | undefined;
  /** Only requests that started before this moment, epoch ms: the next page. */
  beforeMs?: number | undefined;
}

/** A finished trace on its way into a store. */
export interface FinishedTrace {
  id: string;
  startedAtMs: number;
  /** Characters of text that it holds, for memory limits. */
  textChars: number;
  /** The record, redacted, and its line of the list: made when first asked for, since most are never looked at. Neither is changed afterwards. */
  read(): { record: TraceRecord; summary: TraceSummary };
  /** Both as JSON after `shape` took away what may not be kept; redacted. For what leaves this process. */
  toJson(shape: (record: TraceRecord) => TraceRecord): { record: string; summary: string };
}

/** Finished traces. What comes out of `read` is redacted. */
export interface TraceStore {
  /** Replaces one of the same id. A store on a disk reads it off the request's path. */
  put(finished: FinishedTrace): void;
  get(id: string): Promise<TraceRecord | undefined>;
  list(query?: TraceQuery): Promise<TraceSummary[]>;
  /** False when there was none. */
  delete(id: string): Promise<boolean>;
  /** Deletes all and names them. */
  clear(): Promise<string[]>;
}

/** Which candidate a session is pinned to. On every request's path. */
export interface SessionStore {
  get(sessionId: string): SessionPin | undefined;
  set(sessionId: string, pin: SessionPin): void;
}

/** Money spent by day. On every request's path. */
export interface SpendStore {
  /** Adds USD to a day; negative to give back what was reserved and not used. */
  addUsd(dayKey: string, usd: number): void;
  getUsd(dayKey: string): number;
}

/** Small facts that are measured as requests go, e.g. an upstream's latency. On every request's path. */
export interface TelemetryStore {
  /** Undefined when there is none. After a restart it comes from a disk: whoever put it there checks its shape. */
  get(key: string): unknown;
  /** Replaces the value, which must be plain JSON and is not changed afterwards. */
  set(key: string, value: unknown): void;
  /** Those that were changed last first. */
  keys(): string[];
}

/** What was learned from outcomes: few keys that are kept for long, until somebody clears them. Holds names and numbers, never words of a prompt. */
export interface LearnedStore {
  /**
   * All of it, changed last at the end; the map is the caller's. What a disk or a Redis has kept is in it once the store said `onKept`,
   * and what other machines saved meanwhile too: whoever saved it checks its shape.
   */
  load(): Map<string, unknown>;
  /** Puts these in or replaces them; values must be plain JSON and are not changed afterwards. Written some seconds later, and when the store closes. */
  save(entries: Iterable<readonly [key: string, value: unknown]>): void;
  /** Forgets all; done when it is forgotten beyond this process too, as far as that can be reached now, else as soon as it can. */
  clear(): Promise<void>;
}

/** Where things are kept beyond this process, and what is not as it should be. */
export interface StoreStatus {
  kind: 'memory' | 'sqlite' | 'redis';
  /** One sentence for people: why it is not what the configuration names, or what happened to what was there. Null: all is well. */
  note: string | null;
}

/** The day that spend is counted under: `YYYY-MM-DD` in UTC, so that all machines of a team mean the same day. */
export function dayKeyOf(epochMs: number): string {
  const day = Math.floor(epochMs / DAY_MS);
  // Asked with every request, and nearly always on the same day.
  if (day !== lastDay.day) lastDay = { day, key: new Date(epochMs).toISOString().slice(0, 10) };
  return lastDay.key;
}

const DAY_MS = 86_400_000;
let lastDay = { day: NaN, key: '' };
