import type { DatabaseSync } from 'node:sqlite';

/**
 * What makes of a database of one version the next one; the first makes it out of nothing. Never change one that was
 * released: add another. The version stands in `user_version`.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE traces (
     id TEXT PRIMARY KEY,
     started_at_ms INTEGER NOT NULL,
     has_text INTEGER NOT NULL,
     summary TEXT NOT NULL,
     record TEXT NOT NULL
   ) STRICT;
   CREATE INDEX traces_by_start ON traces (started_at_ms);
   CREATE TABLE sessions (id TEXT PRIMARY KEY, pin TEXT NOT NULL, updated_at_ms INTEGER NOT NULL) STRICT;
   CREATE INDEX sessions_by_update ON sessions (updated_at_ms);
   CREATE TABLE spend (day TEXT PRIMARY KEY, usd REAL NOT NULL) STRICT;`,
  `CREATE TABLE telemetry (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at_ms INTEGER NOT NULL) STRICT;`,
  `CREATE TABLE learning (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at_ms INTEGER NOT NULL) STRICT;`,
];

export function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version);
}

/** Brings a database to the newest version, each step whole or not at all. Another process may be doing the same. */
export function migrate(db: DatabaseSync, migrations: readonly string[] = MIGRATIONS): void {
  if (versionOf(db) >= migrations.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (let version = versionOf(db); version < migrations.length; version++) {
      db.exec(migrations[version] ?? '');
      db.exec(`PRAGMA user_version = ${String(version + 1)}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
