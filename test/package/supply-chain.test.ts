import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';
import { after, before, describe, it } from 'mocha';
import { repoDir } from '../support/paths.ts';

const run = promisify(execFile);
const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(repoDir, path), 'utf8'));

interface Manifest {
  scripts: Record<string, string>;
  dependencies?: object;
  optionalDependencies?: object;
  peerDependencies?: object;
  bundledDependencies?: unknown;
  bundleDependencies?: unknown;
  devDependencies: Record<string, string>;
}
interface Lock { packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean }> }

/** What each shipped bundle is made of, found anew. */
async function shipped(): Promise<esbuild.Metafile> {
  const { metafile } = await esbuild.build({
    absWorkingDir: repoDir, bundle: true, write: false, metafile: true, platform: 'node', format: 'cjs', outdir: 'nowhere', logLevel: 'silent', jsx: 'automatic', jsxImportSource: 'preact',
    entryPoints: ['src/extension.ts', 'src/editor/connect-client.ts', 'src/store/redis/redis-client.ts', 'src/gateway/worker.ts', 'src/cli.ts', 'src/viewer/main.tsx'], external: ['vscode', 'bufferutil', 'utf-8-validate'],
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js', debug: './src/store/redis/silent-debug.cjs' },
  });
  return metafile;
}

describe('what ships', () => {
  let meta: esbuild.Metafile;
  before(async function () {
    this.timeout(60_000);
    meta = await shipped();
  });

  it('needs nothing at run time but Node, VS Code and its own bundles', () => {
    const wanted = new Set(Object.values(meta.outputs).flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path.replace(/^node:/u, ''))));
    // Native helpers of ws that it does without.
    const foreign = [...wanted].filter((path) => !builtinModules.includes(path) && !['sqlite', 'vscode', 'bufferutil', 'utf-8-validate'].includes(path));
    assert.deepEqual(foreign, []);
  });

  it('lists every package inside with version and licence, and no other', async () => {
    const notices = await readFile(join(repoDir, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const folders = new Set(Object.keys(meta.inputs).flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//u.exec(input)?.[1] ?? []));
    const packages = await Promise.all([...folders].map(async (folder) => (await readJson(join(folder, 'package.json'))) as { name: string; version: string; license: string }));
    assert.deepEqual([...notices.matchAll(/^ {2}(\S+ \S+ \(.*\))$/gmu)].map(([, title]) => title).sort(), packages.map(({ name, version, license }) => `${name} ${version} (${license})`).sort());
    for (const { name, version, license } of packages) {
      assert.match(license, /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0)$/u, `${name}: may that be shipped?`);
      const [, text = ''] = notices.split(`\n${name} ${version} (${license})\n${'-'.repeat(80)}\n`);
      assert.match(text.split('-'.repeat(80))[0] ?? '', /copyright[\s\S]*(permission|redistribution)/iu, `${name} has no licence text`);
    }
  });

  it('runs nothing when it is installed', async () => {
    const { scripts } = (await readJson('package.json')) as Manifest;
    for (const name of ['preinstall', 'install', 'postinstall', 'preprepare', 'postprepare', 'prepublish']) assert.equal(scripts[name], undefined, name);
    const { stdout } = await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: repoDir, shell: process.platform === 'win32' });
    const [packed] = JSON.parse(stdout) as { files: { path: string }[]; bundled: unknown[] }[];
    assert.deepEqual(packed?.bundled, []);
    const odd = (packed.files).map(({ path }) => path).filter((path) => !/^(dist\/[\w.-]+\.(js|css|json|txt)|media\/[\w.-]+|package\.json|README\.md|LICENSE)$/u.test(path));
    assert.deepEqual(odd, []);
  }).timeout(60_000);
});

describe('what it is built from', () => {
  it('has no dependencies but those of the build, each of one version', async () => {
    const { devDependencies, dependencies = {}, optionalDependencies = {}, peerDependencies = {}, bundledDependencies = [], bundleDependencies = [] } = (await readJson('package.json')) as Manifest;
    assert.deepEqual([dependencies, optionalDependencies, peerDependencies, bundledDependencies, bundleDependencies], [{}, {}, {}, [], []]);
    for (const [name, version] of Object.entries(devDependencies)) assert.match(version, /^\d+\.\d+\.\d+$/u, name);
  });

  it('is pinned by the lockfile, with a hash of each package', async () => {
    const { packages } = (await readJson('package-lock.json')) as Lock;
    const { devDependencies } = (await readJson('package.json')) as Manifest;
    for (const [path, { version, integrity, link }] of Object.entries(packages)) if (path !== '' && link !== true) assert.match(integrity ?? '', /^sha512-/u, `${path} ${version ?? ''}`);
    for (const [name, version] of Object.entries(devDependencies)) assert.equal(packages[`node_modules/${name}`]?.version, version, name);
  });
});

describe('the packaged extension, built twice', () => {
  const SOURCES = ['src', 'l10n', 'media', 'package.json', 'package.nls.json', 'package.nls.zh-cn.json', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore', 'esbuild.mjs', 'tsconfig.json'];
  const folders: string[] = [];
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  /** SHA-256 of the package, from a checkout of its own. */
  const build = async (env: Record<string, string>, umask: string, mode: number): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'openfusion-build-'));
    folders.push(folder);
    for (const name of SOURCES) await cp(join(repoDir, name), join(folder, name), { recursive: true });
    await symlink(join(repoDir, 'node_modules'), join(folder, 'node_modules'), 'junction');
    await chmod(join(folder, 'LICENSE'), mode);
    const { SOURCE_DATE_EPOCH: _, ...rest } = process.env;
    await run('sh', ['-c', `umask ${umask} && exec "${process.execPath}" esbuild.mjs --vsix packed.vsix`], { cwd: folder, env: { ...rest, ...env } });
    return createHash('sha256').update(await readFile(join(folder, 'packed.vsix'))).digest('hex');
  };

  it('is the same, byte for byte, in another place, time zone, language and umask', async function () {
    if (process.platform === 'win32') this.skip();
    this.timeout(240_000);
    assert.equal(await build({ TZ: 'Asia/Tokyo', LANG: 'C' }, '022', 0o644), await build({ TZ: 'America/New_York', LANG: 'de_DE.UTF-8' }, '077', 0o600));
  });
});
