import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { cacheDir, repoDir } from '../../support/paths.ts';
import { testFiles } from './test-files.ts';

export const defaultSuite = join(repoDir, 'test/vscode/suite');

/** The test files as CommonJS, Mocha left out: it must be the one that the runner uses. Answers the runner's file. */
export async function bundleSuite(suite = defaultSuite): Promise<string> {
  const outdir = join(cacheDir, 'vscode-suite');
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [
      { in: join(import.meta.dirname, 'in-host.ts'), out: 'index' },
      ...(await testFiles(suite)).map((file) => ({ in: join(suite, file), out: file.replace(/\.ts$/, '') })),
    ],
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['mocha', 'vscode'],
    logLevel: 'warning',
  });
  return join(outdir, 'index.js');
}
