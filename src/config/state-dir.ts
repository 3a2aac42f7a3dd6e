/** Where OpenFusion keeps what is its own on this machine. */
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';

export interface Machine {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
}

const thisMachine = (): Machine => ({ platform: process.platform, env: process.env, home: homedir() });

/** Folder of the owner file, the view token, trust and the store. XDG_STATE_HOME wins on every system. */
export function stateDirOf({ platform, env, home }: Machine = thisMachine()): string {
  if (isSet(env.XDG_STATE_HOME)) return join(env.XDG_STATE_HOME, 'openfusion');
  if (platform === 'win32') return win32.join(env.LOCALAPPDATA ?? win32.join(home, 'AppData', 'Local'), 'openfusion');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'openfusion');
  return posix.join(home, '.local', 'state', 'openfusion');
}

/** Folder of the user's own configuration file. XDG_CONFIG_HOME wins on every system. */
export function configDirOf({ platform, env, home }: Machine = thisMachine()): string {
  if (isSet(env.XDG_CONFIG_HOME)) return join(env.XDG_CONFIG_HOME, 'openfusion');
  if (platform === 'win32') return win32.join(env.APPDATA ?? win32.join(home, 'AppData', 'Roaming'), 'openfusion');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'openfusion');
  return posix.join(home, '.config', 'openfusion');
}

/**
 * Makes the folder, for this user alone. Throws when it is a link or no folder: somebody else could have put it there.
 * @returns the folder
 */
export async function ensurePrivateDir(dir: string): Promise<string> {
  return Promise.resolve(dir).then(ensurePrivateDirSync);
}

/** The same at once, for who may not wait. */
export function ensurePrivateDirSync(dir: string): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stat = lstatSync(dir);
  if (!stat.isDirectory()) throw new Error(`${dir} must be a folder, not a link or a file`);
  if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) chmodSync(dir, 0o700);
  return dir;
}

/** By the XDG rules a relative folder counts as unset. */
function isSet(dir: string | undefined): dir is string {
  return dir !== undefined && (dir.startsWith('/') || /^[a-z]:[\\/]/i.test(dir));
}
