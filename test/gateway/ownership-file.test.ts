import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newOwnerSecrets } from '../../src/ownership/challenge.ts';
import { ownerFile, readOwner, removeOwner, writeOwner } from '../../src/ownership/owner-file.ts';
import type { OwnerInfo } from '../../src/ownership/owner-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
const owner = (over: Partial<OwnerInfo> = {}): OwnerInfo => ({ pid: process.pid, port: 8_787, host: '127.0.0.1', version: '1.0.0', kind: 'window', startedAt: 1, ...newOwnerSecrets(), ...over });

describe('owner file', () => {
  let stateDir = '';
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const folder = await temporaryFolder();
    ({ remove } = folder);
    stateDir = join(folder.path, 'state');
  });
  afterEach(() => remove());

  it('comes back as it was written, for this user alone', async () => {
    const written = owner();
    await writeOwner(stateDir, written);
    assert.deepEqual(await readOwner(stateDir, 8_787), written);
    assert.deepEqual(await readdir(stateDir), ['owner-8787.json']);
    if (process.platform !== 'win32') assert.deepEqual([await modeOf(stateDir), await modeOf(ownerFile(stateDir, 8_787))], [0o700, 0o600]);
  });

  it('is 0600 even where an open one stood before', async function () {
    if (process.platform === 'win32') this.skip();
    await mkdir(stateDir, { mode: 0o700 });
    await writeFile(ownerFile(stateDir, 8_787), 'open to all');
    await chmod(ownerFile(stateDir, 8_787), 0o666);
    await writeOwner(stateDir, owner());
    assert.equal(await modeOf(ownerFile(stateDir, 8_787)), 0o600);
  });

  it('is replaced by the next owner and only removed by the one who wrote it', async () => {
    const [first, second] = [owner(), owner()];
    await writeOwner(stateDir, first);
    await writeOwner(stateDir, second);
    await removeOwner(stateDir, 8_787, first.viewToken);
    assert.deepEqual(await readOwner(stateDir, 8_787), second);
    await removeOwner(stateDir, 8_787, second.viewToken);
    assert.deepEqual([await readOwner(stateDir, 8_787), await readdir(stateDir)], [null, []]);
  });

  it('is none when there is none, when it is broken, and when it speaks of another port', async () => {
    assert.equal(await readOwner(stateDir, 8_787), null);
    await writeOwner(stateDir, owner({ port: 9_000 }));
    await rename(ownerFile(stateDir, 9_000), ownerFile(stateDir, 8_787));
    assert.equal(await readOwner(stateDir, 8_787), null);
    for (const text of ['', '{', '[]', '{"pid":1}', JSON.stringify({ ...owner(), viewToken: 'short' }), JSON.stringify({ ...owner(), proofKey: undefined }), JSON.stringify({ ...owner(), version: 'x'.repeat(100_000) })]) {
      await writeFile(ownerFile(stateDir, 8_787), text);
      assert.equal(await readOwner(stateDir, 8_787), null, text.slice(0, 40));
    }
  });

  it('is not read through a link', async function () {
    if (process.platform === 'win32') this.skip();
    await writeOwner(stateDir, owner());
    await rename(ownerFile(stateDir, 8_787), join(stateDir, 'elsewhere.json'));
    await symlink(join(stateDir, 'elsewhere.json'), ownerFile(stateDir, 8_787));
    assert.equal(await readOwner(stateDir, 8_787), null);
  });

  it('of a dead owner is cleared away by the next one when it is old; living and fresh ones stay', async () => {
    const deadPid = 2 ** 22 + 1;
    const yesterday = new Date(Date.now() - 2 * 86_400_000);
    for (const [port, pid, old] of [[1_001, deadPid, true], [1_002, process.pid, true], [1_003, deadPid, false]] as const) {
      await writeOwner(stateDir, owner({ port, pid }));
      if (old) await utimes(ownerFile(stateDir, port), yesterday, yesterday);
    }
    await writeFile(join(stateDir, 'trusted.json'), '{}');
    await utimes(join(stateDir, 'trusted.json'), yesterday, yesterday);
    await writeOwner(stateDir, owner());
    assert.deepEqual((await readdir(stateDir)).sort(), ['owner-1002.json', 'owner-1003.json', 'owner-8787.json', 'trusted.json']);
  });
});
