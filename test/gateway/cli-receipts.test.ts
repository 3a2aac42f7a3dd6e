import assert from 'node:assert/strict';
import { CliHome } from '../support/cli.ts';
import { startFakeRedis } from '../support/fake-redis.ts';
import { freePort } from '../support/free-port.ts';
import { startScriptedUpstream, status, text } from '../support/scripted-upstream.ts';

describe('receipts on the command line', function () {
  this.timeout(120_000);
  let home: CliHome;
  before(async () => (home = await CliHome.create()));
  after(() => home.remove());

  it('doctor finds a fresh installation well', async () => {
    const { code, stdout, stderr } = await home.run(['doctor']);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /Fusion Receipt Summary/);
    assert.match(stdout, /Overall: PASS/);
  });

  it('doctor prints Markdown or JSON, and only that, on stdout', async () => {
    assert.match((await home.run(['doctor', '--format', 'markdown'])).stdout, /^# OpenFusion Doctor Report\n/);
    const report = JSON.parse((await home.run(['doctor', '--json'])).stdout) as { status: string; checks: unknown[] };
    assert.deepEqual([report.status, report.checks.length > 5], ['pass', true]);
  });

  it('doctor tries the Redis of a team, and says when it cannot be used, without its password', async () => {
    const redis = await startFakeRedis();
    const config = await home.put('redis.json', { trace: { store: 'redis', redis: { url: '${env:TEAM_REDIS}' } } });
    const doctor = (password: string) => home.run(['doctor', '--config', config], { env: { TEAM_REDIS: `redis://:${password}@127.0.0.1:${String(redis.port)}` } });
    try {
      assert.match((await doctor(redis.password)).stdout, /^ok +store +traces, sessions and spending are kept in Redis$/m);
      const wrong = await doctor('a-wrong-password');
      assert.match(wrong.stdout, /^warn +store +Redis at 127\.0\.0\.1:\d+ cannot be used just now \(Redis refused: /m);
      assert.ok(!(wrong.stdout + wrong.stderr).includes('a-wrong-password'));
    } finally {
      await redis.close();
    }
    assert.match((await doctor(redis.password)).stdout, /^warn +store +Redis at \S+ cannot be used just now \(.*ECONNREFUSED/m);
  });

  it('doctor ends with 1 when an endpoint is not there, and with 2 when asked nonsense', async () => {
    const dead = await home.run(['doctor', '--probe-url', `http://127.0.0.1:${String(await freePort())}/v1`, '--probe-timeout-ms', '2000']);
    assert.equal(dead.code, 1);
    assert.match(dead.stdout, /FAIL {2}probe\.chat/);
    for (const [args, message] of [
      [['--probe-url', 'ftp://x'], /--probe-url/], [['--probe-timeout-ms', '5'], /want --probe-url/], [['--real', '--dry-run'], /--real/], [['--format', 'pdf'], /--format/],
      [['--probe-url', 'https://x.example/v1', '--probe-key-env', 'NOT_SET'], /NOT_SET is not set/],
    ] as [string[], RegExp][]) {
      const { code, stderr } = await home.run(['doctor', ...args]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  });

  it('doctor sends a key in the clear to no other machine', async () => {
    const { code, stderr } = await home.run(['doctor', '--probe-url', 'http://relay.example/v1', '--probe-key-env', 'K'], { env: { K: 'sk-0123456789abcdef' } });
    assert.equal(code, 2);
    assert.match(stderr, /in the clear/);
  });

  it('doctor --real calls the real upstream once, and ends with 1 when that refuses', async () => {
    const upstream = await startScriptedUpstream({ script: text('ready') });
    const config = await home.put('relay.json', { upstream: { baseURL: upstream.baseURL } });
    const well = await home.run(['doctor', '--real', '--config', config]);
    assert.equal(well.code, 0, well.stdout);
    assert.match(well.stdout, /ok +real +fast:~openai\/gpt-mini-latest answered/);
    assert.equal(upstream.requests.length, 1);
    upstream.play(() => status(401, { message: 'no' }));
    assert.equal((await home.run(['doctor', '--real', '--config', config])).code, 1);
    await upstream.close();
  });

  it('eval, compare and receipt pass on dry-run', async () => {
    const evaluated = await home.run(['eval', '--dry-run']);
    assert.equal(evaluated.code, 0, evaluated.stdout);
    assert.match(evaluated.stdout, /## Routing Diversity/);
    const compared = await home.run(['compare', '--dry-run', '--grade', '--baseline-role', 'coder']);
    assert.equal(compared.code, 0, compared.stdout);
    assert.match(compared.stdout, /^# OpenFusion Single-vs-Fusion Comparison Receipt\n\nMode: `dry-run`\nBaseline: `coder:~x-ai\/grok-latest`\nOverall: \*\*PASS\*\* \(3\/3\)/);
    assert.match(compared.stdout, /Quality Comparison Receipt/);
    const receipt = await home.run(['receipt', '--dry-run', '--json', 'Review this Codex relay patch']);
    assert.equal((JSON.parse(receipt.stdout) as { mode: string }).mode, 'dry-run');
  });

  it('compare refuses a role that does not exist', async () => {
    for (const args of [['--baseline-role', 'nobody'], ['--grade', '--grader-role', 'nobody'], ['--grader-role', 'verifier']]) {
      const { code, stdout, stderr } = await home.run(['compare', '--dry-run', ...args]);
      assert.deepEqual([code, stdout], [2, ''], stderr);
    }
  });

  it('end with 1 when the models fail', async () => {
    const upstream = await startScriptedUpstream({ script: () => status(500, { message: 'broken' }) });
    const config = await home.put('broken.json', { upstream: { baseURL: upstream.baseURL } });
    const { code, stdout } = await home.run(['receipt', '--config', config, 'Review this Codex relay patch']);
    assert.equal(code, 1);
    assert.match(stdout, /FAIL/);
    await upstream.close();
  });
});
