import assert from 'node:assert/strict';
import { createApp, type App } from '../../src/app.ts';
import type { OwnPort, OwnPortState } from '../../src/ownership/own-port.ts';
import { findTracesAtRest } from '../../src/store/sqlite/traces-at-rest.ts';
import { CliHome } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';
import { startGateway, testConfig, type GatewayConfig, type TestGateway } from '../support/gateway.ts';
import { gate, startScriptedUpstream, text, type Script, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { filesWith } from '../support/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const candidate = (id: string) => ({ id, role: 'fast', model: `vendor/${id}`, pricing: { inputUsdPer1M: 1, outputUsdPer1M: 1 } });
const pool: GatewayConfig = { auto: { candidates: [candidate('first'), candidate('second')], thresholds: { smart: 1, verifyRisk: 1, verifyComplexity: 1, fusionRisk: 1, fusionComplexity: 1 } } };
const usage = { promptTokens: 1_000_000, completionTokens: 0 };

describe('a gateway with a store', () => {
  let dir = '';
  let remove: () => Promise<void>;
  let upstream: ScriptedUpstream;
  const gateways: TestGateway[] = [];
  beforeEach(async () => { ({ path: dir, remove } = await temporaryFolder()); });
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
    await upstream.close();
    await remove();
  });
  const start = async (script: Script, given: GatewayConfig = pool): Promise<TestGateway> => {
    upstream = await startScriptedUpstream({ script });
    return again(given);
  };
  const again = async (given: GatewayConfig = pool): Promise<TestGateway> => {
    const gateway = await startGateway({ ...given, upstream: { baseURL: upstream.baseURL } }, { stateDir: dir });
    gateways.push(gateway);
    return gateway;
  };
  const stop = async (gateway: TestGateway) => { gateways.splice(gateways.indexOf(gateway), 1); await gateway.close(); };
  const ask = async (gateway: TestGateway, session = 's') => {
    const answer = await gateway.chat({}, { headers: { 'x-session-id': session } });
    await answer.text();
    return answer;
  };

  it('has the traces, pins and spending of before after a restart', async () => {
    const first = await start(text('hello', { usage }), { ...pool, budget: { maxUsdPerDay: 1.5 } });
    const id = (await ask(first)).headers.get('x-openfusion-trace') ?? '';
    await stop(first);
    const second = await again({ ...pool, budget: { maxUsdPerDay: 1.5 } });
    assert.equal((await second.app.traces.get(id))?.status, 'done');
    const plan = await (await second.post('/debug/route', { messages: [{ role: 'user', content: 'go on' }] }, { headers: { 'x-session-id': 's' } })).json() as { session: { hit: boolean } };
    assert.equal(plan.session.hit, true);
    assert.equal((await ask(second)).status, 200, 'one dollar of one and a half is spent');
    assert.equal((await ask(second)).status, 402);
    await stop(second);
    assert.equal((await ask(await again({ ...pool, budget: { maxUsdPerDay: 1.5 } }))).status, 402, 'a restart gives nothing back');
  });

  it('holds the day’s limit with many requests at once: reserved first, settled at the end', async () => {
    const hold = gate();
    const gateway = await start(text(['x', hold], { usage: { promptTokens: 10, completionTokens: 1 } }));
    const route = await (await gateway.post('/debug/route', { messages: [{ role: 'user', content: 'Say hello' }] })).json() as { budget: { estimatedUsd: number } };
    gateway.configure({ ...pool, upstream: { baseURL: upstream.baseURL }, budget: { maxUsdPerDay: route.budget.estimatedUsd * 7.5 } });
    const refused = Promise.withResolvers<undefined>();
    let refusals = 0;
    const answers = Array.from({ length: 40 }, async (_, n) => {
      const { status } = await ask(gateway, `s${n}`);
      if (status === 402 && ++refusals === 33) refused.resolve(undefined);
      return status;
    });
    await refused.promise;
    hold.open();
    assert.equal((await Promise.all(answers)).filter((status) => status === 200).length, 7);
    assert.equal(upstream.requests.length, 7);
    assert.equal((await ask(gateway)).status, 200, 'what was not used is given back');
  });

  it('tells health and its windows where things are kept', async () => {
    const gateway = await start(text('x'));
    assert.deepEqual(gateway.app.ownerState().store, { kind: 'sqlite', note: null });
    const health = await (await fetch(`${gateway.origin}/health`, { headers: { authorization: `Bearer ${gateway.viewToken}` } })).json() as { state: { store: unknown } };
    assert.deepEqual(health.state.store, { kind: 'sqlite', note: null });
    gateway.configure({ ...pool, trace: { store: 'memory' }, upstream: { baseURL: upstream.baseURL } });
    while (gateway.app.ownerState().store?.kind !== 'memory') await new Promise((resolve) => setImmediate(resolve));
  });

  it('writes no word of prompt or answer and no key to disk, whatever the upstream says', async () => {
    const gateway = await start(text('The answer is POMEGRANATE. sk-secret-value-1234567890'), { ...pool, trace: { keepPrompts: 'memory' } });
    await gateway.chat({ messages: [{ role: 'user', content: 'Tell me about CLEMENTINE' }] }).then((answer) => answer.text());
    assert.match((await gateway.lastTrace()).answer, /POMEGRANATE/);
    await stop(gateway);
    assert.deepEqual(await filesWith(dir, 'POMEGRANATE', 'CLEMENTINE'), []);
  });

  it('masks its own keys on disk also with "full"', async () => {
    upstream = await startScriptedUpstream({ script: text('Your key is sk-secret-value-1234567890, MELON') });
    const given: GatewayConfig = { ...pool, upstream: { baseURL: upstream.baseURL, apiKeyEnv: 'KEY' }, trace: { keepPrompts: 'full' } };
    const gateway = await startGateway(given, { stateDir: dir, sources: { env: { KEY: 'sk-secret-value-1234567890' }, secrets: {} } });
    await ask(gateway);
    await gateway.close();
    assert.deepEqual(await filesWith(dir, 'sk-secret-value-1234567890'), []);
    assert.notDeepEqual(await filesWith(dir, 'MELON'), []);
  });
});

describe('a window that takes over', function () {
  this.timeout(60_000);
  let home: CliHome;
  const apps: { app: App; own: OwnPort }[] = [];
  before(async () => { home = await CliHome.create(); });
  after(() => home.remove());
  afterEach(async () => { for (const { app, own } of apps.splice(0)) { await own.stop(); await app.close(); } });

  async function openWindow(port: number, over: GatewayConfig = {}) {
    const states: OwnPortState[] = [];
    const waiting = new Set<() => void>();
    const app = createApp({
      config: testConfig({ ...over, server: { port } }), sources: { env: {}, secrets: {} }, forceDryRun: true, mode: { kind: 'auto' }, kind: 'window', version: '0.0.0-test', log: () => undefined,
    });
    const own = app.own({ stateDir: home.stateDir, drainMs: () => 1_000, onState: (state) => { states.push(state); waiting.forEach((look) => { look(); }); } });
    apps.push({ app, own });
    const until = (status: OwnPortState['status']) => new Promise<void>((resolve) => {
      const look = () => { if (own.state.status === status) { waiting.delete(look); resolve(); } };
      waiting.add(look);
      look();
    });
    await own.settled;
    return { app, own, until };
  }
  const request = async (port: number, session: string): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-session-id': session }, body: '{"messages":[{"role":"user","content":"Debug this flaky test"}]}' });
    await answer.text();
    assert.equal(answer.status, 200);
    return answer.headers.get('x-openfusion-trace') ?? '';
  };
  const isPinned = async (port: number, session: string): Promise<boolean> => {
    const plan = await (await fetch(`http://127.0.0.1:${port}/debug/route`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-session-id': session }, body: '{"messages":[{"role":"user","content":"go on"}]}' })).json() as { session: { hit: boolean } };
    return plan.session.hit;
  };

  it('does not touch the database while it is attached', async () => {
    const port = await freePort();
    const owner = await openWindow(port);
    const attached = await openWindow(port);
    assert.deepEqual([owner.own.state.status, attached.own.state.status], ['owner', 'attached']);
    assert.deepEqual([owner.app.ownerState().store?.kind, attached.app.ownerState().store?.kind], ['sqlite', 'memory']);
    assert.deepEqual(await attached.app.traces.list(), []);
  });

  it('goes on with sessions, spending and traces when the owner was killed', async () => {
    const port = await freePort();
    const serve = await home.start(['serve', '--port', String(port), '--dry-run']);
    await serve.waitFor(/listening on/);
    const ids = [await request(port, 'conversation'), await request(port, 'conversation')];
    const window = await openWindow(port);
    assert.equal(window.own.state.status, 'attached');
    const last = await request(port, 'conversation');
    // It is written once the answer is out; a kill that comes with the answer is in the crash tests.
    const atRest = findTracesAtRest(home.stateDir, { maxAgeDays: 1 });
    while (atRest?.get(last) === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    serve.kill('SIGKILL');
    const killedAtMs = performance.now();
    await window.until('owner');
    const tookMs = performance.now() - killedAtMs;
    assert.ok(tookMs < 5_000, `${tookMs} ms`);
    const listed = (await window.app.traces.list()).map(({ id }) => id);
    for (const id of [...ids, last]) assert.ok(listed.includes(id), `${id} of ${listed.join()}`);
    assert.ok(await isPinned(port, 'conversation'));
    assert.equal(window.app.ownerState().store?.kind, 'sqlite');
  });

  it('hears what the former owner still wrote while it drained', async () => {
    const port = await freePort();
    const first = await openWindow(port);
    await request(port, 'before');
    const second = await openWindow(port);
    const stopped = first.own.stop();
    await second.until('owner');
    assert.ok(await isPinned(port, 'before'));
    await stopped;
    assert.equal(first.app.ownerState().store?.kind, 'memory', 'it let go');
  });
});
