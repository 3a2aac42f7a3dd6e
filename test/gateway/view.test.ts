import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { WebSocket } from 'ws';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';

interface Message { type: string; trace?: { id: string; status: string; answer: string }; traces?: { id: string }[]; state?: { mode: { kind: string } } }

describe('looking at the gateway', () => {
  let gateway: TestGateway, upstream: ScriptedUpstream;
  const bearer = () => ({ authorization: `Bearer ${gateway.viewToken}` });
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') => fetch(gateway.origin + path, { method, headers, redirect: 'manual' });
  const live = (headers: Record<string, string>) => new WebSocket(`ws://127.0.0.1:${gateway.port}/traces/live`, { headers });
  /** Waits for a message that fits; all others pass by. */
  const until = (socket: WebSocket, fits: (message: Message) => boolean): Promise<Message> => new Promise((resolve) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      if (fits(message)) resolve(message);
    });
  });
  const cookie = async (): Promise<string> => {
    const response = await get(`/?token=${gateway.viewToken}`);
    assert.equal(response.status, 303);
    return response.headers.get('set-cookie') ?? '';
  };

  beforeEach(async () => {
    upstream = await startScriptedUpstream({ script: text('the answer') });
    gateway = await startGateway({ upstreamURL: upstream.baseURL });
  });
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });

  it('lists, shows and deletes traces, with the view token only', async () => {
    for (const path of ['/traces', '/traces/x']) assert.equal((await get(path)).status, 401);
    assert.equal((await get('/traces', { authorization: 'Bearer wrong' })).status, 401);
    const id = (await gateway.chat({})).headers.get('x-openfusion-trace') ?? '';
    await gateway.lastTrace();
    const { traces } = await (await get('/traces', bearer())).json() as { traces: { id: string; servedModel: string }[] };
    assert.deepEqual(traces.map((trace) => trace.id), [id]);
    assert.equal(traces[0]?.servedModel, upstream.requests[0]?.model);
    const trace = await (await get(`/traces/${id}`, bearer())).json() as { answer: string; plan: { candidates: unknown[] } };
    assert.equal(trace.answer, 'the answer');
    assert.ok(trace.plan.candidates.length > 1);
    assert.equal((await get(`/traces/${id}`, bearer(), 'DELETE')).status, 200);
    assert.equal((await get(`/traces/${id}`, bearer())).status, 404);
  });

  it('takes thumbs for a trace', async () => {
    const id = (await gateway.chat({})).headers.get('x-openfusion-trace') ?? '';
    await gateway.lastTrace();
    assert.equal((await gateway.post(`/traces/${id}/feedback`, { thumb: 'up' }, { headers: bearer() })).status, 200);
    assert.equal((await gateway.lastTrace()).feedback?.thumb, 'up');
    assert.equal((await gateway.post(`/traces/${id}/feedback`, { thumb: 'maybe' }, { headers: bearer() })).status, 400);
    assert.equal((await gateway.post(`/traces/${id}/feedback`, { thumb: 'up' })).status, 401);
    assert.equal((await gateway.post('/traces/none/feedback', { thumb: 'up' }, { headers: bearer() })).status, 404);
  });

  it('feeds a request live: greeting, begin, end', async () => {
    const socket = live(bearer());
    const hello = until(socket, ({ type }) => type === 'hello');
    assert.deepEqual((await hello).traces, []);
    const done = until(socket, ({ type, trace }) => type === 'trace' && trace?.status === 'done');
    await gateway.chat({});
    assert.equal((await done).trace?.answer, 'the answer');
    socket.close();
  });

  it('lets a window switch the mode by its token, and tells the others', async () => {
    const [commander, watcher] = [live(bearer()), live(bearer())];
    await Promise.all([commander, watcher].map((socket) => until(socket, ({ type }) => type === 'hello')));
    const told = until(watcher, ({ type, state }) => type === 'state' && state?.mode.kind === 'fusion');
    commander.send(JSON.stringify({ type: 'setMode', mode: { kind: 'fusion' } }));
    await told;
    assert.deepEqual(gateway.app.ownerState().mode, { kind: 'fusion' });
    for (const socket of [commander, watcher]) socket.close();
  });

  it('trades the token for a cookie that a script cannot read, and serves the page by it', async () => {
    assert.equal((await get('/')).status, 401);
    assert.equal((await get('/?token=wrong')).status, 401);
    const set = await cookie();
    assert.match(set, /; HttpOnly; SameSite=Strict; Path=\/$/);
    assert.ok(!set.includes(gateway.viewToken));
    const page = await get('/', { cookie: set.split(';')[0] ?? '' });
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'nonce-[^']+'.*frame-ancestors 'none'/);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.equal((await get('/traces', { cookie: set.split(';')[0] ?? '' })).status, 200);
  });

  it('lets a cookie watch but not command, and only from its own origin', async () => {
    const value = (await cookie()).split(';')[0] ?? '';
    const socket = live({ cookie: value, origin: gateway.origin });
    await until(socket, ({ type }) => type === 'hello');
    socket.send(JSON.stringify({ type: 'setMode', mode: { kind: 'fusion' } }));
    const pong = once(socket, 'pong');
    socket.ping();
    await pong;
    assert.deepEqual(gateway.app.ownerState().mode, { kind: 'auto' });
    socket.close();
    const foreign = live({ cookie: value, origin: 'http://127.0.0.1:1' });
    const [, refused] = await once(foreign, 'unexpected-response') as [unknown, { statusCode: number }];
    assert.equal(refused.statusCode, 403);
  });

  it('shows traces to no page of another origin, not even to one that may ask models', async () => {
    const mine = 'http://127.0.0.1:1';
    gateway.configure({ upstream: { baseURL: upstream.baseURL }, server: { allowedOrigins: [mine] } });
    // Same site as the viewer: the browser sends that one's cookie along.
    const riding = { cookie: (await cookie()).split(';')[0] ?? '', origin: mine };
    assert.equal((await gateway.post('/v1/chat/completions', { messages: [{ role: 'user', content: 'hi' }] }, { headers: riding })).status, 200);
    assert.equal((await get('/traces', riding)).status, 401);
    const [, refused] = await once(live(riding), 'unexpected-response') as [unknown, { statusCode: number }];
    assert.equal(refused.statusCode, 401);
  });

  it('tells nothing of its inside when it fails unexpectedly, and goes on', async () => {
    const { list } = gateway.app.traces;
    gateway.app.traces.list = () => { throw new Error('cannot read /home/somebody/.local/state'); };
    const failed = await get('/traces', bearer());
    assert.equal(failed.status, 500);
    assert.doesNotMatch(await failed.text(), /somebody|\.ts|\bat /u);
    assert.match(gateway.logs.join('\n'), /error: unexpected: .*somebody/u);
    gateway.app.traces.list = list;
    assert.equal((await get('/traces', bearer())).status, 200);
  });

  it('tells on /health who it is, and more only to who shows a token', async () => {
    const open = await (await get('/health')).json() as Record<string, unknown>;
    assert.deepEqual(Object.keys(open), ['ok', 'name', 'version', 'pid', 'owner']);
    assert.equal(open['name'], 'openfusion');
    const trusted = await (await get('/health', bearer())).json() as { state: { port: number } };
    assert.equal(trusted.state.port, gateway.port);
  });

  it('proves who it is to a challenger, and signs nothing else', async () => {
    const nonce = 'ab'.repeat(16);
    const { proof } = await (await get('/health', { 'x-openfusion-challenge': nonce })).json() as { proof: string };
    assert.match(proof, /^[0-9a-f]{64}$/);
    assert.equal('proof' in (await (await get('/health', { 'x-openfusion-challenge': 'sign this' })).json() as object), false);
  });

  it('lists models with window, price and capabilities, and shows one whose id holds a slash', async () => {
    const { data } = await (await get('/v1/models')).json() as { data: { id: string; context_window: number | null }[] };
    const ids = data.map(({ id }) => id);
    for (const id of ['openfusion/auto', 'openfusion/fusion', 'openfusion/coder']) assert.ok(ids.includes(id), id);
    for (const path of ['/v1/models/openfusion/auto', '/v1/models/openfusion%2Fauto']) {
      const model = await (await get(path)).json() as { id: string; context_window: number };
      assert.equal(model.id, 'openfusion/auto');
      assert.equal(model.context_window, Math.min(...data.map(({ context_window: window }) => window ?? Infinity)));
    }
    assert.equal((await get('/v1/models/nothing')).status, 404);
  });

  it('gives the plan of a request without calling a model', async () => {
    const response = await gateway.post('/debug/route', { model: 'openfusion/auto', messages: [{ role: 'user', content: 'Review this patch for security and test risks' }] });
    const plan = await response.json() as { strategy: string; candidates: { parts: Record<string, number> }[]; budget: { plannedCalls: number }; explanation: string[] };
    assert.equal(response.status, 200);
    assert.deepEqual(Object.keys(plan.candidates[0]?.parts ?? {}).sort(), ['availability', 'benchmark', 'latency', 'price', 'roleFit', 'skill', 'throughput']);
    assert.ok(plan.budget.plannedCalls >= 1 && plan.explanation.length > 0);
    assert.equal(upstream.requests.length, 0);
    assert.equal((await gateway.post('/debug/route', { model: 'openfusion/nobody', messages: [{ role: 'user', content: 'x' }] })).status, 404);
  });

  it('masks its key in whatever goes out, also when a key comes in two pieces', async () => {
    await gateway.close();
    const key = 'sk-test-0123456789abcdef';
    upstream.play((request) => text(request.stream ? ['my key is sk-test-01234', '56789abcdef.'] : `my key is ${key}`, { bytesPerWrite: 7 }));
    gateway = await startGateway({ upstream: { baseURL: upstream.baseURL, apiKeyEnv: 'KEY' } }, { sources: { env: { KEY: key }, secrets: {} } });
    assert.equal(upstream.requests.at(-1)?.headers.authorization, undefined);
    const plain = await (await gateway.chat({})).text();
    assert.equal(upstream.requests.at(-1)?.headers.authorization, `Bearer ${key}`);
    assert.ok(!plain.includes(key), plain);
    assert.ok(!JSON.stringify(await gateway.lastTrace()).includes(key));
  });

  it('stays in step when a client sends its next request on the same connection', async () => {
    const answers = await new Promise<string>((resolve, reject) => {
      const req = httpRequest({ host: '127.0.0.1', port: gateway.port, method: 'GET', path: '/nowhere', headers: { connection: 'keep-alive' } }, (res) => { res.resume(); res.on('end', () => { resolve(String(res.statusCode)); }); });
      req.on('error', reject);
      req.end();
    });
    assert.equal(answers, '404');
    assert.equal((await gateway.chat({})).status, 200);
  });
});
