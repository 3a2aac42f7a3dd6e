/** What keeps things beyond this process: SQLite or Redis. Called off every request's path. */
import type { SessionPin } from '../routing/types.ts';
import type { TraceRecord, TraceSummary } from '../trace/types.ts';
import type { StoreLimits } from './types.ts';

/** A trace in the form that is stored. */
export interface StoredTrace {
  id: string;
  startedAtMs: number;
  hasText: boolean;
  /** JSON of a {@link TraceSummary}. */
  summary: string;
  /** JSON of a {@link TraceRecord}. */
  record: string;
}

export type UsdByDay = readonly (readonly [dayKey: string, usd: number])[];

/** What changed since the last batch. */
export interface Batch {
  traces: StoredTrace[];
  pins: (readonly [sessionId: string, pin: SessionPin])[];
  /** What to add, so that several processes may count at once. */
  addedUsd: UsdByDay;
  telemetry: (readonly [key: string, value: unknown])[];
  /** Forget all that was learned, before `learned` is put in. */
  clearLearned: boolean;
  learned: (readonly [key: string, value: unknown])[];
}

/** All that a request may ask for. */
export interface Snapshot {
  pins: (readonly [sessionId: string, pin: SessionPin])[];
  usdByDay: UsdByDay;
  telemetry: (readonly [key: string, value: unknown])[];
  learned: (readonly [key: string, value: unknown])[];
}

/** At once where the backend is in this process, else a promise. */
export type Soon<T> = T | Promise<T>;

export interface Backend {
  readonly kind: 'sqlite' | 'redis';
  /** What is kept, for the memory in front. `sinceMs`: pins, telemetry and what was learned since then only. */
  load(sinceMs?: number): Soon<Snapshot>;
  /**
   * Keeps all of it or nothing. Throws a {@link BackendError} when it could not.
   * @returns the totals of the days that were added to, as they are now
   */
  write(batch: Batch): Soon<UsdByDay>;
  getTrace(id: string): Soon<TraceRecord | undefined>;
  /** Newest first. */
  listTraces(query: { limit: number; beforeMs: number; afterMs: number }): Soon<TraceSummary[]>;
  /** For good: its bytes are nowhere in the files afterwards. False when there was none. */
  deleteTrace(id: string): Soon<boolean>;
  /** For good; names them. */
  clearTraces(): Soon<string[]>;
  /**
   * Seldom, off all paths: drops what is beyond the limits, gives space back. `keepText` false: takes the text out of what was
   * kept with it. True: there is more to do, come again soon.
   */
  maintain(limits: Readonly<StoreLimits>, keepText: boolean): Soon<boolean>;
  close(): Soon<void>;
}

/**
 * `busy`: another process holds it, try again soon; `broken`: what is there makes no sense and has to be begun anew;
 * `unavailable`: anything else (no space, no rights, no connection).
 */
export type BackendTrouble = 'busy' | 'broken' | 'unavailable';

export class BackendError extends Error {
  readonly trouble: BackendTrouble;

  constructor(trouble: BackendTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}
