import type { DatabaseSync } from 'node:sqlite';
import { numbersAndNames } from '../at-rest.ts';
import type { TraceRecord, TraceSummary } from '../../trace/types.ts';
import type { Backend, Batch, Snapshot, UsdByDay } from '../backend.ts';
import { MAX_LEARNED, MAX_SESSIONS, MAX_SPEND_DAYS, MAX_TELEMETRY } from '../memory.ts';
import { parseFact, parsePin, parseRecord, parseSummary } from '../stored-shapes.ts';
import type { StoreLimits } from '../types.ts';
import { daysBefore, removeOldSetAside } from './files.ts';
import { schemaTroubleOf, troubleOf } from './trouble.ts';

export interface SqliteBackendOptions {
  /** Epoch ms. */
  nowMs: () => number;
  limits: Readonly<StoreLimits>;
  /** What is kept may take so many bytes on the disk. */
  maxBytes?: number;
}

/** Beyond this the oldest traces go, whatever the limits say: only text of very many requests gets there. */
const MAX_DATABASE_BYTES = 1_000_000_000;
/** The log is folded in when nothing runs, for that waits for the disk; above this size, 4 KB a page, also while requests run. */
const LARGE_LOG_PAGES = 8_000;
/** Pages given back to the system at once, 4 KB each. */
const VACUUM_PAGES = 500;
/** Traces whose text is taken out in one go. */
const SCRUB_AT_ONCE = 100;

/** The store's part on an open database of this version. Synchronous: every method is a few page writes in memory. */
export class SqliteBackend implements Backend {
  readonly kind = 'sqlite';
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #options: SqliteBackendOptions;
  readonly #sql: Statements;
  #traceCount: number;
  #logPages = 0;
  /** What a deletion left in the log, because a reader was looking. */
  #owesFolding = false;

  /** Errors: a {@link BackendError} when the database is not of this version. */
  constructor(db: DatabaseSync, path: string, options: SqliteBackendOptions) {
    this.#db = db;
    this.#path = path;
    this.#options = options;
    this.#sql = statements(db);
    this.#traceCount = this.#countTraces();
  }

  load(sinceMs = 0): Snapshot {
    const { nowMs, limits } = this.#options;
    return attempt(() => ({
      pins: this.#sql.loadPins.all(Math.floor(Math.max(sinceMs, nowMs() - limits.sessionTtlMs))).flatMap(({ id, pin }) => {
        const parsed = parsePin(String(pin));
        return parsed === undefined ? [] : [[String(id), parsed] as const];
      }),
      usdByDay: this.#sql.loadSpend.all().map(({ day, usd }) => [String(day), Number(usd)] as const),
      telemetry: this.#sql.loadFacts.all(Math.floor(sinceMs)).map(keyAndValue),
      learned: this.#sql.loadLearned.all(Math.floor(sinceMs)).map(keyAndValue),
    }));
  }

  write(batch: Batch): UsdByDay {
    const totals = this.#transaction(() => this.#put(batch));
    this.#logPages += 4 + 3 * batch.traces.length;
    if (this.#logPages > LARGE_LOG_PAGES) attempt(() => { this.#sql.foldLog.get(); this.#logPages = 0; });
    return totals;
  }

  getTrace(id: string): TraceRecord | undefined {
    const row = attempt(() => this.#sql.getTrace.get(id));
    return row === undefined ? undefined : parseRecord(String(row.record));
  }

  listTraces({ limit, beforeMs, afterMs }: { limit: number; beforeMs: number; afterMs: number }): TraceSummary[] {
    return attempt(() => this.#sql.listTraces.all(Math.min(Math.ceil(beforeMs), Number.MAX_SAFE_INTEGER), Math.max(Math.floor(afterMs), 0), limit))
      .flatMap(({ summary }) => parseSummary(String(summary)) ?? []);
  }

  deleteTrace(id: string): boolean {
    const deleted = this.#transaction(() => this.#sql.deleteTrace.run(id).changes > 0);
    if (!deleted) return false;
    this.#traceCount--;
    this.#foldLog();
    return true;
  }

  clearTraces(): string[] {
    const ids = this.#transaction(() => this.#sql.clearTraces.all().map(({ id }) => String(id)));
    this.#traceCount = 0;
    this.#foldLog();
    attempt(() => { this.#db.exec('PRAGMA incremental_vacuum'); });
    return ids;
  }

  maintain(limits: Readonly<StoreLimits>, keepText: boolean): boolean {
    const now = this.#options.nowMs();
    const scrubbed = keepText ? 0 : this.#transaction(() => scrub(this.#sql));
    const changed = this.#transaction(() => this.#dropOld(limits, now)) + scrubbed;
    attempt(() => {
      if (Number(this.#sql.freePages.get()?.freelist_count) > 0) this.#db.exec(`PRAGMA incremental_vacuum(${String(VACUUM_PAGES)})`);
    });
    if (changed + this.#logPages > 0 || this.#owesFolding) this.#foldLog();
    removeOldSetAside(this.#path, daysBefore(now, limits.maxAgeDays));
    return scrubbed === SCRUB_AT_ONCE || this.#owesFolding;
  }

  close(): void {
    attempt(() => { if (this.#db.isOpen) this.#db.close(); });
  }

  #put({ traces, pins, addedUsd, telemetry, clearLearned, learned }: Batch): UsdByDay {
    const { nowMs, limits } = this.#options;
    const sql = this.#sql;
    this.#traceCount -= traces.filter(({ id }) => sql.deleteTrace.run(id).changes > 0).length;
    // Room first, so that the new ones take the pages of the old ones, which were zeroed.
    this.#dropOldest(this.#traceCount + traces.length - limits.maxTraces);
    for (const { id, startedAtMs, hasText, summary, record } of traces) sql.insertTrace.run(id, Math.floor(startedAtMs), hasText ? 1 : 0, summary, record);
    this.#traceCount += traces.length;
    for (const [id, pin] of pins) sql.putPin.run(id, JSON.stringify(pin), Math.floor(pin.updatedAtMs));
    for (const [key, value] of telemetry) sql.putFact.run(key, JSON.stringify(value ?? null), Math.floor(nowMs()));
    if (clearLearned) sql.clearLearned.run();
    for (const [key, value] of learned) sql.putLearned.run(key, JSON.stringify(value ?? null), Math.floor(nowMs()));
    return addedUsd.map(([day, usd]) => [day, Number(sql.addUsd.get(day, usd)?.usd)] as const);
  }

  /** Answers how many rows it changed. */
  #dropOld({ maxTraces, maxAgeDays, sessionTtlMs }: Readonly<StoreLimits>, now: number): number {
    const sql = this.#sql;
    // Another process may have added or deleted some.
    const before = this.#countTraces();
    this.#traceCount = before - Number(sql.deleteOlder.run(Math.floor(daysBefore(now, maxAgeDays))).changes);
    this.#dropOldest(this.#traceCount - maxTraces);
    if (this.#usedBytes() > (this.#options.maxBytes ?? MAX_DATABASE_BYTES)) this.#dropOldest(Math.ceil(this.#traceCount / 4));
    const trimmed = [sql.trimPins.run(Math.floor(now - sessionTtlMs), MAX_SESSIONS), sql.trimSpend.run(MAX_SPEND_DAYS), sql.trimFacts.run(MAX_TELEMETRY), sql.trimLearned.run(MAX_LEARNED)];
    return before - this.#traceCount + trimmed.reduce((sum, { changes }) => sum + Number(changes), 0);
  }

  #dropOldest(count: number): void {
    if (count > 0) this.#traceCount -= Number(this.#sql.deleteOldest.run(count).changes);
  }

  /** Writes the log into the database and empties it: what was deleted is then in neither. */
  #foldLog(): void {
    const row = attempt(() => this.#sql.truncateLog.get());
    this.#owesFolding = row?.busy !== 0;
    if (!this.#owesFolding) this.#logPages = 0;
  }

  #countTraces(): number {
    return Number(attempt(() => this.#sql.countTraces.get())?.n);
  }

  #usedBytes(): number {
    const { page_count: pages } = this.#sql.pages.get() ?? {};
    const { freelist_count: free } = this.#sql.freePages.get() ?? {};
    return (Number(pages) - Number(free)) * Number(this.#sql.pageSize.get()?.page_size);
  }

  #transaction<T>(work: () => T): T {
    return attempt(() => {
      this.#sql.begin.run();
      try {
        const result = work();
        this.#sql.commit.run();
        return result;
      } catch (error) {
        if (this.#db.isTransaction) this.#sql.rollback.run();
        this.#traceCount = this.#countTraces();
        throw error;
      }
    });
  }
}

const keyAndValue = ({ key, value }: Record<string, unknown>) => [String(key), parseFact(String(value))] as const;

/** Takes the text out of records that were kept with it, when it is not to be kept any more. Answers how many. */
function scrub(sql: Statements): number {
  const rows = sql.withText.all(SCRUB_AT_ONCE);
  for (const { id, summary, record } of rows) {
    const line = parseSummary(String(summary));
    const whole = parseRecord(String(record));
    if (line === undefined || whole === undefined) sql.deleteTrace.run(String(id));
    else sql.replaceText.run(JSON.stringify({ ...line, excerpt: '' }), JSON.stringify(numbersAndNames(whole)), String(id));
  }
  return rows.length;
}

type Statements = ReturnType<typeof statements>;

function statements(db: DatabaseSync) {
  try {
    return {
      begin: db.prepare('BEGIN IMMEDIATE'), commit: db.prepare('COMMIT'), rollback: db.prepare('ROLLBACK'),
      countTraces: db.prepare('SELECT count(*) AS n FROM traces'),
      insertTrace: db.prepare('INSERT INTO traces (id, started_at_ms, has_text, summary, record) VALUES (?, ?, ?, ?, ?)'),
      deleteTrace: db.prepare('DELETE FROM traces WHERE id = ?'),
      deleteOldest: db.prepare('DELETE FROM traces WHERE id IN (SELECT id FROM traces ORDER BY started_at_ms LIMIT ?)'),
      deleteOlder: db.prepare('DELETE FROM traces WHERE started_at_ms < ?'),
      clearTraces: db.prepare('DELETE FROM traces RETURNING id'),
      getTrace: db.prepare('SELECT record FROM traces WHERE id = ?'),
      listTraces: db.prepare('SELECT summary FROM traces WHERE started_at_ms < ? AND started_at_ms >= ? ORDER BY started_at_ms DESC LIMIT ?'),
      withText: db.prepare('SELECT id, summary, record FROM traces WHERE has_text = 1 LIMIT ?'),
      replaceText: db.prepare('UPDATE traces SET has_text = 0, summary = ?, record = ? WHERE id = ?'),
      putPin: db.prepare('INSERT INTO sessions VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET pin = excluded.pin, updated_at_ms = excluded.updated_at_ms WHERE excluded.updated_at_ms >= updated_at_ms'),
      loadPins: db.prepare(`SELECT id, pin FROM (SELECT * FROM sessions WHERE updated_at_ms >= ? ORDER BY updated_at_ms DESC LIMIT ${String(MAX_SESSIONS)}) ORDER BY updated_at_ms`),
      trimPins: db.prepare('DELETE FROM sessions WHERE updated_at_ms < ? OR id IN (SELECT id FROM sessions ORDER BY updated_at_ms DESC LIMIT -1 OFFSET ?)'),
      addUsd: db.prepare('INSERT INTO spend VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET usd = usd + excluded.usd RETURNING usd'),
      loadSpend: db.prepare(`SELECT day, usd FROM spend ORDER BY day DESC LIMIT ${String(MAX_SPEND_DAYS)}`),
      trimSpend: db.prepare('DELETE FROM spend WHERE day IN (SELECT day FROM spend ORDER BY day DESC LIMIT -1 OFFSET ?)'),
      putFact: db.prepare('INSERT INTO telemetry VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at_ms = excluded.updated_at_ms'),
      loadFacts: db.prepare(`SELECT key, value FROM (SELECT * FROM telemetry WHERE updated_at_ms >= ? ORDER BY updated_at_ms DESC LIMIT ${String(MAX_TELEMETRY)}) ORDER BY updated_at_ms`),
      trimFacts: db.prepare('DELETE FROM telemetry WHERE key IN (SELECT key FROM telemetry ORDER BY updated_at_ms DESC LIMIT -1 OFFSET ?)'),
      putLearned: db.prepare('INSERT INTO learning VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at_ms = excluded.updated_at_ms'),
      loadLearned: db.prepare(`SELECT key, value FROM (SELECT * FROM learning WHERE updated_at_ms >= ? ORDER BY updated_at_ms DESC LIMIT ${String(MAX_LEARNED)}) ORDER BY updated_at_ms`),
      trimLearned: db.prepare('DELETE FROM learning WHERE key IN (SELECT key FROM learning ORDER BY updated_at_ms DESC LIMIT -1 OFFSET ?)'),
      clearLearned: db.prepare('DELETE FROM learning'),
      foldLog: db.prepare('PRAGMA wal_checkpoint(PASSIVE)'),
      truncateLog: db.prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
      pages: db.prepare('PRAGMA page_count'), pageSize: db.prepare('PRAGMA page_size'),
      freePages: db.prepare('PRAGMA freelist_count'),
    };
  } catch (error) {
    throw schemaTroubleOf(error);
  }
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw troubleOf(error);
  }
}
