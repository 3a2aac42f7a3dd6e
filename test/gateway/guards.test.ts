import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { startGateway, type GatewayConfig, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';

interface Reply { status: number; headers: IncomingHttpHeaders; body: string }
const body = JSON.stringify({ messages: [{ role: 'user', content: 'hi' }] });

describe('the guards', () => {
  let gateway: TestGateway, upstream: ScriptedUpstream;
  const start = async (config: GatewayConfig = {}, env: Record<string, string> = {}) => {
    upstream = await startScriptedUpstream({ script: text('x') });
    gateway = await startGateway({ upstreamURL: upstream.baseURL, ...config }, { sources: { env, secrets: {} } });
  };
  /** `fetch` would not let a test set Host or Origin. */
  const send = (method: string, path: string, headers: Record<string, string | string[]> = {}, payload = ''): Promise<Reply> => new Promise((resolve, reject) => {
    const req = httpRequest({ host: '127.0.0.1', port: gateway.port, method, path, headers, agent: false }, (res) => {
      let out = '';
      res.on('data', (piece: Buffer) => { out += piece.toString(); });
      res.on('end', () => { resolve({ status: res.statusCode ?? 0, headers: res.headers, body: out }); });
    });
    req.on('error', reject);
    req.end(payload);
  });
  const post = (headers: Record<string, string> = {}, payload = body) => send('POST', '/v1/chat/completions', { 'content-type': 'application/json', ...headers }, payload);
  const raw = (bytes: string): Promise<string> => new Promise((resolve) => {
    const socket = connect(gateway.port, '127.0.0.1', () => { socket.write(bytes); });
    let out = '';
    socket.on('data', (piece: Buffer) => { out += piece.toString(); });
    socket.on('close', () => { resolve(out); });
    socket.on('error', () => undefined);
  });

  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });

  it('let loopback names in and nobody else', async () => {
    await start();
    for (const host of [`127.0.0.1:${gateway.port}`, `localhost:${gateway.port}`, `[::1]:${gateway.port}`]) assert.equal((await post({ host })).status, 200, host);
    for (const host of ['evil.example', `evil.example:${gateway.port}`, `0.0.0.0:${gateway.port}`, `127.0.0.1:${gateway.port + 1}`, '127.0.0.1', `127.0.0.1.evil.example:${gateway.port}`]) {
      assert.equal((await post({ host })).status, 403, host);
    }
    assert.equal(upstream.requests.length, 3);
  });

  it('refuse a second Host header', async () => {
    await start();
    assert.match(await raw(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 (400|403)/);
  });

  it('refuse a foreign web page, whatever it asks, before any model is called', async () => {
    await start();
    const foreign: Record<string, string>[] = [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: 'http://127.0.0.1:1' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }];
    for (const headers of foreign) {
      assert.equal((await post(headers)).status, 403, JSON.stringify(headers));
    }
    const preflight = await send('OPTIONS', '/v1/chat/completions', { 'origin': 'https://evil.example', 'access-control-request-method': 'POST' });
    assert.equal(preflight.status, 403);
    assert.equal(preflight.headers['access-control-allow-origin'], undefined);
    assert.equal(upstream.requests.length, 0);
  });

  it('let in an origin that the user allowed, and tell only that one', async () => {
    await start({ server: { allowedOrigins: ['https://mine.example'] } });
    const reply = await post({ origin: 'https://mine.example' });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['access-control-allow-origin'], 'https://mine.example');
    assert.match(reply.headers['access-control-expose-headers'] ?? '', /x-openfusion-model/);
    assert.equal((await post({ origin: 'https://evil.example' })).status, 403);
  });

  it('want JSON: a simple POST of a web page has another type', async () => {
    await start();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) assert.equal((await post({ 'content-type': type })).status, 415, type);
    assert.equal((await post({ 'content-type': 'application/json; charset=utf-8' })).status, 200);
    assert.equal((await post({ 'content-encoding': 'gzip' })).status, 415);
  });

  it('answer 413 to a body beyond the limit, declared or not, and stay in step', async () => {
    await start({ server: { maxBodyBytes: 2_000 } });
    const large = JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(3_000) }] });
    const reply = await post({}, large);
    assert.equal(reply.status, 413);
    assert.equal((JSON.parse(reply.body) as { error: { code: string } }).error.code, 'request_too_large');
    assert.equal((await post({ 'transfer-encoding': 'chunked' }, large)).status, 413);
    assert.equal((await post({}, body)).status, 200);
  });

  it('take a body of 19 MB by default', async () => {
    await start();
    const large = JSON.stringify({ messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(19_000_000)}` } }] }] });
    assert.notEqual((await post({}, large)).status, 413);
  });

  it('want the token everywhere but on /health, when one is set', async () => {
    await start({ server: { token: '${env:T}' } }, { T: 'token-0123456789' });
    assert.equal((await post()).status, 401);
    assert.equal((await post({ authorization: 'Bearer wrong' })).status, 401);
    assert.equal((await post({ authorization: 'Bearer token-0123456789' })).status, 200);
    assert.equal((await post({ 'x-api-key': 'token-0123456789' })).status, 200);
    assert.equal((await send('GET', '/v1/models')).status, 401);
    assert.equal((await send('GET', '/nowhere')).status, 401);
    assert.equal((await send('GET', '/health')).status, 200);
  });

  it('take any key on loopback when no token is set', async () => {
    await start();
    assert.equal((await post({ authorization: 'Bearer anything' })).status, 200);
  });

  it('answer in the client\'s error format and name what is supported', async () => {
    await start();
    for (const [method, path] of [['POST', '/v1/embeddings'], ['POST', '/v1/completions'], ['GET', '/etc/passwd'], ['GET', '/../../etc/passwd'], ['GET', '/v1/chat']] as const) {
      const reply = await send(method, path, { 'content-type': 'application/json' }, method === 'POST' ? '{}' : '');
      assert.equal(reply.status, 404, path);
      assert.match((JSON.parse(reply.body) as { error: { message: string } }).error.message, /chat\/completions/);
    }
    const wrong = await send('GET', '/v1/chat/completions');
    assert.deepEqual([wrong.status, wrong.headers.allow], [405, 'POST']);
    const messages = await send('POST', '/v1/messages', { 'content-type': 'application/json' }, '{}');
    assert.deepEqual([messages.status, (JSON.parse(messages.body) as { error: { type: string } }).error.type], [400, 'invalid_request_error']);
  });

  it('survive bytes that are not HTTP', async () => {
    await start();
    assert.match(await raw('\x16\x03\x01 not http\r\n\r\n'), /^HTTP\/1\.1 400/);
    assert.match(await raw(`POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`), /^HTTP\/1\.1 400/);
    assert.equal((await post()).status, 200);
  });

  it('refuse an upgrade that they do not take, at once', async () => {
    await start();
    const upgrade = (path: string, more = '') => raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${more}\r\n`);
    assert.match(await upgrade('/v1/nowhere'), /^HTTP\/1\.1 404/);
    assert.match(await upgrade('/traces/live'), /^HTTP\/1\.1 401/);
    assert.match(await upgrade('/traces/live', 'Origin: https://evil.example\r\n'), /^HTTP\/1\.1 403/);
  });

  it('refuse a bind beyond loopback without a token', async () => {
    await start();
    await assert.rejects(startGateway({ server: { host: '0.0.0.0' } }), /token/);
  });
});
