import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { LearnedReport } from '../../src/routing/learning/report.ts';
import { CliHome, type RunningCli } from '../support/cli.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const debug = 'Find out why the parser throws a TypeError on an empty file and fix the bug';
const docs = 'Write the documentation of the public functions in README.md';

describe('openfusion learned', function () {
  this.timeout(60_000);
  let home: CliHome, upstream: ScriptedUpstream, server: RunningCli, config: string;
  before(async () => {
    home = await CliHome.create();
    upstream = await startScriptedUpstream({ script: text('an answer') });
    config = await home.put('config.json', { upstream: { baseURL: upstream.baseURL }, server: { port: 0 } });
    server = await home.start(['serve', '--config', config]);
  });
  after(async () => {
    await home.remove();
    await upstream.close();
  });

  const report = async (): Promise<LearnedReport> => JSON.parse((await home.run(['learned', '--json'])).stdout) as LearnedReport;
  const rate = async (content: string, thumb: string): Promise<void> => {
    const [, origin = ''] = await server.waitFor(/listening on (\S+)\n/);
    const answer = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ messages: [{ role: 'user', content }] }) });
    await answer.text();
    const token = new URL((await home.run(['traces', '--url'])).stdout.trim()).searchParams.get('token') ?? '';
    const id = answer.headers.get('x-openfusion-trace') ?? '';
    const rated = await fetch(`${origin}/traces/${id}/feedback`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ thumb }) });
    assert.equal(rated.status, 200, await rated.text());
  };

  it('says that nothing was learned, then what was, by kind and model', async () => {
    await server.waitFor(/listening/);
    const empty = await home.run(['learned']);
    assert.deepEqual([empty.code, empty.stdout], [0, 'Nothing was learned yet.\n'], empty.stderr);
    await rate(debug, 'down');
    await rate(docs, 'up');
    const { stdout } = await home.run(['learned']);
    assert.match(stdout, /^kind +model +right +wrong +predicted → learned +from \(right:wrong\) +since\n/);
    assert.match(stdout, /^debug +default\/\S+ +0\.0 +2\.0 +\d+ % → \d+ % \(−\d+\.\d\) +thumb 0\.0:2\.0 +\d{4}-\d\d-\d\d$/m);
    const { enabled, entries } = await report();
    assert.deepEqual([enabled, entries.length, entries.find(({ kind }) => kind === 'debug')?.wrong.toFixed(1)], [true, 2, '2.0']);
  });

  it('forgets a part of it at the one that runs, and says when there is no such part', async () => {
    const forgotten = await home.run(['learned', '--forget', 'debug']);
    assert.deepEqual([forgotten.code, forgotten.stdout], [0, 'Forgotten: 1 estimate\n'], forgotten.stderr);
    assert.equal((await report()).entries.length, 1);
    const { code, stderr } = await home.run(['learned', '--forget', 'nobody']);
    assert.deepEqual([code, stderr], [1, 'openfusion: nothing was learned of nobody; `openfusion learned` lists the kinds of task and models\n']);
  });

  it('refuses what is unclear', async () => {
    for (const args of [['--reset', '--forget', 'x'], ['--forget', ' '], ['--port', 'x']]) assert.equal((await home.run(['learned', ...args])).code, 2, args.join(' '));
    assert.equal((await home.run(['learned', '--port', '1'])).code, 1);
    assert.equal((await report()).entries.length, 1);
  });

  it('shows and forgets what the last one left on disk where none is running', async () => {
    await rate(debug, 'down');
    const before = await report();
    server.kill('SIGTERM');
    await server.ended;
    const shown = await home.run(['learned', '--json']);
    assert.match(shown.stderr, /none is running; this is what the last one left/);
    assert.deepEqual((JSON.parse(shown.stdout) as LearnedReport).entries.map(({ kind, model, outcomes }) => [kind, model, outcomes]), before.entries.map(({ kind, model, outcomes }) => [kind, model, outcomes]));
    assert.equal((await home.run(['learned', '--forget', 'debug'])).stdout, 'Forgotten: 1 estimate\n');
    assert.deepEqual((await report()).entries.map(({ kind }) => kind), before.entries.map(({ kind }) => kind).filter((kind) => kind !== 'debug'));
    const off = await home.put('off.json', { auto: { learning: { enabled: false } } });
    assert.match((await home.run(['learned', '--config', off])).stdout, /^Learning is off/);
    assert.equal((await home.run(['learned', '--reset'])).code, 0);
    assert.equal((await home.run(['learned'])).stdout, 'Nothing was learned yet.\n');
    server = await home.start(['serve', '--config', config]);
    await server.waitFor(/listening/);
    assert.deepEqual((await report()).entries, []);
  });

  it('says where to get one where there never was any', async () => {
    const other = await CliHome.create();
    try {
      const { code, stderr } = await other.run(['learned']);
      assert.equal(code, 1);
      assert.match(stderr, /no OpenFusion of yours is running.*openfusion serve/);
    } finally {
      await other.remove();
    }
  });
});
