import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { describe, it } from 'mocha';
import { repoDir } from '../support/paths.ts';

interface Manifest { version: string; main: string; icon: string; bin: Record<string, string>; engines: { vscode: string; node: string }; devDependencies: Record<string, string>; dependencies?: Record<string, string>; scripts: Record<string, string>; contributes: { jsonValidation?: { url: string }[] } }

/** The contract's limit for the packaged extension. */
const MAX_VSIX_BYTES = 1_500_000;

const manifest = async (): Promise<Manifest> => JSON.parse(await readFile(join(repoDir, 'package.json'), 'utf8')) as Manifest;
const minor = (range: string): number[] => (/(\d+)\.(\d+)/.exec(range) ?? []).slice(1).map(Number);

describe('the packaged extension', () => {
  it('holds what it needs and nothing else', async () => {
    const files = (await listFiles({ cwd: repoDir, packageManager: PackageManager.None })).filter((file) => file !== 'README.md' && file !== 'CHANGELOG.md').sort();
    assert.deepEqual(files, [
      'LICENSE', 'dist/THIRD-PARTY-NOTICES.txt', 'dist/connect-client.js', 'dist/extension.js', 'dist/gateway.js', 'dist/openfusion.schema.json', 'dist/redis-client.js', 'dist/viewer.css', 'dist/viewer.js',
      'l10n/bundle.l10n.zh-cn.json', 'media/icon.png', 'package.json', 'package.nls.json', 'package.nls.zh-cn.json',
    ]);
    const { main, icon, contributes } = await manifest();
    for (const named of [main, icon, ...(contributes.jsonValidation ?? []).map(({ url }) => url)]) assert.ok(files.includes(named.replace('./', '')), named);
  }).timeout(240_000);

  it('is at most 1.5 MB', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'openfusion-vsix-'));
    try {
      const packagePath = join(folder, 'openfusion.vsix');
      await createVSIX({ cwd: repoDir, packagePath, dependencies: false, skipLicense: true });
      const { size } = await stat(packagePath);
      assert.ok(size <= MAX_VSIX_BYTES, `${size} bytes`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }).timeout(240_000);

  it('asks for a VS Code that the types and the tests cover', async () => {
    const { engines, devDependencies } = await manifest();
    const [, types = 0] = minor(devDependencies['@types/vscode'] ?? ''), [, wanted = 0] = minor(engines.vscode);
    assert.ok(types <= wanted, '@types/vscode is newer than engines.vscode');
    assert.ok(wanted <= 139, 'engines.vscode is newer than the VS Code that the tests run');
  });
});

describe('the package', () => {
  it('runs its scripts and tests on the Node 24 that it depends on', async () => {
    const { devDependencies, engines } = await manifest();
    assert.match(devDependencies['node'] ?? '', /^24\./);
    assert.equal(engines.node, '>=22.19');
    assert.equal(process.version, `v${devDependencies['node']}`);
  });

  it('needs nothing at run time but its bundles, and is built by `prepare`, so that it runs from GitHub', async () => {
    const { dependencies = {}, scripts, bin } = await manifest();
    assert.deepEqual(dependencies, {});
    assert.equal(scripts['prepare'], 'node esbuild.mjs');
    assert.deepEqual(bin, { openfusion: 'dist/cli.js' });
    assert.match(await readFile(join(repoDir, 'dist/cli.js'), 'utf8'), /^#!\/usr\/bin\/env node/);
  });
});
