/** Keys of the command line: `secrets.json` in the state folder, for its owner alone (0600). VS Code keeps its own in SecretStorage. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { ConfigIssue } from './issue.ts';
import { ensurePrivateDir } from './state-dir.ts';

export interface KeptKey {
  value: string;
  /** Origins of the upstreams that it may be sent to; empty: any that the configuration names it for. */
  origins: string[];
}

export type KeyFile = { ok: true; keys: Record<string, KeptKey> } | { ok: false; issue: ConfigIssue };

const FILE = 'secrets.json';
const fileSchema = z.object({ version: z.literal(1), keys: z.record(z.string(), z.object({ value: z.string(), origins: z.array(z.string()) })) });

export const keyFileOf = (stateDir: string): string => join(stateDir, FILE);

/** Reads all keys; none when there is no file. One that others may read, or that is a link, is refused: somebody else may know it or have made it. */
export async function readKeyFile(stateDir: string): Promise<KeyFile> {
  const path = keyFileOf(stateDir);
  const refused = (message: string, expected: string): KeyFile => ({ ok: false, issue: { source: path, path: '', message, expected } });
  let text: string;
  try {
    const file = await open(path, constants.O_RDONLY | NO_LINKS);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return refused('is no file', 'a file of your own');
      if (POSIX && (stat.mode & 0o077) !== 0) return refused(`may be read by others (mode ${(stat.mode & 0o777).toString(8).padStart(4, '0')})`, `mode 0600: run \`chmod 600 ${path}\`, and replace keys that somebody may have seen`);
      if (POSIX && stat.uid !== process.getuid?.()) return refused('belongs to another user', 'a file of your own');
      text = await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: true, keys: {} };
    return code === 'ELOOP' ? refused('is a link', 'a file of your own') : refused(`cannot be read (${code})`, 'a file that you may read');
  }
  const parsed = fileSchema.safeParse(jsonOf(text));
  // What it holds is not repeated, whatever is wrong with it.
  return parsed.success ? { ok: true, keys: parsed.data.keys } : refused('is not what `openfusion key set` writes', '{"version": 1, "keys": {"NAME": {"value": "…", "origins": ["https://…"]}}}');
}

/** Replaces all keys at once: a reader sees the old ones or the new ones. */
export async function writeKeyFile(stateDir: string, keys: Readonly<Record<string, KeptKey>>): Promise<void> {
  await ensurePrivateDir(stateDir);
  const temporary = join(stateDir, `${FILE}.${randomBytes(6).toString('hex')}`);
  await writeFile(temporary, `${JSON.stringify({ version: 1, keys }, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(temporary, keyFileOf(stateDir));
}

const POSIX = process.platform !== 'win32';
/** Windows has no such flag. */
const NO_LINKS = (constants.O_NOFOLLOW as number | undefined) ?? 0;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
