import { glob } from 'node:fs/promises';

/** The test files below a folder, relative to it, in a stable order. */
export async function testFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob('**/*.test.ts', { cwd: folder })) files.push(file);
  return files.sort();
}
