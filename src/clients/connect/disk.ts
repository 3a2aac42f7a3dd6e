import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, copyFile, constants, mkdir, open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { FilePort } from './file-port.ts';

/** The real disk. */
export const disk: FilePort = {
  exists: existsSync,

  async read(path) {
    const bytes = await readFile(path).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw new Error(`${path} cannot be read (${codeOf(error)})`);
    });
    if (bytes === null) return null;
    try {
      // The mark at the beginning stays a part of the text.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Error(`${path} is no UTF-8 text`);
    }
  },

  async write(path, text, mode) {
    const target = await behindLinks(path);
    await mkdir(dirname(target), { recursive: true });
    const there = await stat(target).catch(() => null);
    const kept = there === null ? mode : there.mode & 0o7777;
    const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const handle = await open(temporary, 'wx', kept ?? 0o666);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      // What a file is created with goes through the umask.
      if (kept !== undefined) await chmod(temporary, kept);
      // Where somebody works on another user's file, it stays that user's; elsewhere this is refused, and changes nothing.
      if (there !== null && there.uid !== process.getuid?.()) await chown(temporary, there.uid, there.gid).catch(() => undefined);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw new Error(`${path} cannot be written (${codeOf(error)})`, { cause: error });
    }
  },

  async copy(from, to) {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await chmod(to, (await stat(from)).mode & 0o7777);
  },

  remove: async (path) => rm(await behindLinks(path), { force: true }),
};

/** Where the file itself lies, or will: a link to a file that is not there yet counts too. */
async function behindLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const link = await readlink(path).catch(() => null);
    return link === null ? path : behindLinks(resolve(dirname(path), link));
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));
