import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFakeRedis } from '../support/fake-redis.ts';
import { repoDir } from '../support/paths.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the Redis client that ships', () => {
  it('is in a bundle of its own, and not in those that everybody loads', async () => {
    for (const name of ['extension', 'gateway', 'main']) assert.doesNotMatch(await readFile(join(repoDir, `dist/${name}.js`), 'utf8'), /enableOfflineQueue:!0/, name);
    assert.match(await readFile(join(repoDir, 'dist/redis-client.js'), 'utf8'), /enableOfflineQueue:!0/);
  });

  it('is found and used by what was built, and prints no password when the environment asks packages to print what they do', async () => {
    const folder = await temporaryFolder();
    const redis = await startFakeRedis({ password: 'correct-horse-battery' });
    const config = join(folder.path, 'openfusion.config.json');
    await writeFile(config, JSON.stringify({ trace: { store: 'redis', redis: { url: '${env:TEAM_REDIS}' } } }));
    const child = spawn(process.execPath, [join(repoDir, 'dist/cli.js'), 'serve', '--port', '0', '--dry-run', '--config', config], {
      cwd: folder.path, env: { PATH: process.env.PATH, HOME: folder.path, XDG_STATE_HOME: folder.path, DEBUG: '*', TEAM_REDIS: `redis://:correct-horse-battery@127.0.0.1:${redis.port}` },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { said += text; });
    const ended = new Promise<void>((resolve) => child.on('close', () => { resolve(); }));
    try {
      // What is kept was read: it is in use. A failing test ends by its time limit.
      while (!redis.asked.some(([name]) => name === 'MGET') && child.exitCode === null) await sleep(20);
      assert.deepEqual(redis.asked.slice(0, 2), [['AUTH', 'correct-horse-battery'], ['PING']], said);
    } finally {
      child.kill('SIGTERM');
      await ended;
      await redis.close();
      await folder.remove();
    }
    assert.match(said, /OpenFusion listening/);
    assert.doesNotMatch(said, /correct-horse-battery|ioredis:/);
  }).timeout(60_000);
});
