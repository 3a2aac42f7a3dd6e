import assert from 'node:assert/strict';
import { bodyOf } from '../support/wire-client.ts';
import { ask } from './support/ask.ts';
import { useBench } from './support/bench.ts';
import { ENDPOINTS } from './support/endpoints.ts';
import { itInFull } from './support/scope.ts';
import { exchange, openTcp } from './support/tcp.ts';
import { assertError } from './support/verdict.ts';

const body = JSON.stringify(bodyOf('chat', { model: 'rogue/page' }));
const upgrade = (port: number, path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${more}\r\n`;

describe('a request that a web page could make (N2, N5)', () => {
  const bench = useBench({ config: { server: { allowedOrigins: ['https://mine.example'] } } });
  const post = (headers: Record<string, string>, payload = body) => ask(bench.gateway.port, { headers: { 'x-title': 'page', ...headers }, body: payload });
  let before = 0;
  beforeEach(() => { before = bench.rogue.callsOf('page').length; });
  afterEach('no model was called', () => { assert.equal(bench.rogue.callsOf('page').length - before, 0); });

  const FOREIGN: readonly [name: string, headers: (port: number) => Record<string, string>][] = [
    ['a foreign origin', () => ({ origin: 'https://evil.example' })],
    ['an opaque origin', () => ({ origin: 'null' })],
    ['another port of loopback', (port) => ({ origin: `http://127.0.0.1:${port + 1}` })],
    ['https under our name', (port) => ({ origin: `https://127.0.0.1:${port}` })],
    ['another loopback name than it called', (port) => ({ origin: `http://localhost:${port}`, host: `127.0.0.1:${port}` })],
    ['an origin that begins like ours', (port) => ({ origin: `http://127.0.0.1:${port}.evil.example` })],
    ['an origin that begins like an allowed one', () => ({ origin: 'https://mine.example.evil.example' })],
    ['an allowed origin and a foreign one', () => ({ origin: 'https://mine.example, https://evil.example' })],
    ['an extension of a browser', () => ({ origin: 'chrome-extension://abcdefghijklmnop' })],
    ['a file', () => ({ origin: 'file://' })],
    ['an empty origin', () => ({ origin: '' })],
    ['Sec-Fetch-Site: cross-site', () => ({ 'sec-fetch-site': 'cross-site' })],
    ['Sec-Fetch-Site: same-site', () => ({ 'sec-fetch-site': 'same-site' })],
    ['a made-up Sec-Fetch-Site', () => ({ 'sec-fetch-site': 'friend' })],
    ['our origin, but Sec-Fetch-Site: cross-site', (port) => ({ 'origin': `http://127.0.0.1:${port}`, 'sec-fetch-site': 'cross-site' })],
    ['our origin, but Sec-Fetch-Site: same-site', (port) => ({ 'origin': `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-site' })],
  ];
  for (const [index, [name, headers]] of FOREIGN.entries()) {
    (index < 5 || index > 13 ? it : itInFull)(`is refused: ${name}`, async () => {
      const reply = await post(headers(bench.gateway.port));
      assert.equal(reply.status, 403);
      assert.equal(assertError('chat', reply), 'origin_not_allowed');
      assert.deepEqual(Object.keys(reply.headers).filter((header) => header.startsWith('access-control-')), []);
    });
  }

  it('is refused on every endpoint', async () => {
    for (const { method, path } of [...ENDPOINTS, { method: 'GET', path: '/nowhere' }]) {
      assert.equal((await ask(bench.gateway.port, { method, path, headers: { origin: 'https://evil.example' } })).status, 403, `${method} ${path}`);
    }
  });

  it('is granted no preflight', async () => {
    for (const [path, more] of [['/v1/chat/completions', {}], ['/v1/messages', {}], ['/traces', {}], ['/v1/responses', { 'access-control-request-private-network': 'true' }], ['/v1/responses', { 'access-control-request-local-network': 'true' }]] as const) {
      const reply = await ask(bench.gateway.port, { method: 'OPTIONS', path, headers: { 'origin': 'https://evil.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type', ...more } });
      assert.equal(reply.status, 403);
      assert.deepEqual(Object.keys(reply.headers).filter((header) => header.startsWith('access-control-')), []);
    }
  });

  it('may be read by an allowed origin alone, which no cache mixes up with others', async () => {
    const reply = await ask(bench.gateway.port, { headers: { 'origin': 'https://mine.example', 'sec-fetch-site': 'cross-site' }, body });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['access-control-allow-origin'], 'https://mine.example');
    assert.equal(reply.headers['access-control-allow-credentials'], undefined);
    assert.match(reply.headers.vary ?? '', /origin/i);
  });

  for (const type of ['text/plain', 'text/plain; charset=application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json', 'application/jsonx', 'application/json, text/plain', '']) {
    it(`is a 415 without a JSON content type: ${type === '' ? 'none' : type}`, async () => {
      for (const [wire, path] of [['chat', '/v1/chat/completions'], ['responses', '/v1/responses'], ['messages', '/v1/messages'], ['messages', '/v1/messages/count_tokens'], ['chat', '/debug/route']] as const) {
        const reply = await ask(bench.gateway.port, { path, headers: { 'content-type': type, 'x-title': 'page' }, body });
        assert.equal(reply.status, 415);
        assertError(wire, reply);
      }
    });
  }

  for (const [name, path, more, status] of [
    ['a foreign origin', '/v1/responses', 'Origin: https://evil.example\r\n', 403], ['a foreign origin', '/traces/live', 'Origin: https://evil.example\r\n', 403], ['an opaque origin', '/v1/responses', 'Origin: null\r\n', 403],
    ['Sec-Fetch-Site: cross-site', '/v1/responses', 'Sec-Fetch-Site: cross-site\r\n', 403], ['no view token', '/traces/live', '', 401], ['a wrong view token', '/traces/live', 'Authorization: Bearer wrong-wrong-wrong\r\n', 401],
    ['an unknown path', '/v1/chat/completions', '', 404], ['an unknown path', '/', '', 404],
  ] as const) {
    it(`is refused as a WebSocket on ${path}: ${name}`, async () => {
      const answer = await exchange(bench.gateway.port, upgrade(bench.gateway.port, path, more));
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
      assert.doesNotMatch(answer, /101 Switching/);
    });
  }

  it('is refused as a WebSocket under a foreign Host', async () => {
    const answer = await exchange(bench.gateway.port, upgrade(bench.gateway.port, '/v1/responses').replace(/Host: [^\r]+/, 'Host: evil.example'));
    assert.match(answer, /^HTTP\/1\.1 403 /);
  });

  for (const [name, bytes] of [
    ['no key', (port: number) => upgrade(port, '/v1/responses').replace(/Sec-WebSocket-Key: [^\r]+\r\n/, '')],
    ['a key of the wrong length', (port: number) => upgrade(port, '/v1/responses').replace('AAAAAAAAAAAAAAAAAAAAAA==', 'AAAA')],
    ['an unknown version', (port: number) => upgrade(port, '/v1/responses').replace('Version: 13', 'Version: 99')],
  ] as const) {
    it(`is a 400 as a WebSocket with ${name}`, async () => {
      assert.match(await exchange(bench.gateway.port, bytes(bench.gateway.port)), /^HTTP\/1\.1 4\d\d /);
    });
  }

  it('ends a WebSocket that sends frames of nonsense', async () => {
    const tcp = await openTcp(bench.gateway.port);
    tcp.write(upgrade(bench.gateway.port, '/v1/responses'));
    await tcp.until(/^HTTP\/1\.1 101 [^]*\r\n\r\n/);
    tcp.write(Uint8Array.from({ length: 4_000 }, (_, at) => (at * 73 + 255) & 0xff));
    await tcp.closed;
  });

  it('ends a WebSocket that announces a message beyond the limit', async () => {
    const tcp = await openTcp(bench.gateway.port);
    tcp.write(upgrade(bench.gateway.port, '/v1/responses'));
    await tcp.until(/^HTTP\/1\.1 101 [^]*\r\n\r\n/);
    tcp.write(Uint8Array.from([0x81, 0xff, 0, 0, 0, 9, 0, 0, 0, 0, 1, 2, 3, 4, 5]));
    await tcp.closed;
  });
});
