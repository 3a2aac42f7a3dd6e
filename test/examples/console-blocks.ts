/**
 * Documents show what commands print: a fence `console` whose first line is `$ openfusion …`. This puts the real output
 * there, and the test compares.   node test/examples/console-blocks.ts    refreshes all documents.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { repoDir } from '../support/paths.ts';
import { CliHome } from '../support/cli.ts';

const BLOCK = /^```console\n\$ openfusion (.*)\n([\s\S]*?)^```$/gm;

/** Every Markdown file that a reader is sent to, relative to the repository. */
export async function documents(): Promise<string[]> {
  const inFolder = async (folder: string): Promise<string[]> => (await readdir(join(repoDir, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md')).map((entry) => relative(repoDir, join(entry.parentPath, entry.name)));
  return ['README.md', 'CHANGELOG.md', ...await inFolder('docs'), ...await inFolder('examples')];
}

export const readDocument = (path: string): Promise<string> => readFile(join(repoDir, path), 'utf8');

/** The document with the output of today in each console block. Run in a home of its own: no key, no configuration. */
export async function withOutputs(text: string, home: CliHome): Promise<string> {
  let refreshed = text;
  for (const [block, command = ''] of text.matchAll(BLOCK)) {
    const { code, stdout, stderr } = await home.run(wordsOf(command));
    if (code !== 0) throw new Error(`openfusion ${command} ended with ${String(code)}: ${stderr}`);
    refreshed = refreshed.replace(block, () => `\`\`\`console\n$ openfusion ${command}\n${stdout.trimEnd()}\n\`\`\``);
  }
  return refreshed;
}

/** Words as a shell parts them; only double quotes, as the documents use them. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

if (import.meta.main) {
  const home = await CliHome.create();
  try {
    for (const path of await documents()) {
      const text = await readDocument(path);
      const refreshed = await withOutputs(text, home);
      if (refreshed !== text) await writeFile(join(repoDir, path), refreshed);
    }
  } finally {
    await home.remove();
  }
}
