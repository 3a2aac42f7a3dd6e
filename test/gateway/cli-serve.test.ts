import assert from 'node:assert/strict';
import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { CliHome } from '../support/cli.ts';
import type { RunningCli } from '../support/cli.ts';
import { gate, startScriptedUpstream, text } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';

const LISTENING = /^OpenFusion listening on (http:\/\/127\.0\.0\.1:(\d+))\n$/;

function post(origin: string, body: unknown, agent: Agent | false = false): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(`${origin}/v1/chat/completions`, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, resolve).on('error', reject).end(JSON.stringify(body));
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => { resolve(false); });
  });
}

const ask = (content: string, more = {}) => ({ model: 'openfusion/fast', messages: [{ role: 'user', content }], ...more });

describe('openfusion serve', function () {
  this.timeout(60_000);
  let home: CliHome;
  let upstream: ScriptedUpstream | null = null;
  beforeEach(async () => (home = await CliHome.create()));
  afterEach(async () => {
    await home.remove();
    await upstream?.close();
    upstream = null;
  });

  const listening = async (cli: RunningCli): Promise<{ origin: string; port: number }> => {
    const [, origin = '', port] = await cli.waitFor(LISTENING);
    return { origin, port: Number(port) };
  };

  it('prints one line when it accepts requests, answers, and ends with 0 on SIGTERM', async () => {
    const cli = await home.start(['serve', '--port', '0', '--dry-run']);
    const { origin } = await listening(cli);
    const answer = await post(origin, ask('Hello'));
    assert.equal(answer.statusCode, 200);
    assert.match(await readText(answer), /\[dry-run\]/);
    assert.match(cli.stderr, /openfusion: dry-run/);
    cli.kill('SIGTERM');
    const { code, stdout } = await cli.ended;
    assert.equal(code, 0);
    assert.match(stdout, LISTENING);
  });

  it('lets running requests finish before it ends, and takes no new ones', async () => {
    const rest = gate();
    upstream = await startScriptedUpstream({ script: text(['begun', rest, ' and done']) });
    const config = await home.put('relay.json', { upstream: { baseURL: upstream.baseURL } });
    const cli = await home.start(['serve', '--port', '0', '--config', config]);
    const { origin, port } = await listening(cli);
    const answer = await post(origin, ask('Go', { stream: true }));
    await rest.reached;
    cli.kill('SIGINT');
    while (await accepts(port));
    rest.open();
    const body = await readText(answer).catch(async (e) => { console.log(await cli.ended); throw e; });
    assert.ok(body.includes(' and done') && body.includes('[DONE]'), body);
    assert.equal((await cli.ended).code, 0);
  });

  it('does not wait for a client that keeps its connection after its answer', async () => {
    const rest = gate();
    upstream = await startScriptedUpstream({ script: text(['begun', rest, ' and done']) });
    const config = await home.put('relay.json', { upstream: { baseURL: upstream.baseURL } });
    // Ten minutes of drain: only the end of the answer can end it within the time of a test.
    const cli = await home.start(['serve', '--port', '0', '--config', config, '--drain-ms', '600000']);
    const { origin, port } = await listening(cli);
    const agent = new Agent({ keepAlive: true });
    const answer = await post(origin, ask('Go', { stream: true }), agent);
    await rest.reached;
    cli.kill('SIGTERM');
    while (await accepts(port));
    rest.open();
    assert.match(await readText(answer), /\[DONE\]/);
    assert.equal((await cli.ended).code, 0);
    agent.destroy();
  });

  it('goes on when nobody reads its output any more', async () => {
    const cli = await home.start(['serve', '--port', '0', '--dry-run'], { env: { OPENFUSION_LOG: 'debug' } });
    const { origin } = await listening(cli);
    cli.stopReading();
    for (const word of ['one', 'two', 'three']) {
      const answer = await post(origin, ask(word));
      assert.match(await readText(answer), /\[dry-run\]/);
    }
    cli.kill('SIGTERM');
    assert.equal((await cli.ended).code, 0);
  });

  it('cuts them when the drain is over', async () => {
    upstream = await startScriptedUpstream({ script: text(['begun'], { ending: 'hold' }) });
    const config = await home.put('relay.json', { upstream: { baseURL: upstream.baseURL } });
    const cli = await home.start(['serve', '--port', '0', '--config', config, '--drain-ms', '50']);
    const { origin } = await listening(cli);
    const answer = await post(origin, ask('Go', { stream: true }));
    const ended = readText(answer);
    cli.kill('SIGTERM');
    await assert.rejects(ended, 'an answer that was cut must not look complete');
    await upstream.waitForAbort();
    assert.equal((await cli.ended).code, 0);
  });

  it('stands by for another OpenFusion on that port: says whose it is, and takes over when that one is killed', async () => {
    const first = await home.start(['serve', '--port', '0', '--dry-run']);
    const { origin, port } = await listening(first);
    const second = await home.start(['serve', '--dry-run', '--port', String(port)]);
    const [, pid] = await second.waitFor(new RegExp(`OpenFusion .* \\(openfusion serve, pid (\\d+)\\) answers at ${origin} already, on dry-run; this one stands by`), 'stderr');
    assert.equal(second.stdout, '', 'nothing on stdout before it accepts requests');
    first.kill('SIGKILL');
    assert.deepEqual(await listening(second), { origin, port });
    assert.match(await readText(await post(origin, ask('Hello'))), /\[dry-run\]/);
    assert.notEqual((await (await fetch(`${origin}/health`)).json() as { pid: number }).pid, Number(pid));
    second.kill('SIGTERM');
    assert.equal((await second.ended).code, 0);
  });

  it('ends with 0 on SIGTERM while it stands by', async () => {
    const first = await home.start(['serve', '--port', '0', '--dry-run']);
    const { port } = await listening(first);
    const second = await home.start(['serve', '--dry-run', '--port', String(port)]);
    await second.waitFor(/stands by/, 'stderr');
    second.kill('SIGTERM');
    assert.deepEqual([(await second.ended).code, second.stdout], [0, '']);
    first.kill('SIGTERM');
    assert.equal((await first.ended).code, 0);
  });

  it('says what holds the port, which one is free and which agents reach the stranger, and ends with 1', async () => {
    const stranger = createServer((_, response) => response.end('not OpenFusion'));
    await new Promise<void>((resolve) => { stranger.listen(0, '127.0.0.1', resolve); });
    const { port } = stranger.address() as AddressInfo;
    try {
      assert.equal((await home.run(['connect', 'codex', '--url', `http://127.0.0.1:${port}`])).code, 0);
      const { code, stdout, stderr } = await home.run(['serve', '--dry-run', '--port', String(port)]);
      assert.deepEqual([code, stdout], [1, '']);
      const free = /choose another port, (\d+) is free/.exec(stderr)?.[1] ?? '';
      assert.match(stderr, new RegExp(`port ${port} is taken by another HTTP server; stop it or choose another port, ${free} is free`));
      assert.match(stderr, new RegExp(`connected to port ${port} and so to that process now: Codex\n`));
      assert.ok(stderr.includes(`\`openfusion serve --port ${free}\``) && stderr.includes(`\`openfusion connect codex --url http://127.0.0.1:${free}\``), stderr);
    } finally {
      stranger.close();
    }
  });

  it('takes the port of OPENFUSION_PORT unless --port says another', async () => {
    const cli = await home.start(['serve', '--dry-run'], { env: { OPENFUSION_PORT: '0' } });
    await listening(cli);
    cli.kill('SIGTERM');
    await cli.ended;
    const { code, stderr } = await home.run(['serve', '--dry-run'], { env: { OPENFUSION_PORT: 'many' } });
    assert.equal(code, 2);
    assert.match(stderr, /OPENFUSION_PORT/);
  });

  it('refuses to listen beyond loopback without a strong token', async () => {
    const open = await home.run(['serve', '--host', '0.0.0.0', '--port', '0', '--dry-run']);
    assert.deepEqual([open.code, open.stdout], [2, '']);
    assert.match(open.stderr, /server\.token.*no token/);
    const config = await home.put('open.json', { server: { host: '0.0.0.0', port: 0, token: '${env:MY_TOKEN}' } });
    for (const token of ['', 'short']) {
      const { code, stdout, stderr } = await home.run(['serve', '--dry-run', '--config', config], { env: { MY_TOKEN: token } });
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.ok(stderr.includes('server.token') && !stderr.includes('short'), stderr);
    }
  });

  it('never runs unguarded because the token’s variable is not set', async () => {
    const config = await home.put('token.json', { server: { port: 0, token: '${env:MY_TOKEN}' } });
    const { code, stdout, stderr } = await home.run(['serve', '--dry-run', '--config', config]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /MY_TOKEN, which is not set/);
  });
});
