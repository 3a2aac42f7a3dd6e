import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { parseFact } from '../stored-shapes.ts';
import type { LearnedStore } from '../types.ts';
import { DATABASE_FILE } from './files.ts';
import { versionOf } from './migrations.ts';
import { withDatabase } from './traces-at-rest.ts';

/** The version of a database from which on it holds what was learned. */
const SINCE_VERSION = 3;

/** What the last owner learned, in a database that none has open; null where there is no database. Errors: those of a backend. */
export function findLearnedAtRest(stateDir: string, nowMs: () => number = Date.now): (LearnedStore & { path: string }) | null {
  const path = join(stateDir, DATABASE_FILE);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
  return {
    path,
    load: () => withDatabase(path, true, (db) => {
      if (versionOf(db) < SINCE_VERSION) return new Map<string, unknown>();
      return new Map(db.prepare('SELECT key, value FROM learning ORDER BY updated_at_ms').all().map(({ key, value }) => [String(key), parseFact(String(value))]));
    }),
    save: (entries) => {
      withDatabase(path, false, (db) => {
        if (versionOf(db) < SINCE_VERSION) return;
        const put = db.prepare('INSERT INTO learning VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at_ms = excluded.updated_at_ms');
        for (const [key, value] of entries) put.run(key, JSON.stringify(value ?? null), Math.floor(nowMs()));
      });
    },
    clear: () => new Promise((resolve) => {
      withDatabase(path, false, (db) => {
        if (versionOf(db) < SINCE_VERSION) return;
        db.exec('PRAGMA secure_delete = ON; DELETE FROM learning');
        // Its bytes are in the log until that is folded in; one who reads just now puts that off to the next start.
        db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      });
      resolve();
    }),
  };
}
