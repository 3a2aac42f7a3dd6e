import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { freePort } from '../support/free-port.ts';
import { cacheDir, repoDir } from '../support/paths.ts';
import { quietSettings } from '../support/vscode-server/settings.ts';
import { gatewaySettings } from '../support/vscode-server/use-editor.ts';
import { bundleSuite } from './runner/bundle-suite.ts';

/**
 * `npm run test:desktop`: the suite of the extension host in a desktop VS Code, which is downloaded; for those who can. A version may
 * be named, e.g. the oldest one that package.json promises.
 */
async function runOnDesktop(version = 'stable'): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'openfusion-desktop-'));
  try {
    const [userData, workspace] = [join(root, 'data'), join(root, 'workspace')];
    await Promise.all([mkdir(join(userData, 'User'), { recursive: true }), mkdir(workspace)]);
    const settings = { ...quietSettings, ...gatewaySettings(await freePort()) };
    await writeFile(join(userData, 'User', 'settings.json'), JSON.stringify(settings));
    await runTests({
      version,
      cachePath: join(cacheDir, 'vscode-desktop'),
      extensionDevelopmentPath: repoDir,
      extensionTestsPath: await bundleSuite(),
      extensionTestsEnv: { OPENFUSION_TEST_REPORTER: 'spec', HOME: root },
      launchArgs: [workspace, '--user-data-dir', userData, '--disable-extensions', '--disable-workspace-trust'],
    });
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

await runOnDesktop(process.argv[2]);
