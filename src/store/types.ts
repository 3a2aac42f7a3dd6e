/**
 * What is remembered beyond one request. One interface, whatever is behind it (memory; SQLite and Redis later).
 *
 * What a request waits for is synchronous and answered from memory (`sessions`, `spend`); writes return at once and may reach
 * a disk later; traces are read off the request's path and may therefore be awaited.
 */
import type { SessionPin } from '../routing/types.ts';
import type { TraceRecord, TraceSummary } from '../trace/types.ts';

export interface Store {
  readonly traces: TraceStore;
  readonly sessions: SessionStore;
  readonly spend: SpendStore;
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

/** Finished traces, redacted by the recorder before they come here. */
export interface TraceStore {
  /** Takes the record over: neither side changes it afterwards. Replaces one of the same id. */
  put(record: TraceRecord, summary: TraceSummary): void;
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

/** The day that spend is counted under: `YYYY-MM-DD` in UTC, so that all machines of a team mean the same day. */
export function dayKeyOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
