import assert from 'node:assert/strict';
import { bodyOf } from '../support/wire-client.ts';
import { ask } from './support/ask.ts';
import { useBench } from './support/bench.ts';
import { ENDPOINTS } from './support/endpoints.ts';
import { itInFull } from './support/scope.ts';
import { exchange, rawRequest } from './support/tcp.ts';
import { assertError } from './support/verdict.ts';

const body = JSON.stringify(bodyOf('chat', { model: 'rogue/host' }));

describe('a hostile client and the Host header (N1)', () => {
  const bench = useBench({ config: { server: { allowedHosts: ['allowed.example'] } } });
  const post = (headers: Record<string, string>) => ask(bench.gateway.port, { headers: { 'x-title': 'host', ...headers }, body });
  let before = 0;
  const called = () => bench.rogue.callsOf('host').length - before;
  beforeEach(() => { before = bench.rogue.callsOf('host').length; });
  const assertRefused = async (headers: Record<string, string>) => {
    const reply = await post(headers);
    assert.equal(reply.status, 403, JSON.stringify(headers));
    assert.equal(assertError('chat', reply), 'host_not_allowed');
    assert.equal(called(), 0, 'no model is called');
  };

  it('is let in under each loopback name with the right port, in any case', async () => {
    const { port, origin } = bench.gateway;
    assert.equal(origin, `http://127.0.0.1:${port}`);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) assert.equal((await post({ host, 'x-title': 'good' })).status, 200, host);
  });

  const FOREIGN: readonly [name: string, host: (port: number) => string][] = [
    ['a rebinding name', (port) => `evil.example:${port}`],
    ['a rebinding name without a port', () => 'evil.example'],
    ['a name that begins like ours', (port) => `127.0.0.1.evil.example:${port}`],
    ['a name that resolves to loopback', (port) => `localtest.me:${port}`],
    ['a subdomain of localhost', (port) => `evil.localhost:${port}`],
    ['0.0.0.0', (port) => `0.0.0.0:${port}`],
    ['the unspecified IPv6 address', (port) => `[::]:${port}`],
    ['another loopback address', (port) => `127.0.0.2:${port}`],
    ['a short loopback address', (port) => `127.1:${port}`],
    ['the loopback address as a number', (port) => `2130706433:${port}`],
    ['the loopback address in hex', (port) => `0x7f000001:${port}`],
    ['a mapped IPv6 address', (port) => `[::ffff:127.0.0.1]:${port}`],
    ['a private address', (port) => `192.168.0.10:${port}`],
    ['another port', (port) => `127.0.0.1:${port + 1}`],
    ['no port', () => '127.0.0.1'],
    ['a port with a leading zero', (port) => `127.0.0.1:0${port}`],
    ['an empty port', () => '127.0.0.1:'],
    ['a trailing dot', (port) => `localhost.:${port}`],
    ['a user before the name', (port) => `user@127.0.0.1:${port}`],
    ['our name as a user', (port) => `127.0.0.1:${port}@evil.example`],
    ['two names in one', (port) => `127.0.0.1:${port}, evil.example`],
    ['a scheme', (port) => `http://127.0.0.1:${port}`],
    ['a path', (port) => `127.0.0.1:${port}/x`],
    ['a name that only a bind beyond loopback may have', (port) => `allowed.example:${port}`],
  ];
  for (const [index, [name, host]] of FOREIGN.entries()) {
    const run = index < 6 || index === FOREIGN.length - 1 ? it : itInFull;
    run(`is refused under ${name}`, () => assertRefused({ host: host(bench.gateway.port) }));
  }

  it('is refused with two Host headers, in either order', async () => {
    const { port } = bench.gateway;
    for (const hosts of [[`127.0.0.1:${port}`, 'evil.example'], ['evil.example', `127.0.0.1:${port}`], [`127.0.0.1:${port}`, `127.0.0.1:${port}`]]) {
      const answer = await exchange(port, `POST /v1/chat/completions HTTP/1.1\r\n${hosts.map((host) => `Host: ${host}\r\n`).join('')}Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
      assert.match(answer, /^HTTP\/1\.1 403 .*"code":"host_not_allowed"/s);
    }
    assert.equal(called(), 0);
  });

  it('is refused without a Host header, in HTTP/1.1 and 1.0', async () => {
    const { port } = bench.gateway;
    assert.match(await exchange(port, rawRequest(port, { headers: { Host: null }, body })), /^HTTP\/1\.1 403 .*"code":"host_not_allowed"/s);
    assert.match(await exchange(port, rawRequest(port, { headers: { Host: null }, body }).replace('HTTP/1.1', 'HTTP/1.0')), /^HTTP\/1\.[01] 403 .*"code":"host_not_allowed"/s);
    assert.match(await exchange(port, rawRequest(port, { headers: { Host: '' }, body })), /^HTTP\/1\.1 403 /);
  });

  it('gains nothing by forwarded headers', async () => {
    const { port } = bench.gateway;
    const forwarded = { 'x-forwarded-host': `127.0.0.1:${port}`, 'x-forwarded-for': '127.0.0.1', 'forwarded': `host=127.0.0.1:${port}`, 'x-real-ip': '127.0.0.1', 'x-original-host': `127.0.0.1:${port}` };
    await assertRefused({ host: 'evil.example', ...forwarded });
    assert.equal((await post({ 'x-forwarded-host': 'evil.example', 'forwarded': 'host=evil.example', 'x-title': 'good' })).status, 200);
  });

  it('is refused or not found with an absolute URI, whatever Host says beside it', async () => {
    const { port } = bench.gateway;
    for (const [path, host] of [[`http://evil.example/v1/chat/completions`, `127.0.0.1:${port}`], [`http://127.0.0.1:${port}/v1/chat/completions`, 'evil.example'], [`https://evil.example:443/v1/models`, `127.0.0.1:${port}`]] as const) {
      assert.match(await exchange(port, rawRequest(port, { path, headers: { Host: host, 'x-title': 'host' }, body })), /^HTTP\/1\.1 (403|404) .*"error":\{"message"/s);
    }
    assert.equal(called(), 0);
  });

  it('is refused on every endpoint, also on those that want no token', async () => {
    for (const { method, path } of [...ENDPOINTS, { method: 'OPTIONS', path: '/v1/responses' }, { method: 'GET', path: '/nowhere' }]) {
      const reply = await ask(bench.gateway.port, { method, path, headers: { host: 'evil.example' } });
      assert.equal(reply.status, 403, `${method} ${path}`);
      assertError(path.startsWith('/v1/messages') ? 'messages' : 'chat', reply);
    }
  });

  it('is refused before its body is read', async () => {
    const { port } = bench.gateway;
    const answer = await exchange(port, `POST /v1/chat/completions HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n{"mess`);
    assert.match(answer, /^HTTP\/1\.1 403 /);
  });
});
