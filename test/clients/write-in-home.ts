import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a file below the home, with the folders that it needs. */
export async function writeInHome({ home }: { readonly home: string }, path: string, content: string): Promise<void> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
