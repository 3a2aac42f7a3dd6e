/** The refreshed catalogue in the state folder. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePrivateDir } from '../../config/state-dir.ts';
import { catalogueFileSchema, decodeCatalogue, encodeCatalogue, type CatalogueData } from './facts.ts';

const FILE = 'catalogue.json';

/** What was fetched last; null when nothing was, or when the file is not readable as such. */
export async function readStored(stateDir: string): Promise<CatalogueData | null> {
  try {
    const parsed = catalogueFileSchema.safeParse(JSON.parse(await readFile(join(stateDir, FILE), 'utf8')));
    return parsed.success ? decodeCatalogue(parsed.data) : null;
  } catch {
    return null;
  }
}

/** Keeps it for this user alone; whoever reads meanwhile sees the old one or the new one whole. */
export async function writeStored(stateDir: string, data: CatalogueData): Promise<void> {
  await ensurePrivateDir(stateDir);
  const draft = join(stateDir, `${FILE}.${randomUUID()}`);
  try {
    await writeFile(draft, JSON.stringify(encodeCatalogue(data)), { mode: 0o600, flag: 'wx' });
    await rename(draft, join(stateDir, FILE));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
