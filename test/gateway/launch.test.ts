import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repoDir } from '../support/paths.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
interface Failed { code: number; stdout: string; stderr: string }

describe('the launcher', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    folder = await temporaryFolder();
    await copyFile(join(repoDir, 'src', 'launch.cjs'), join(folder.path, 'cli.cjs'));
    await writeFile(join(folder.path, 'main.js'), 'process.stdout.write("started")');
  });
  after(() => folder.remove());

  const launchOn = async (version: string) => {
    const pretend = join(folder.path, `${version}.cjs`);
    await writeFile(pretend, `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`);
    return run(process.execPath, ['--require', pretend, join(folder.path, 'cli.cjs')]);
  };

  for (const version of ['22.19.0', '22.20.1', '24.0.0', '100.1.0']) {
    it(`starts on Node ${version}`, async () => {
      assert.equal((await launchOn(version)).stdout, 'started');
    });
  }

  for (const version of ['22.18.9', '20.20.2', '18.0.0', '9.11.2']) {
    it(`ends with 2 and one clear sentence on Node ${version}`, async () => {
      await assert.rejects(launchOn(version), ({ code, stdout, stderr }: Failed) => {
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, new RegExp(`^OpenFusion needs Node 22\\.19 or newer, and this is ${version.replaceAll('.', '\\.')} .*\\n$`));
        assert.equal(stderr.trim().split('\n').length, 1);
        return true;
      });
    });
  }
});
