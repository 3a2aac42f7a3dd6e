import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { npmEnv, run } from '../npm.ts';
import { cacheDir, repoDir } from '../paths.ts';

/** Packs what `node esbuild.mjs` has built into the `.vsix` that a person installs; answers its path. */
export async function packageExtension(): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  const vsix = join(cacheDir, 'openfusion.vsix');
  const vsce = join(repoDir, 'node_modules/.bin/vsce');
  await run(vsce, ['package', '--no-dependencies', '--no-yarn', '-o', vsix], { cwd: repoDir, env: npmEnv() });
  return vsix;
}
