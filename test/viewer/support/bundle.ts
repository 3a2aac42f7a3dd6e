import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { repoDir } from '../../support/paths.ts';

export interface ViewerBundle {
  script: string;
  style: string;
}

let built: Promise<ViewerBundle> | undefined;

/** The viewer as it ships, built from the sources of this moment, once per run. */
export function viewerBundle(): Promise<ViewerBundle> {
  built ??= build();
  return built;
}

async function build(): Promise<ViewerBundle> {
  const { outputFiles } = await esbuild.build({
    entryPoints: { viewer: join(repoDir, 'src/viewer/main.tsx') }, outdir: 'dist', bundle: true, write: false, platform: 'browser', target: 'es2022',
    format: 'iife', minify: true, jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none', logLevel: 'warning',
  });
  const textOf = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: textOf('.js'), style: textOf('.css') };
}
