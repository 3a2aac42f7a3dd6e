/** The file in the state folder by which an owner is found: `owner-<port>.json`, for the user's eyes only. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ensurePrivateDir } from '../config/state-dir.ts';

const ownerSchema = z.object({
  pid: z.int().positive(),
  port: z.int().min(1).max(65_535),
  /** The address that it listens on. */
  host: z.string().min(1),
  version: z.string(),
  kind: z.enum(['window', 'serve']),
  /** Epoch ms. */
  startedAt: z.number(),
  viewToken: z.string().min(32),
  proofKey: z.string().min(32),
});

export type OwnerInfo = z.output<typeof ownerSchema>;

/** For messages: `OpenFusion 1.2.3 (a VS Code window, pid 4711)`. */
export function describeOwner({ version, kind, pid }: Pick<OwnerInfo, 'version' | 'kind' | 'pid'>): string {
  return `OpenFusion ${version} (${kind === 'window' ? 'a VS Code window' : 'openfusion serve'}, pid ${pid})`;
}

const DAY_MS = 86_400_000;
const MAX_FILE_BYTES = 16_384;

/** Where the owner of a port writes who it is. */
export function ownerFile(stateDir: string, port: number): string {
  return join(stateDir, `owner-${port}.json`);
}

/**
 * What the owner of this port wrote, with its secrets; null when there is no such file, it is not ours, or it makes no
 * sense. The process may be gone: only a challenge tells.
 */
export async function readOwner(stateDir: string, port: number): Promise<OwnerInfo | null> {
  const text = await readOwnFile(ownerFile(stateDir, port));
  if (text === null) return null;
  try {
    const owner = ownerSchema.parse(JSON.parse(text));
    return owner.port === port ? owner : null;
  } catch {
    return null;
  }
}

/** Writes the file, whole or not at all, 0600 in a folder that is made 0700. Clears away what dead owners left. */
export async function writeOwner(stateDir: string, owner: OwnerInfo): Promise<void> {
  await ensurePrivateDir(stateDir);
  const file = ownerFile(stateDir, owner.port);
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(owner)}\n`);
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await removeLeftovers(stateDir, owner.port);
}

/** Removes the file if it is still the one with this token; another owner's stays. */
export async function removeOwner(stateDir: string, port: number, viewToken: string): Promise<void> {
  const owner = await readOwner(stateDir, port);
  if (owner?.viewToken === viewToken) await rm(ownerFile(stateDir, port), { force: true });
}

/** Follows no link and takes no file of another user: whoever can plant one here must not choose our token. */
async function readOwnFile(file: string): Promise<string | null> {
  try {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const { uid, size } = await handle.stat();
      const isOurs = process.getuid === undefined || uid === process.getuid();
      return isOurs && size <= MAX_FILE_BYTES ? await handle.readFile('utf8') : null;
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

/** Owners on a free port (`0`) that were killed leave files that nobody would ever replace. */
async function removeLeftovers(stateDir: string, ownPort: number): Promise<void> {
  const files = (await readdir(stateDir)).filter((name) => /^owner-\d+\.json/.test(name) && name !== `owner-${ownPort}.json`);
  for (const name of files) {
    const file = join(stateDir, name);
    const port = Number(/\d+/.exec(name)?.[0]);
    // Fresh ones are left alone: a process of another container may write here whose pid we cannot see.
    const changedMs = await stat(file).then(({ mtimeMs }) => mtimeMs, () => Infinity);
    if (Date.now() - changedMs < DAY_MS) continue;
    const owner = name.endsWith('.json') ? await readOwner(stateDir, port) : null;
    if (owner === null || !isAlive(owner.pid)) await unlink(file).catch(() => undefined);
  }
}

/** Is there such a process? Another user's counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
