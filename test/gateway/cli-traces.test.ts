import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliHome } from '../support/cli.ts';
import type { RunningCli } from '../support/cli.ts';
import { filesWith } from '../support/store.ts';

interface Summary { id: string; status: string; dryRun: boolean }

describe('openfusion traces', function () {
  this.timeout(60_000);
  let home: CliHome;
  let server: RunningCli;
  let origin: string;
  before(async () => {
    home = await CliHome.create();
    server = await home.start(['serve', '--port', '0', '--dry-run']);
    [, origin = ''] = await server.waitFor(/listening on (\S+)\n/);
  });
  after(() => home.remove());

  const request = async (content: string): Promise<string> => {
    const answer = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ messages: [{ role: 'user', content }] }) });
    await answer.text();
    return answer.headers.get('x-openfusion-trace') ?? '';
  };
  const list = async () => (JSON.parse((await home.run(['traces', '--json'])).stdout) as { traces: Summary[] }).traces;

  it('finds the OpenFusion that runs, wherever it listens, and lists what it did', async () => {
    const id = await request('Debug this flaky test');
    const listed = await home.run(['traces']);
    assert.equal(listed.code, 0, listed.stderr);
    assert.match(listed.stdout, new RegExp(`${id} +done .*\\[dry-run\\]`));
    assert.deepEqual((await list()).map((trace) => [trace.id, trace.dryRun]), [[id, true]]);
  });

  it('shows one of them with its plan and its calls', async () => {
    const id = await request('Explain closures');
    const shown = await home.run(['traces', 'show', id]);
    assert.equal(shown.code, 0, shown.stderr);
    for (const part of [`Trace ${id} (dry-run`, 'Candidates', 'Model calls', 'Answer']) assert.ok(shown.stdout.includes(part), shown.stdout);
    assert.equal((JSON.parse((await home.run(['traces', 'show', id, '--json'])).stdout) as Summary).id, id);
    const unknown = await home.run(['traces', 'show', 'nothing']);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /no such trace/);
  });

  it('sums up what they cost, and claims nothing for dry runs', async () => {
    const dryRuns = (await list()).length;
    const summed = await home.run(['traces', 'summary', '--since', '1h']);
    assert.equal(summed.code, 0, summed.stderr);
    assert.match(summed.stdout, /Spent +\$0 +0 requests\n/);
    assert.ok(summed.stdout.includes(`${dryRuns} dry runs: no model was called.`), summed.stdout);
    const { requests, savedUsd, sinceMs } = JSON.parse((await home.run(['traces', 'summary', '--since', '2000-01-01', '--json'])).stdout) as Record<string, number | null>;
    assert.deepEqual([requests, savedUsd, sinceMs], [0, null, Date.UTC(2000, 0, 1)]);
    const refused = await home.run(['traces', 'summary', '--since', 'yesterday']);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /Expected so long ago/);
  });

  it('exports JSON lines, into a file that only the user can read', async () => {
    const id = await request('Write a haiku');
    const file = join(home.work, 'traces.jsonl');
    assert.equal((await home.run(['traces', 'export', '--out', file])).code, 0);
    const lines = (await readFile(file, 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Summary);
    assert.ok(lines.some((trace) => trace.id === id) && lines.length === (await list()).length);
    if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await home.run(['traces', 'export', '--out', file])).code, 1, 'a file that is there stays');
    assert.match((await home.run(['traces', 'export', '--out', 'nowhere/t.jsonl'])).stderr, /nowhere\/t\.jsonl cannot be written: its folder is not there\n$/);
    const one = await home.run(['traces', 'export', id]);
    assert.equal((JSON.parse(one.stdout) as Summary).id, id);
  });

  it('deletes for good', async () => {
    const id = await request('Forget this');
    assert.equal((await home.run(['traces', 'delete', id])).code, 0);
    assert.ok(!(await list()).some((trace) => trace.id === id));
  });

  it('follows what happens until it is interrupted', async function () {
    if (process.platform === 'win32') return this.skip();
    const follower = await home.start(['traces', '--follow', '--json']);
    await follower.waitFor(/following OpenFusion/, 'stderr');
    const id = await request('Followed');
    await follower.waitFor(/\n$/);
    const trace = JSON.parse(follower.stdout) as Summary;
    assert.deepEqual([trace.id, trace.status], [id, 'done']);
    follower.kill('SIGINT');
    assert.equal((await follower.ended).code, 0);
  });

  it('gives the address of the viewer with a token that opens it', async () => {
    const { stdout } = await home.run(['traces', '--url']);
    const opened = await fetch(stdout.trim(), { redirect: 'manual' });
    assert.equal(opened.status, 303);
    assert.equal((await fetch(`${origin}/`)).status, 401);
  });

  it('says where to get one when none is running', async () => {
    const { code, stderr } = await home.run(['traces', '--port', '1']);
    assert.equal(code, 1);
    assert.match(stderr, /no OpenFusion of yours is running.*openfusion serve/);
  });
});

/** Becomes a key only after it was talked about. */
const LATE_KEY = 'sk-late-Zq8W3xT5kP0mN7bV2cR9dL4f';

describe('openfusion traces where none is running', function () {
  this.timeout(60_000);
  let home: CliHome;
  const ids: string[] = [];
  before(async () => {
    home = await CliHome.create();
    const config = await home.put('full.json', { trace: { keepPrompts: 'full' } });
    const server = await home.start(['serve', '--port', '0', '--dry-run', '--config', config]);
    const [, origin = ''] = await server.waitFor(/listening on (\S+)\n/);
    for (const content of ['Debug this', `Explain ${LATE_KEY}`, 'Write tests']) {
      const answer = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ messages: [{ role: 'user', content }] }) });
      await answer.text();
      ids.push(answer.headers.get('x-openfusion-trace') ?? '');
    }
    server.kill('SIGTERM');
    await server.ended;
  });
  after(() => home.remove());
  const list = async () => (JSON.parse((await home.run(['traces', '--json'])).stdout) as { traces: Summary[] }).traces.map(({ id }) => id);

  it('lists, shows and exports what the last one left on disk, and changes nothing there', async () => {
    const before = await readFile(join(home.stateDir, 'openfusion.db'));
    const listed = await home.run(['traces']);
    assert.equal(listed.code, 0, listed.stderr);
    assert.match(listed.stderr, /none is running; this is what the last one left/);
    assert.deepEqual(await list(), ids.toReversed());
    const shown = await home.run(['traces', 'show', ids[0] ?? '']);
    assert.ok(shown.stdout.includes(`Trace ${ids[0]} (dry-run`), shown.stdout);
    assert.equal((await home.run(['traces', 'export'])).stdout.trim().split('\n').length, 3);
    assert.match((await home.run(['traces', 'show', 'nothing'])).stderr, /no such trace/);
    assert.ok(before.equals(await readFile(join(home.stateDir, 'openfusion.db'))));
  });

  it('masks keys that it has learned of since', async () => {
    const config = await home.put('named.json', { upstream: { baseURL: 'http://127.0.0.1:9/v1', apiKeyEnv: 'LATE_KEY' } });
    const exported = async (name: string, env = {}): Promise<string> => {
      const file = join(home.work, name);
      assert.equal((await home.run(['traces', 'export', '--out', file, '--config', config], { env })).code, 0);
      return readFile(file, 'utf8');
    };
    assert.ok((await exported('before.jsonl')).includes(`Explain ${LATE_KEY}`), 'it was no key when it was written');
    const after = await exported('after.jsonl', { LATE_KEY });
    assert.ok(after.includes('Explain [redacted]') && !after.includes(LATE_KEY.slice(0, 20)));
  });

  it('deletes there for good', async () => {
    const id = ids[1] ?? '';
    assert.equal((await home.run(['traces', 'delete', id])).code, 0);
    assert.deepEqual(await list(), [ids[2], ids[0]]);
    assert.deepEqual(await filesWith(home.stateDir, id), []);
    assert.equal((await home.run(['traces', 'delete', id])).code, 1);
  });

  it('needs one that runs to follow, for the viewer, and where a port is named', async () => {
    for (const args of [['--follow'], ['--url'], ['--port', '1']]) {
      const { code, stderr } = await home.run(['traces', ...args]);
      assert.equal(code, 1);
      assert.match(stderr, /no OpenFusion of yours is running.*openfusion serve/);
    }
  });

  it('says what is wrong with a database that it cannot read', async () => {
    await writeFile(join(home.stateDir, 'openfusion.db'), 'no database '.repeat(1_000));
    const { code, stderr } = await home.run(['traces']);
    assert.equal(code, 1);
    assert.match(stderr, /openfusion\.db cannot be used: .*damaged/);
  });
});
