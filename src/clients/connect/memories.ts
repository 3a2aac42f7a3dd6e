/** What OpenFusion must know to take its changes back, by the path of the file: one private file in the state folder. */
import { join } from 'node:path';
import * as z from 'zod';
import { ensurePrivateDir } from '../../config/state-dir.ts';
import type { FilePort } from './file-port.ts';
import type { FileMemory } from './plan.ts';

const memorySchema = z.object({
  existed: z.boolean(),
  written: z.string().nullable(),
  previous: z.record(z.string(), z.string()),
  created: z.array(z.string()),
  /** The copy of the file as it was; null when there was none. */
  backup: z.string().nullable(),
});
const fileSchema = z.object({ files: z.record(z.string(), memorySchema) });

export type StoredMemory = FileMemory & { backup: string | null };

export interface Memories {
  get: (path: string) => Promise<StoredMemory | null>;
  /** null forgets. */
  set: (path: string, memory: StoredMemory | null) => Promise<void>;
}

/** A file that cannot be read counts as empty: then only our own keys are known, and the backups. */
export function memoriesIn(stateDir: string, files: FilePort, prepare: (dir: string) => Promise<unknown> = ensurePrivateDir): Memories {
  const path = join(stateDir, 'connections.json');
  const all = async (): Promise<Record<string, StoredMemory>> => {
    try {
      return fileSchema.parse(JSON.parse((await files.read(path)) ?? '')).files;
    } catch {
      return {};
    }
  };
  return {
    get: async (file) => {
      const known = await all();
      return Object.hasOwn(known, file) ? known[file] ?? null : null;
    },
    async set(file, memory) {
      const { [file]: _, ...others } = await all();
      await prepare(stateDir);
      await files.write(path, `${JSON.stringify({ files: memory === null ? others : { ...others, [file]: memory } }, null, 2)}\n`, 0o600);
    },
  };
}
