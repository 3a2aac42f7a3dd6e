// Builds everything that ships into dist/. `--watch` rebuilds; `--meta` prints what each bundle is made of.
import { readFileSync, mkdirSync, existsSync, writeFileSync } from 'node:fs';
import * as esbuild from 'esbuild';
import { configJsonSchema } from './src/config/json-schema.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const watch = process.argv.includes('--watch');
const meta = process.argv.includes('--meta');

const node = {
  bundle: true, platform: 'node', target: 'node22', format: 'cjs', minify: true, legalComments: 'none', logLevel: 'warning', metafile: meta,
  define: { OPENFUSION_VERSION: JSON.stringify(version), 'import.meta.url': '__filename_url' },
  banner: { js: "const __filename_url=require('node:url').pathToFileURL(__filename).href;" },
  // Its main file is UMD with requires that no bundler can follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

// What edits agents' files is as large as all the rest and rarely wanted: the editor loads it when a command asks for it.
const onDemand = {
  name: 'on-demand',
  setup: ({ onResolve }) => onResolve({ filter: /\/connect-client\.ts$/ }, ({ kind }) => (kind === 'dynamic-import' ? { path: './connect-client.js', external: true } : undefined)),
};

const viewer = {
  entryPoints: { viewer: 'src/viewer/main.tsx' }, outdir: 'dist', bundle: true, platform: 'browser', target: 'es2022', format: 'iife', minify: true,
  jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none', logLevel: 'warning', metafile: meta,
};

const bundles = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist', external: ['vscode'], plugins: [onDemand] },
  { ...node, entryPoints: { 'connect-client': 'src/editor/connect-client.ts' }, outdir: 'dist', external: ['vscode'] },
  { ...node, entryPoints: { gateway: 'src/gateway/worker.ts' }, outdir: 'dist', external: ['bufferutil', 'utf-8-validate'], embedViewer: true },
  { ...node, entryPoints: { main: 'src/cli.ts' }, outdir: 'dist', external: ['bufferutil', 'utf-8-validate'], embedViewer: true },
  { ...node, entryPoints: { cli: 'src/launch.cjs' }, outdir: 'dist', external: ['./main.js'], banner: { js: '#!/usr/bin/env node' }, define: {}, target: 'node12' },
];

mkdirSync('dist', { recursive: true });
// What the editor completes a configuration by.
writeFileSync('dist/openfusion.schema.json', JSON.stringify(configJsonSchema()));
const text = (file) => JSON.stringify(readFileSync(file, 'utf8'));
const report = (result) => meta && result.metafile && esbuild.analyzeMetafile(result.metafile).then((text) => console.log(text.split('\n').slice(0, 30).join('\n')));
// The viewer first: the gateway embeds it.
for (const options of [viewer, ...bundles]) {
  const entry = Object.values(options.entryPoints)[0];
  if (!existsSync(entry)) throw new Error(`${entry} is missing`);
  const { embedViewer, ...build } = options;
  // The gateway serves the trace viewer from memory: its files become strings in the bundle.
  if (embedViewer) build.define = { ...build.define, OPENFUSION_VIEWER_SCRIPT: text('dist/viewer.js'), OPENFUSION_VIEWER_STYLE: text('dist/viewer.css') };
  if (watch) await (await esbuild.context(build)).watch();
  else await report(await esbuild.build(build));
}
