import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpPort, type HttpPortOptions } from '../../src/receipts/port-http.ts';

interface Reply { status?: number; body: unknown }
interface Seen { method: string; path: string; headers: IncomingHttpHeaders; body: string }

const ask = { model: 'openfusion/fusion', messages: [{ role: 'user', content: 'hi' }], stream: true };
const answer = { choices: [{ message: { content: 'hello' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1 }, openfusion: { trace: { id: 't 1' } } };
const phase = { phase: 'panel', role: 'coder', model: 'm', status: 'done', attempts: [], text: 'what the coder said' };

describe('the port to a gateway', () => {
  let server: Server | undefined;
  let seen: Seen[] = [];

  const gateway = async (replies: Record<string, Reply | 'hold'>, options: Partial<HttpPortOptions> = {}) => {
    seen = [];
    const started = createServer((request, response) => {
      const pieces: Uint8Array[] = [];
      request.on('data', (piece: Uint8Array) => pieces.push(piece));
      request.on('end', () => {
        const path = request.url ?? '';
        seen.push({ method: request.method ?? '', path, headers: request.headers, body: Buffer.concat(pieces).toString() });
        const reply = replies[path] ?? { status: 404, body: { error: { message: 'no such endpoint' } } };
        if (reply === 'hold') return;
        response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' }).end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
      });
    });
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    return createHttpPort({ baseUrl: `http://127.0.0.1:${(started.address() as AddressInfo).port}`, ...options });
  };
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => { resolve(); })));
    server = undefined;
  });

  it('asks for a plain answer with the client token, in a session of its own', async () => {
    const port = await gateway({ '/v1/chat/completions': { body: answer } }, { token: 'client' });
    const result = await port.complete(ask);
    await port.complete(ask);
    assert.equal(result.ok && result.value.text, 'hello');
    assert.equal(seen[0]?.headers.authorization, 'Bearer client');
    assert.equal((JSON.parse(seen[0].body) as { stream: boolean }).stream, false);
    assert.notEqual(seen[0].headers['x-session-id'], seen[1]?.headers['x-session-id']);
  });

  it('fetches the trace with the view token, for what each role said', async () => {
    const port = await gateway({ '/v1/chat/completions': { body: answer }, '/traces/t%201': { body: { id: 't 1', phases: [phase] } } }, { token: 'client', viewToken: 'view' });
    const result = await port.complete(ask);
    assert.equal(result.ok && result.value.trace?.phases[0]?.text, 'what the coder said');
    assert.equal(seen[1]?.headers.authorization, 'Bearer view');
  });

  it('does without the trace when it may not see it, it is gone, or it is none', async () => {
    const without = await (await gateway({ '/v1/chat/completions': { body: answer } })).complete(ask);
    assert.deepEqual([without.ok && without.value.trace, seen.length], [null, 1]);
    for (const trace of [{ status: 404, body: {} }, { body: { id: 't 1' } }, { body: 'no json' }]) {
      server?.close();
      const result = await (await gateway({ '/v1/chat/completions': { body: answer }, '/traces/t%201': trace }, { viewToken: 'view' })).complete(ask);
      assert.equal(result.ok && result.value.trace, null);
    }
  });

  it('reads the plan of the debug route and the ids of the models', async () => {
    const port = await gateway({
      '/debug/route': { body: { strategy: 'direct', primary: { role: 'fast', model: 'm' }, route: { selectedRoles: ['fast'], rationale: 'r' } } },
      '/v1/models': { body: { data: [{ id: 'openfusion/auto' }, { nothing: 1 }] } },
    });
    const plan = await port.plan(ask);
    assert.deepEqual(plan.ok && [plan.value.strategy, plan.value.primary, plan.value.selectedRoles], ['direct', { role: 'fast', model: 'm' }, ['fast']]);
    assert.deepEqual(await port.models?.(), { ok: true, value: ['openfusion/auto'] });
  });

  it('hands an error on with its status, code and message', async () => {
    const port = await gateway({ '/v1/chat/completions': { status: 402, body: { error: { message: 'budget', code: 'budget_exceeded' } } }, '/debug/route': { status: 500, body: '<html>' } });
    assert.deepEqual(await port.complete(ask), { ok: false, error: { status: 402, code: 'budget_exceeded', message: 'budget' } });
    assert.deepEqual(await port.plan(ask), { ok: false, error: { status: 500, code: null, message: 'HTTP 500' } });
  });

  it('does not take something else for an answer', async () => {
    const result = await (await gateway({ '/v1/chat/completions': { body: { hello: 'world' } } })).complete(ask);
    assert.equal(result.ok ? '' : result.error.code, 'invalid_response');
  });

  it('never rejects: nobody there, or an abort in the middle', async () => {
    const gone = await gateway({});
    server?.close();
    const refused = await gone.complete(ask);
    assert.deepEqual(refused.ok ? null : [refused.error.status, refused.error.code, refused.error.message.includes('ECONNREFUSED')], [0, 'connect', true]);

    const stop = new AbortController();
    const holding = await gateway({ '/v1/chat/completions': 'hold' });
    const running = holding.complete(ask, stop.signal);
    await new Promise<void>((resolve) => server?.once('request', () => { resolve(); }));
    stop.abort();
    assert.deepEqual(await running, { ok: false, error: { status: 0, code: 'aborted', message: 'the request was aborted' } });
  });

  it('ends its calls with the signal that it was made with', async () => {
    const own = new AbortController();
    const port = await gateway({ '/v1/chat/completions': 'hold' }, { signal: own.signal });
    const running = port.complete(ask, new AbortController().signal);
    await new Promise<void>((resolve) => server?.once('request', () => { resolve(); }));
    own.abort();
    const result = await running;
    assert.equal(result.ok ? '' : result.error.code, 'aborted');
  });
});
