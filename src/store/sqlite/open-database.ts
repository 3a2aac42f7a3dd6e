import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { ensurePrivateDirSync } from '../../config/state-dir.ts';
import { BackendError, type Backend, type Snapshot } from '../backend.ts';
import { DATABASE_FILE, NotPlainFile, securePrivateFile, setAside } from './files.ts';
import { loadSqlite, noSqlite, type SqliteModule } from './load-sqlite.ts';
import { MIGRATIONS, migrate, versionOf } from './migrations.ts';
import { SqliteBackend, type SqliteBackendOptions } from './sqlite-backend.ts';
import { schemaTroubleOf, troubleOf } from './trouble.ts';

/** How long opening waits for another process: the one that owned the port before may still be writing its last lines. */
const OPEN_BUSY_MS = 200;
/** How long a write does: the gateway's thread waits with it, and it can try again. */
const WRITE_BUSY_MS = 20;
/** Databases up to this size are looked through when they are opened; in larger ones damage shows when it is met. */
const CHECKED_BYTES = 16_000_000;

export interface OpenedDatabase {
  backend: Backend;
  kept: Snapshot;
  /** What happened to the database that was there, when it could not be used; else null. */
  note: string | null;
}

/**
 * Opens the database of a state folder for writing, as the one owner; makes what is not there. One that is damaged or of a newer
 * version is set aside under another name and a new one begun. Waits for the disk and for other processes, so not while a request runs.
 * Errors: {@link BackendError}.
 */
export function openDatabase(stateDir: string, options: SqliteBackendOptions, sqlite: SqliteModule | null = loadSqlite()): OpenedDatabase {
  if (sqlite === null) throw new BackendError('unavailable', noSqlite());
  try {
    ensurePrivateDirSync(stateDir);
  } catch (error) {
    throw troubleOf(error);
  }
  const path = join(stateDir, DATABASE_FILE);
  try {
    return { ...open(sqlite, path, options), note: null };
  } catch (error) {
    const why = reasonToSetAside(error);
    if (why === null) throw troubleOf(error);
    return beginAnew(sqlite, path, why, options);
  }
}

/** The same after the open one turned out to be damaged; it has been closed. */
export function replaceDatabase(stateDir: string, why: BackendError, options: SqliteBackendOptions): OpenedDatabase {
  const sqlite = loadSqlite();
  if (sqlite === null) throw new BackendError('unavailable', noSqlite());
  return beginAnew(sqlite, join(stateDir, DATABASE_FILE), why, options);
}

function beginAnew(sqlite: SqliteModule, path: string, why: Error, options: SqliteBackendOptions): OpenedDatabase {
  const aside = renameUnused(sqlite, path, why, options.nowMs());
  try {
    return { ...open(sqlite, path, options), note: `${why.message}; it was set aside as ${aside}, and a new database begun: traces, sessions and spending of before are not seen` };
  } catch (error) {
    throw troubleOf(error);
  }
}

class NewerVersion extends Error {}

function open({ DatabaseSync }: SqliteModule, path: string, options: SqliteBackendOptions): Omit<OpenedDatabase, 'note'> {
  securePrivateFile(path);
  const db = new DatabaseSync(path, { timeout: OPEN_BUSY_MS, enableDoubleQuotedStringLiterals: false });
  try {
    const version = versionOf(db);
    if (version > MIGRATIONS.length) throw new NewerVersion(`${path} was written by a newer OpenFusion (schema ${String(version)}, this one knows ${String(MIGRATIONS.length)})`);
    prepare(db, version);
    migrateOwn(db);
    const backend = new SqliteBackend(db, path, options);
    // The rights of what SQLite made just now.
    securePrivateFile(path);
    const kept = backend.load();
    db.exec(`PRAGMA busy_timeout = ${String(WRITE_BUSY_MS)}`);
    return { backend, kept };
  } catch (error) {
    db.close();
    throw error;
  }
}

function migrateOwn(db: DatabaseSync): void {
  try {
    migrate(db);
  } catch (error) {
    throw schemaTroubleOf(error);
  }
}

/**
 * In the write-ahead mode what a transaction wrote is in the hands of the system when it ends, so no end of this process loses it;
 * only a loss of power can, and then the last transactions are missing and the rest is whole (`synchronous = NORMAL`).
 */
function prepare(db: DatabaseSync, version: number): void {
  if (version === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA trusted_schema = OFF');
  const bytes = Number(db.prepare('PRAGMA page_count').get()?.page_count) * Number(db.prepare('PRAGMA page_size').get()?.page_size);
  if (version === 0 || bytes > CHECKED_BYTES) return;
  const verdict = String(db.prepare('PRAGMA quick_check(1)').get()?.quick_check);
  if (verdict !== 'ok') throw new BackendError('broken', `the database is damaged: ${verdict}`);
}

function reasonToSetAside(error: unknown): Error | null {
  if (error instanceof NewerVersion || error instanceof NotPlainFile) return error;
  const trouble = troubleOf(error);
  return trouble.trouble === 'broken' ? trouble : null;
}

/** A database that another process has open keeps its name: that one would go on writing into the file that was set aside. */
function renameUnused(sqlite: SqliteModule, path: string, why: Error, nowMs: number): string {
  if (why instanceof NewerVersion && isInUse(sqlite, path)) throw new BackendError('unavailable', `${why.message} and is in use by it; this one keeps everything in memory`);
  try {
    return setAside(path, nowMs);
  } catch (error) {
    throw new BackendError('unavailable', `${why.message}, and it cannot be set aside: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Leaving the write-ahead mode needs the database for oneself alone. */
function isInUse({ DatabaseSync }: SqliteModule, path: string): boolean {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('PRAGMA journal_mode = DELETE');
    return false;
  } catch (error) {
    return troubleOf(error).trouble === 'busy';
  } finally {
    db.close();
  }
}
