/** The database's files: for this user alone, never through a link, set aside rather than thrown away. */
import { chmodSync, closeSync, constants, lstatSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BackendError } from '../backend.ts';

/** Name of the database in the state folder. */
export const DATABASE_FILE = 'openfusion.db';

/** SQLite's own beside it: the write-ahead log, and the index into it. */
const SUFFIXES = ['', '-wal', '-shm'] as const;
const SET_ASIDE = /\.set-aside-\d{8}T\d{6}(?:-\d+)?(?:-wal|-shm)?$/;
const DAY_MS = 86_400_000;

/**
 * Makes the file where there is none, and closes it to others.
 * Errors: {@link NotPlainFile} for a link, a folder or the like; {@link BackendError} for what belongs to another user.
 */
export function securePrivateFile(path: string): void {
  for (const suffix of SUFFIXES) {
    const stat = lstatSync(path + suffix, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (!stat.isFile()) throw new NotPlainFile(`${path}${suffix} was no plain file but a link, a folder or the like`);
    if (process.getuid !== undefined && stat.uid !== process.getuid()) throw new BackendError('unavailable', `${path}${suffix} belongs to another user`);
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) chmodSync(path + suffix, 0o600);
  }
  // SQLite gives the files that it makes beside it the same rights.
  closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600));
}

export class NotPlainFile extends Error {}

/** Gives the database another name, with what belongs to it. A link is renamed, not followed. Answers the new name. */
export function setAside(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]|\..*/g, '');
  const taken = (name: string) => lstatSync(name, { throwIfNoEntry: false }) !== undefined;
  let aside = `${path}.set-aside-${stamp}`;
  for (let n = 2; taken(aside); n++) aside = `${path}.set-aside-${stamp}-${String(n)}`;
  for (const suffix of SUFFIXES) if (taken(path + suffix)) renameSync(path + suffix, aside + suffix);
  return aside;
}

/** What was set aside holds traces too: it goes when they would have gone. */
export function removeOldSetAside(path: string, olderThanMs: number): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.set-aside-`) || !SET_ASIDE.test(name)) continue;
    const stat = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (stat !== undefined && stat.mtimeMs < olderThanMs) rmSync(join(folder, name), { force: true });
  }
}

/** Epoch ms before which something is older than so many days. */
export const daysBefore = (nowMs: number, days: number): number => nowMs - days * DAY_MS;
