import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompatMatrix } from '../../src/receipts/compat.ts';
import { CliHome } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';
import { errorBody, json, type ProbeEndpoint, startProbeEndpoint } from '../support/probe-endpoint.ts';

const KEY = 'sk-0123456789abcdef';

describe('openfusion compat', function () {
  this.timeout(60_000);
  let home: CliHome;
  let well: ProbeEndpoint;
  let chatOnly: ProbeEndpoint;
  before(async () => {
    home = await CliHome.create();
    well = await startProbeEndpoint();
    chatOnly = await startProbeEndpoint({ formats: ['chat'], bend: { 'chat.unknown-model': (_reply, { headers }) => json(404, errorBody('chat', 'invalid_request_error', `no model for ${String(headers.authorization)}`)) } });
  });
  after(() => Promise.all([home.remove(), well.close(), chatOnly.close()]));

  it('shows several targets side by side and ends with 0 when all are well', async () => {
    const { code, stdout, stderr } = await home.run(['compat', '--target', `one|${well.baseURL}|m`, '--target', `two|${chatOnly.baseURL}|m|RELAY_KEY`], { env: { RELAY_KEY: KEY } });
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^# OpenFusion Provider Compatibility Matrix\n\nStarted: `20.*Z`\nTool: `openfusion \d+\.\d+\.\d+`\nTimeout: 30000 ms\nOverall: \*\*PASS\*\*\n/);
    assert.match(stdout, /\| Target \| Endpoint \| Model \| Chat Completions \| Responses \| Messages \| Overall \|\n.*\n\| one \| .* \| PASS \| PASS \| PASS \| PASS \|\n\| two \| .* \| PASS \| SKIP \| SKIP \| PASS \|/);
    assert.match(stdout, /\| `probe\.messages\.tool\.parallel` \| PASS \| SKIP \|/);
    assert.equal(well.of('chat', 'plain')[0]?.headers.authorization, undefined);
    assert.equal(chatOnly.of('chat', 'plain').at(-1)?.headers.authorization, `Bearer ${KEY}`);
  });

  it('prints no key, also when the endpoint repeats it', async () => {
    const denied = await startProbeEndpoint({ bend: { '*': (_reply, { format }) => json(401, errorBody(format, 'authentication_error', `${KEY} is no key`)) } });
    for (const args of [[], ['--json']]) {
      const { code, stdout, stderr } = await home.run(['compat', '--url', denied.baseURL, '--key-env', 'RELAY_KEY', ...args], { env: { RELAY_KEY: KEY } });
      assert.equal(code, 1);
      assert.match(stdout, /is no key/);
      assert.equal((stdout + stderr).includes(KEY), false);
      assert.match(stdout, /--key-env or the fourth part of --target/);
    }
    await denied.close();
  });

  it('takes one endpoint with --url, and gives its matrix as JSON', async () => {
    const { code, stdout } = await home.run(['compat', '--json', '--url', well.baseURL, '--model', 'm', '--timeout-ms', '5000', '--overflow']);
    assert.equal(code, 0, stdout);
    const matrix = JSON.parse(stdout) as CompatMatrix;
    assert.deepEqual([matrix.object, matrix.schema, matrix.status, matrix.timeoutMs], ['openfusion.compat_matrix', 'openfusion.compat_matrix.v1', 'pass', 5000]);
    const [target] = matrix.targets;
    assert.deepEqual([target?.name, target?.url, target?.model, target?.formats], ['127.0.0.1', well.baseURL, 'm', { chat: 'pass', responses: 'pass', messages: 'pass' }]);
    assert.equal(target?.checks.find(({ name }) => name === 'probe.messages.overflow')?.status, 'pass');
  });

  it('ends with 1 when a check fails, and when a format is missing that has to be there', async () => {
    const dead = await home.run(['compat', '--target', `one|${well.baseURL}|m`, '--target', `dead|http://127.0.0.1:${String(await freePort())}/v1`]);
    assert.deepEqual([dead.code, /\| dead \|.*\| FAIL \| SKIP \| SKIP \| FAIL \|/.test(dead.stdout)], [1, true], dead.stdout);
    const missing = await home.run(['compat', '--url', chatOnly.baseURL, '--model', 'm', '--formats', 'chat,responses']);
    assert.equal(missing.code, 1);
    assert.match(missing.stdout, /`probe\.responses`: FAIL, not offered: HTTP 404/);
    assert.doesNotMatch(missing.stdout, /probe\.messages/);
  });

  it('writes the report to a file, and looks before any request whether it can', async () => {
    await mkdir(home.work, { recursive: true });
    const { code, stdout, stderr } = await home.run(['compat', '--url', well.baseURL, '--model', 'm', '--out', 'report.md', '--public']);
    assert.deepEqual([code, stdout], [0, ''], stderr);
    assert.match(stderr, /Wrote .*report\.md/);
    const report = await readFile(join(home.work, 'report.md'), 'utf8');
    assert.match(report, /\| `loopback` \|/);
    assert.equal(report.includes('127.0.0.1'), false);
    const before = well.requests.length;
    assert.equal((await home.run(['compat', '--url', well.baseURL, '--out', 'no/such/folder/report.md'])).code, 2);
    assert.equal(well.requests.length, before);
  });

  it('ends with 2 on bad usage, and asks nobody', async () => {
    const before = well.requests.length;
    for (const [args, message] of [
      [[], /no endpoint to check/], [['--target', 'nonsense'], /--target: wrong value/], [['--target', 'x|ftp://host/v1'], /http:\/\/ or https:\/\//],
      [['--target', `a|${well.baseURL}`, '--target', `a|${well.baseURL}`], /a is there twice/], [['--target', `a|${well.baseURL}|m|NOT_SET`], /NOT_SET is not set/],
      [['--target', `a|${well.baseURL}`, '--url', well.baseURL], /leave one of them away/], [['--model', 'm'], /want --url/], [['--url', well.baseURL, '--formats', 'chat,soap'], /chat,responses,messages/],
      [['--url', well.baseURL, '--timeout-ms', '0'], /milliseconds/], [['--dry-run', '--url', well.baseURL], /own gateway/],
    ] as [string[], RegExp][]) {
      const { code, stdout, stderr } = await home.run(['compat', ...args]);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, message);
    }
    assert.equal(well.requests.length, before);
  });

  it('sends a key in the clear to no other machine', async () => {
    const { code, stderr } = await home.run(['compat', '--target', 'relay|http://relay.example/v1|m|RELAY_KEY'], { env: { RELAY_KEY: KEY } });
    assert.equal(code, 2);
    assert.match(stderr, /in the clear/);
  });

  it('checks its own gateway on dry-run, which passes in every format', async () => {
    const { code, stdout } = await home.run(['compat', '--dry-run', '--overflow', '--formats', 'chat,responses,messages', '--json']);
    const matrix = JSON.parse(stdout) as CompatMatrix;
    assert.deepEqual(matrix.targets.flatMap(({ name, checks }) => checks.filter(({ status }) => status === 'fail').map((check) => `${name} ${check.name}: ${check.detail}`)), []);
    assert.deepEqual([code, matrix.targets.map(({ model }) => model)], [0, ['openfusion/auto', 'openfusion/fusion', 'openfusion/coder']]);
  });
});
