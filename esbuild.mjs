// Builds everything that ships into dist/. `--watch` rebuilds; `--meta` prints what each bundle is made of; `--vsix FILE` packs the extension.
import { readdirSync, readFileSync, mkdirSync, existsSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as esbuild from 'esbuild';
import { configJsonSchema } from './src/config/json-schema.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const watch = process.argv.includes('--watch');
const meta = process.argv.includes('--meta');

const node = {
  bundle: true, platform: 'node', target: 'node22', format: 'cjs', minify: true, legalComments: 'none', logLevel: 'warning', metafile: true,
  define: { OPENFUSION_VERSION: JSON.stringify(version), 'import.meta.url': '__filename_url' },
  banner: { js: "const __filename_url=require('node:url').pathToFileURL(__filename).href;" },
  // Its main file is UMD with requires that no bundler can follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js', debug: './src/store/redis/silent-debug.cjs' },
};

// What edits agents' files is as large as all the rest and rarely wanted: the editor loads it when a command asks for it. So does the gateway with its Redis client.
const onDemand = {
  name: 'on-demand',
  setup: ({ onResolve }) => onResolve({ filter: /\/(connect-client|redis-client)\.ts$/ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.js`, external: true } : undefined)),
};

const viewer = {
  entryPoints: { viewer: 'src/viewer/main.tsx' }, outdir: 'dist', bundle: true, platform: 'browser', target: 'es2022', format: 'iife', minify: true,
  jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none', logLevel: 'warning', metafile: true,
};

const bundles = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist', external: ['vscode'], plugins: [onDemand] },
  { ...node, entryPoints: { 'connect-client': 'src/editor/connect-client.ts' }, outdir: 'dist', external: ['vscode'] },
  { ...node, entryPoints: { 'redis-client': 'src/store/redis/redis-client.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { gateway: 'src/gateway/worker.ts' }, outdir: 'dist', external: ['bufferutil', 'utf-8-validate'], plugins: [onDemand], embedViewer: true },
  { ...node, entryPoints: { main: 'src/cli.ts' }, outdir: 'dist', external: ['bufferutil', 'utf-8-validate'], plugins: [onDemand], embedViewer: true },
  { ...node, entryPoints: { cli: 'src/launch.cjs' }, outdir: 'dist', external: ['./main.js'], banner: { js: '#!/usr/bin/env node' }, define: {}, target: 'node12' },
];

mkdirSync('dist', { recursive: true });
// What the editor completes a configuration by.
writeFileSync('dist/openfusion.schema.json', JSON.stringify(configJsonSchema()));
const text = (file) => JSON.stringify(readFileSync(file, 'utf8'));
const report = (result) => meta && esbuild.analyzeMetafile(result.metafile).then((text) => console.log(text.split('\n').slice(0, 30).join('\n')));
const inputs = new Set();
// The viewer first: the gateway embeds it.
for (const options of [viewer, ...bundles]) {
  const entry = Object.values(options.entryPoints)[0];
  if (!existsSync(entry)) throw new Error(`${entry} is missing`);
  const { embedViewer, ...build } = options;
  // The gateway serves the trace viewer from memory: its files become strings in the bundle.
  if (embedViewer) build.define = { ...build.define, OPENFUSION_VIEWER_SCRIPT: text('dist/viewer.js'), OPENFUSION_VIEWER_STYLE: text('dist/viewer.css') };
  if (watch) await (await esbuild.context(build)).watch();
  else {
    const result = await esbuild.build(build);
    for (const input of Object.keys(result.metafile.inputs)) inputs.add(input);
    await report(result);
  }
}
if (!watch) writeFileSync('dist/THIRD-PARTY-NOTICES.txt', notices(inputs));
if (process.argv.includes('--vsix')) await pack(process.argv[process.argv.indexOf('--vsix') + 1] ?? 'openfusion.vsix');

/** The licence of every package that is in a bundle, in its own words. One without them cannot be shipped. */
function notices(inputs) {
  const folders = new Set([...inputs].flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  const packages = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
    if (files.length === 0) throw new Error(`${name} ${version} comes without its licence`);
    return { title: `${name} ${version} (${license})`, text: files.map((file) => readFileSync(`${folder}/${file}`, 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n') };
  }).sort((a, b) => (a.title < b.title ? -1 : 1));
  const line = '-'.repeat(80);
  return `OpenFusion contains these packages.\n\n${packages.map(({ title }) => `  ${title}`).join('\n')}\n\n${packages.map(({ title, text }) => `${line}\n${title}\n${line}\n\n${text}\n`).join('\n')}`;
}

/** The same sources make the same bytes: files in order, all of one time and mode, whatever clock, zone and umask are. SOURCE_DATE_EPOCH sets another time. */
async function pack(packagePath) {
  process.env.TZ = 'UTC';
  process.env.SOURCE_DATE_EPOCH ??= String(Date.UTC(1980, 0, 2) / 1000);
  const { createVSIX } = await import('@vscode/vsce');
  await createVSIX({ cwd: '.', packagePath, dependencies: false, useYarn: false });
  const zip = readFileSync(packagePath);
  // The directory at the end of the file: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 and 4.3.16.
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
  for (let at = zip.readUInt32LE(end + 16); at < end; at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)) zip.writeUInt32LE((0o100644 << 16) >>> 0, at + 38);
  writeFileSync(packagePath, zip);
}
