import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { TraceRecord, TraceSummary } from '../../trace/types.ts';
import { BackendError } from '../backend.ts';
import { parseRecord, parseSummary } from '../stored-shapes.ts';
import { DATABASE_FILE, daysBefore, securePrivateFile } from './files.ts';
import { loadSqlite, noSqlite } from './load-sqlite.ts';
import { MIGRATIONS, versionOf } from './migrations.ts';
import { troubleOf } from './trouble.ts';

/** The traces of a database that no owner has open. Each call opens it and closes it again. Errors: {@link BackendError}. */
export interface TracesAtRest {
  path: string;
  list(limit: number): TraceSummary[];
  get(id: string): TraceRecord | undefined;
  /** For good. False when there was none. */
  delete(id: string): boolean;
}

/** Another process may be writing its last lines. */
const BUSY_MS = 2_000;

/** Null where there is no database. Reading changes nothing in it, and makes no file that was not there but SQLite's own. */
export function findTracesAtRest(stateDir: string, { maxAgeDays, nowMs = Date.now }: { maxAgeDays: number; nowMs?: () => number }): TracesAtRest | null {
  const path = join(stateDir, DATABASE_FILE);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
  const oldestMs = () => Math.floor(daysBefore(nowMs(), maxAgeDays));
  return {
    path,
    list: (limit) => withDatabase(path, true, (db) => db
      .prepare('SELECT summary FROM traces WHERE started_at_ms >= ? ORDER BY started_at_ms DESC LIMIT ?').all(oldestMs(), limit)
      .flatMap(({ summary }) => parseSummary(String(summary)) ?? [])),
    get: (id) => withDatabase(path, true, (db) => {
      const row = db.prepare('SELECT record FROM traces WHERE id = ? AND started_at_ms >= ?').get(id, oldestMs());
      return row === undefined ? undefined : parseRecord(String(row.record));
    }),
    delete: (id) => withDatabase(path, false, (db) => {
      db.exec('PRAGMA secure_delete = ON');
      const deleted = db.prepare('DELETE FROM traces WHERE id = ?').run(id).changes > 0;
      // Its bytes are in the log until that is folded in.
      if (db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy !== 0) throw new BackendError('busy', 'another process is reading the database; what was deleted leaves its log when an OpenFusion runs next');
      return deleted;
    }),
  };
}

/** What is wrong with the database of a state folder, if anything, in a sentence; null also where there is none yet. Changes nothing. */
export function databaseProblem(stateDir: string): string | null {
  const path = join(stateDir, DATABASE_FILE);
  if (loadSqlite() === null) return noSqlite();
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
  try {
    withDatabase(path, true, (db) => { db.prepare('SELECT count(*) FROM traces').get(); });
    return null;
  } catch (error) {
    return `${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Opens a database that no owner has open, does the work and closes it. Errors: {@link BackendError}. */
export function withDatabase<T>(path: string, readOnly: boolean, work: (db: DatabaseSync) => T): T {
  const sqlite = loadSqlite();
  if (sqlite === null) throw new BackendError('unavailable', noSqlite());
  try {
    securePrivateFile(path);
    const db = new sqlite.DatabaseSync(path, { readOnly, timeout: BUSY_MS });
    try {
      const version = versionOf(db);
      if (version > MIGRATIONS.length) throw new BackendError('unavailable', 'it was written by a newer OpenFusion');
      if (version === 0) throw new BackendError('unavailable', 'there is nothing in it');
      return work(db);
    } finally {
      db.close();
    }
  } catch (error) {
    throw troubleOf(error);
  }
}
