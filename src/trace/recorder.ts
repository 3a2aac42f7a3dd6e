import type { Config } from '../config/schema.ts';
import type { FinishedTrace, Store, TraceQuery } from '../store/types.ts';
import { textChars } from '../store/without-text.ts';
import { createCoalescer } from './coalesce.ts';
import type { Scheduler } from './coalesce.ts';
import { createFeed } from './feed.ts';
import type { TraceFeed } from './feed.ts';
import type { Recorder, RequestTrace } from './recorder-types.ts';
import type { Redactor } from './redact.ts';
import { createRequestTrace, snapshotOf, type RequestTraceHost } from './request-trace.ts';
import { summaryOf } from './summary.ts';
import type { Feedback, TraceRecord, TraceSummary } from './types.ts';

/** All traces of a running gateway: written by the strategies, read by whoever looks. Whatever comes out of it is redacted. */
export interface TraceLog extends Recorder {
  /** Running requests as they change, finished ones once, deletions. */
  readonly feed: TraceFeed;
  /** A running or a finished request. */
  get(id: string): Promise<TraceRecord | undefined>;
  /** Newest first, running ones among them. */
  list(query?: TraceQuery): Promise<TraceSummary[]>;
  /** False when there was none. A running request goes on without a trace. */
  delete(id: string): Promise<boolean>;
  /** Keeps what the user thought of a finished request, or takes that back. Answers what is kept now; undefined when there is no such request. */
  feedback(id: string, given: Pick<Feedback, 'thumb' | 'note'> | null): Promise<{ feedback: Feedback | null } | undefined>;
  /** Deletes all, running ones too; returns how many. */
  clear(): Promise<number>;
  /** Holds for requests that begin from now on. */
  configure(config: RecorderConfig): void;
  /** Stores and publishes at once what is finished; before the store is closed. */
  flush(): void;
}

export type RecorderConfig = Pick<Config['trace'], 'keepPrompts'>;

export interface RecorderOptions {
  store: Store;
  config: RecorderConfig;
  redactor: Redactor;
  /** Learns from a thumb, or from one that is taken back; answers what it counts for. */
  onRated?(record: TraceRecord, thumb: Feedback['thumb'] | null): Feedback['counts'] | null;
  /** Epoch ms. */
  nowMs?: () => number;
  scheduler?: Scheduler;
}

/** A running trace goes to listeners at most this often, beside the moments that people wait for. */
const PUBLISH_INTERVAL_MS = 100;

/** Records requests. While nobody listens or looks, nothing is copied, searched or serialised. */
export function createRecorder({ store, config, redactor, onRated, nowMs = Date.now, scheduler }: RecorderOptions): TraceLog {
  const feed = createFeed();
  const running = new Map<string, RequestTrace>();
  let { keepPrompts } = config;

  const redacted = (record: Readonly<TraceRecord>) => redactor.redactDeep(snapshotOf(record));
  const publish = (id: string) => {
    const record = running.get(id)?.record;
    if (record === undefined) return;
    const isFinal = record.status !== 'running';
    if (!isFinal && !feed.listened) return;
    const finished = new Finished(record, redactor);
    if (isFinal) {
      running.delete(id);
      store.traces.put(finished);
    }
    if (feed.listened) feed.publish({ type: 'trace', trace: finished.read().record });
  };
  const changes = createCoalescer(publish, { intervalMs: PUBLISH_INTERVAL_MS, ...(scheduler && { scheduler }) });

  const host: RequestTraceHost = {
    nowMs,
    changed: (id, urgency) => { if (feed.listened) changes[urgency](id); },
    // With nobody to tell, keeping it is quicker than putting it off.
    finished: (id) => { if (feed.listened) changes.now(id); else publish(id); },
  };

  return {
    feed,
    begin(start) {
      const trace = createRequestTrace(start, keepPrompts !== 'none', host);
      running.set(start.id, trace);
      return trace;
    },
    async get(id) {
      const record = running.get(id)?.record ?? await store.traces.get(id);
      return record && redacted(record);
    },
    async list(query = {}) {
      const { limit = 200, beforeMs = Infinity } = query;
      const stored = await store.traces.list({ limit, beforeMs });
      const live = [...running.values()].map(({ record }) => summaryOf(record)).filter(({ startedAtMs }) => startedAtMs < beforeMs);
      // One may have finished while the store was asked.
      const storedIds = new Set(stored.map(({ id }) => id));
      const all = [...live.filter(({ id }) => !storedIds.has(id)), ...stored];
      return redactor.redactDeep(all.sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, limit));
    },
    async delete(id) {
      const wasRunning = running.delete(id);
      const wasStored = await store.traces.delete(id);
      if (wasRunning || wasStored) feed.publish({ type: 'deleted', id });
      return wasRunning || wasStored;
    },
    async feedback(id, given) {
      const stored = await store.traces.get(id);
      if (stored === undefined) return undefined;
      const counts = onRated?.(stored, given?.thumb ?? null) ?? null;
      const note = given?.note ?? stored.feedback?.note;
      const feedback = given === null ? null : { thumb: given.thumb, ...(note === undefined ? {} : { note }), ...(counts === null ? {} : { counts }) };
      const { feedback: _, ...bare } = stored;
      const rated = new Finished(feedback === null ? bare : { ...bare, feedback }, redactor);
      store.traces.put(rated);
      feed.publish({ type: 'trace', trace: rated.read().record });
      return { feedback };
    },
    async clear() {
      const ids = [...running.keys()];
      running.clear();
      ids.push(...await store.traces.clear());
      for (const id of ids) feed.publish({ type: 'deleted', id });
      return ids.length;
    },
    configure(changed) { ({ keepPrompts } = changed); },
    flush() { changes.flush(); },
  };
}

/** A finished trace; its redacted copy is made when somebody looks. */
class Finished implements FinishedTrace {
  readonly id: string;
  readonly startedAtMs: number;
  readonly textChars: number;
  readonly #record: Readonly<TraceRecord>;
  readonly #redactor: Redactor;
  #read: { record: TraceRecord; summary: TraceSummary } | null = null;

  constructor(record: Readonly<TraceRecord>, redactor: Redactor) {
    this.id = record.id;
    this.startedAtMs = record.startedAtMs;
    this.textChars = textChars(record);
    this.#record = record;
    this.#redactor = redactor;
  }

  read(): { record: TraceRecord; summary: TraceSummary } {
    if (this.#read === null) {
      const record = this.#redactor.redactDeep(snapshotOf(this.#record));
      this.#read = { record, summary: summaryOf(record) };
    }
    return this.#read;
  }

  toJson(shape: (record: TraceRecord) => TraceRecord): { record: string; summary: string } {
    const record = shape(this.#record);
    return { record: this.#redactor.redactJson(JSON.stringify(record)), summary: this.#redactor.redactJson(JSON.stringify(summaryOf(record))) };
  }
}
