import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CliHome } from '../support/cli.ts';
import { openStore } from '../support/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const WRITER = join(import.meta.dirname, '../support/store-writer.ts');
const ROUNDS = 12;

describe('a process that is killed while it writes', function () {
  this.timeout(120_000);
  let home: CliHome;
  before(async () => { home = await CliHome.create(); });
  after(() => home.remove());

  it('leaves a database that opens, with every trace that was finished and every cent', async () => {
    const { path: dir, remove } = await temporaryFolder();
    const finished: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const child = spawn(process.execPath, [WRITER, dir, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      // Killed after another number of lines each time, wherever it then is.
      const enough = 1 + ((round * 37) % 200);
      for await (const piece of child.stdout.setEncoding('utf8')) {
        said += String(piece);
        if (said.split('\n').length > enough) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      assert.equal(child.signalCode, 'SIGKILL');
      const reported = said.slice(0, said.lastIndexOf('\n')).split('\n');
      finished.push(...reported);

      const store = openStore(dir, { keepPrompts: 'full', maxTraces: 100_000 });
      assert.deepEqual(store.status, { kind: 'sqlite', note: null });
      const usd = store.spend.getUsd('2026-01-01');
      assert.ok(usd >= finished.length / 1024, `${usd * 1024} of at least ${finished.length}`);
      assert.ok(store.sessions.get(`s${round}`) !== undefined);
      assert.ok(reported.includes(`r${round}-0-0`));
      for (const id of reported) assert.ok((await store.traces.get(id))?.answer.startsWith(id), `${id} of round ${round} is missing`);
      await store.close();
    }
    const db = new DatabaseSync(join(dir, 'openfusion.db'), { readOnly: true });
    const ids = new Set(db.prepare('SELECT id FROM traces').all().map(({ id }) => String(id)));
    assert.deepEqual(finished.filter((id) => !ids.has(id)), []);
    assert.equal(db.prepare('PRAGMA integrity_check').get()?.integrity_check, 'ok');
    db.close();
    await remove();
  });

  it('as a whole gateway loses no trace of a request that was answered a second before', async () => {
    const args = ['serve', '--port', '0', '--dry-run'];
    const server = await home.start(args);
    const [, origin = ''] = await server.waitFor(/listening on (\S+)\n/);
    const answeredAtMs = new Map<string, number>();
    const client = async () => {
      for (;;) {
        const answer = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"messages":[{"role":"user","content":"Debug this"}]}' });
        await answer.text();
        answeredAtMs.set(answer.headers.get('x-openfusion-trace') ?? '', performance.now());
        if (answeredAtMs.size === 300) server.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: 8 }, () => client().catch(() => undefined)));
    const killedAtMs = Math.max(...answeredAtMs.values());
    await server.ended;
    const again = await home.start(args);
    await again.waitFor(/listening on/);
    const { stdout } = await home.run(['traces', '--json', '--limit', '1000']);
    const kept = new Set((JSON.parse(stdout) as { traces: { id: string }[] }).traces.map(({ id }) => id));
    const lost = [...answeredAtMs].filter(([id]) => !kept.has(id));
    assert.deepEqual(lost.filter(([, atMs]) => killedAtMs - atMs > 1_000), []);
    assert.ok(kept.size > 0);
  });
});
