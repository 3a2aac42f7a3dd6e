import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { networkInterfaces } from 'node:os';
import type { Exchange } from '../../src/gateway/exchange.ts';
import { checkClientToken } from '../../src/gateway/guards/tokens.ts';
import { sameSecret } from '../../src/ownership/challenge.ts';
import { ask } from './support/ask.ts';
import { useBench } from './support/bench.ts';
import { startGatewayProcess } from './support/gateway-process.ts';
import { ENDPOINTS } from './support/endpoints.ts';
import { exchange, openTcp } from './support/tcp.ts';
import { assertError, assertNoInside } from './support/verdict.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';
const WITH_TOKEN = [...ENDPOINTS.filter(({ access }) => access === 'client'), { method: 'GET', path: '/nowhere' }];

describe('a gateway that wants a token (N3, N5)', () => {
  const bench = useBench({ config: { server: { token: '${env:GATEWAY_TOKEN}' } }, env: { GATEWAY_TOKEN: TOKEN } });
  const send = (method: string, path: string, headers: Record<string, string>) => ask(bench.gateway.port, { method, path, headers: { 'x-title': 'token', ...headers }, ...(method === 'POST' ? { body: '{}' } : {}) });

  for (const [name, headers] of [
    ['none', {}], ['a wrong one', { authorization: 'Bearer 0123456789abcdef0123456789abcdeX' }], ['the beginning of it', { authorization: `Bearer ${TOKEN.slice(0, 31)}` }], ['it and more', { authorization: `Bearer ${TOKEN}x` }],
    ['it in capitals', { authorization: `Bearer ${TOKEN.toUpperCase()}` }], ['it as Basic', { authorization: `Basic ${Buffer.from(`user:${TOKEN}`).toString('base64')}` }], ['it without a scheme', { authorization: TOKEN }],
    ['it under another scheme', { authorization: `Token ${TOKEN}` }], ['an empty one', { 'authorization': 'Bearer ', 'x-api-key': '' }], ['it in a cookie', { cookie: `token=${TOKEN}` }], ['it in quotes', { authorization: `Bearer "${TOKEN}"` }], ['it twice in one header', { 'x-api-key': `${TOKEN}, ${TOKEN}` }],
    ['it as another header', { 'api-key': TOKEN, 'x-goog-api-key': TOKEN, 'proxy-authorization': `Bearer ${TOKEN}` }],
  ] as [string, Record<string, string>][]) {
    it(`refuses whoever shows ${name}`, async () => {
      for (const { method, path } of WITH_TOKEN) {
        const reply = await send(method, path, headers);
        assert.equal(reply.status, 401, `${method} ${path}`);
        assert.match(assertError(path.startsWith('/v1/messages') ? 'messages' : 'chat', reply), /invalid_api_key|authentication_error/);
        assert.doesNotMatch(reply.body, new RegExp(TOKEN, 'i'));
      }
      assert.equal(bench.rogue.callsOf('token').length, 0);
    });
  }

  it('refuses it in the address, where logs would keep it', async () => {
    for (const path of [`/v1/models?token=${TOKEN}`, `/v1/models?key=${TOKEN}`, `/v1/models?api_key=${TOKEN}`]) assert.equal((await send('GET', path, {})).status, 401);
  });

  it('takes it as a Bearer or as x-api-key', async () => {
    for (const headers of [{ authorization: `Bearer ${TOKEN}` }, { authorization: `bearer  ${TOKEN}` }, { 'x-api-key': TOKEN }] as Record<string, string>[]) assert.equal((await send('GET', '/v1/models', headers)).status, 200);
  });

  it('refuses a WebSocket without it', async () => {
    const { port } = bench.gateway;
    const upgrade = `GET /v1/responses HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
    assert.match(await exchange(port, upgrade), /^HTTP\/1\.1 401 [^]*invalid_api_key/);
  });

  it('compares it in constant time, whatever is shown', () => {
    const real = crypto.timingSafeEqual;
    let compared = 0;
    crypto.timingSafeEqual = (a, b) => { compared++; return real(a, b); };
    syncBuiltinESMExports();
    try {
      for (const [shown, passes] of [[TOKEN, true], ['x', false], [TOKEN.slice(1), false], [`${TOKEN}x`, false]] as const) {
        compared = 0;
        const exchange = { settings: { token: TOKEN }, parts: { sameSecret, viewToken: 'view' }, req: { headers: { authorization: `Bearer ${shown}` } } } as unknown as Exchange;
        assert.equal(checkClientToken(exchange) === null, passes);
        assert.ok(compared >= 1, shown);
      }
    } finally {
      crypto.timingSafeEqual = real;
      syncBuiltinESMExports();
    }
  });

  it('does not let the token of clients open traces', async () => {
    for (const { method, path } of ENDPOINTS.filter(({ access }) => access === 'view')) {
      const reply = await send(method, path, { authorization: `Bearer ${TOKEN}` });
      assert.equal(reply.status, 401);
      // The page itself says in plain words where its address is found.
      if (path !== '/') assertError('chat', reply);
    }
  });

  it('tells who it is to anybody, and details only to who shows the token', async () => {
    const open = JSON.parse((await send('GET', '/health', {})).body) as Record<string, unknown>;
    assert.deepEqual(Object.keys(open).sort(), ['name', 'ok', 'owner', 'pid', 'version']);
  });
});

describe('a gateway as it is by default (N3)', () => {
  const bench = useBench();
  it('is reached by nobody from outside: it listens on the loopback address alone', async () => {
    await openTcp(bench.gateway.port).then(({ destroy }) => { destroy(); });
    const others = ['127.0.0.2', ...Object.values(networkInterfaces()).flatMap((list) => list ?? []).filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address)];
    for (const host of others) await assert.rejects(openTcp(bench.gateway.port, host), /ECONNREFUSED|EADDRNOTAVAIL|ETIMEDOUT|EHOSTUNREACH/, host);
  });
});

describe('a bind beyond loopback (N3)', () => {
  const start = (server: Record<string, unknown>, env: Record<string, string> = {}) => startGatewayProcess({ config: { server }, env, args: ['--dry-run'] });

  it('is refused without a token', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.0.1']) await assert.rejects(start({ host }), /token/, host);
  });

  it('is refused with a token of less than 128 bits', async () => {
    await assert.rejects(start({ host: '0.0.0.0', token: '${env:T}' }, { T: 'short-token' }), /128/);
    await assert.rejects(start({ host: '0.0.0.0', token: '${env:T}' }, { T: '' }), /token|T /);
  });

  it('is answered only under loopback names and those that the user allowed, and with the token', async () => {
    const gateway = await start({ host: '0.0.0.0', token: '${env:T}', allowedHosts: ['box.example'] }, { T: TOKEN });
    try {
      const { port } = gateway;
      const status = async (host: string, headers = {}) => (await ask(port, { method: 'GET', path: '/v1/models', headers: { host, ...headers } })).status;
      const shown = { authorization: `Bearer ${TOKEN}` };
      assert.deepEqual(await Promise.all([status(`box.example:${port}`, shown), status('box.example', shown), status(`127.0.0.1:${port}`, shown)]), [200, 200, 200]);
      assert.deepEqual(await Promise.all([status(`0.0.0.0:${port}`, shown), status(`evil.example:${port}`, shown), status(`box.example:${port + 1}`, shown), status(`x.box.example:${port}`, shown)]), [403, 403, 403, 403]);
      assert.equal(await status(`box.example:${port}`), 401);
    } finally {
      await gateway.stop();
    }
  });
});

describe('paths, methods and what errors tell (N4, N5)', () => {
  const bench = useBench();
  const PATHS = [
    '/../../etc/passwd', '/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd', '/....//....//etc/passwd', '/viewer.js/../../package.json', '/viewer.js%00.html', '/v1/models/../../../../etc/passwd', '/v1/models/%2e%2e%2fetc%2fpasswd',
    '/v1/models/%', '/v1/models/%ff%fe', '//etc/passwd', '/\\..\\..\\windows\\win.ini', '/.env', '/openfusion.config.json', '/package.json', '/.git/config', '/favicon.ico', '/robots.txt', '/metrics', '/debug/pprof', '/admin', '/config', '/v1', '/v1/', '/v1/chat/completions/', '/V1/MODELS',
    '/v1/embeddings', '/v1/completions', '/v1/files', '/api/tags', '/api/generate', '/v1/engines', `/${'a/'.repeat(5_000)}`, '/;/../', '/__proto__', '/constructor', '/toString', '/traces/../health', '/%00', '/?', '/#x',
  ];

  it('serves nothing from disk: an unknown path is a 404 in JSON that tells nothing of this machine', async () => {
    for (const path of PATHS.filter((one) => one !== '/?' && one !== '/#x')) {
      for (const method of ['GET', 'POST']) {
        const answer = await exchange(bench.gateway.port, `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${bench.gateway.port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
        assert.match(answer, /^HTTP\/1\.1 (400|404|405) [^]*"error":\{"message":"[^"]/, `${method} ${path}`);
        assert.doesNotMatch(answer, /root:|\[extensions\]|"devDependencies"|\/home\/|\/tmp\//, path);
        assertNoInside(answer);
      }
    }
  });

  it('refuses every other method with what is allowed', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'HEAD', 'OPTIONS', 'LOCK', 'PURGE', 'QUERY']) {
      for (const [wire, path] of [['chat', '/v1/chat/completions'], ['responses', '/v1/responses'], ['messages', '/v1/messages']] as const) {
        const reply = await ask(bench.gateway.port, { method, path });
        assert.equal(reply.status, 405, `${method} ${path}`);
        assert.equal(reply.headers.allow, 'POST');
        if (method !== 'HEAD') assertError(wire, reply);
      }
    }
    assert.doesNotMatch((await ask(bench.gateway.port, { method: 'TRACE', path: '/health', headers: { 'x-secret': 'echo-me' } })).body, /echo-me/);
  });

  it('is no proxy: CONNECT is closed', async () => {
    assert.doesNotMatch(await exchange(bench.gateway.port, `CONNECT 127.0.0.1:${bench.rogue.port} HTTP/1.1\r\nHost: 127.0.0.1:${bench.gateway.port}\r\n\r\n`), /^HTTP\/1\.1 2/);
  });

  it('changes no configuration, whatever is asked', async () => {
    for (const path of ['/config', '/settings', '/v1/config', '/mode', '/debug/config', '/traces']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) assert.ok([400, 401, 404, 405].includes((await ask(bench.gateway.port, { method, path, body: '{"upstream":{"baseURL":"http://evil.example"}}' })).status), `${method} ${path}`);
    }
  });

  it('opens traces to nobody without the view token', async () => {
    for (const { method, path } of [...ENDPOINTS.filter(({ access }) => access === 'view'), ...['/?token=wrong', '/?token=', `/?token=${'x'.repeat(43)}`].map((path) => ({ method: 'GET', path }))]) {
      const reply = await ask(bench.gateway.port, { method, path, ...(method === 'POST' ? { body: '{"thumb":"up"}' } : {}) });
      assert.equal(reply.status, 401, `${method} ${path}`);
      assert.equal(reply.headers['set-cookie'], undefined);
    }
    for (const cookie of [`openfusion_view_${bench.gateway.port}=x`, `openfusion_view_${bench.gateway.port}=`, `openfusion_view_${bench.gateway.port}=__proto__`, ';;;===', `openfusion_view_${bench.gateway.port}`]) {
      assert.equal((await ask(bench.gateway.port, { method: 'GET', path: '/traces', headers: { cookie } })).status, 401);
    }
  });

  it('refuses odd questions about traces cleanly, also with the view token', async () => {
    const headers = { authorization: `Bearer ${bench.gateway.viewToken}` };
    for (const [method, path, status] of [['GET', '/traces?limit=-1', 400], ['GET', '/traces?limit=1e9', 400], ['GET', '/traces?before=x', 400], ['GET', '/traces?limit=999999999999999', 200], ['GET', `/traces/${'a'.repeat(81)}`, 404], ['GET', '/traces/%2e%2e', 404], ['DELETE', '/traces/none', 404], ['POST', '/traces/none/feedback', 404]] as const) {
      const reply = await ask(bench.gateway.port, { method, path, headers, ...(method === 'POST' ? { body: '{"thumb":"up"}' } : {}) });
      assert.equal(reply.status, status, path);
      if (status !== 200) assertError('chat', reply);
    }
    for (const body of ['{}', '{"thumb":"sideways"}', '{"thumb":"up","note":5}', `{"thumb":"up","note":"${'x'.repeat(3_000)}"}`, '[]', '{"thumb":{"__proto__":1}}']) {
      const reply = await ask(bench.gateway.port, { path: '/traces/none/feedback', headers, body });
      assert.equal(reply.status, 400, body);
    }
  });

  it('proves itself only to a nonce, and signs nothing else', async () => {
    const proof = async (nonce: string) => (JSON.parse((await ask(bench.gateway.port, { method: 'GET', path: '/health', headers: { 'x-openfusion-challenge': nonce } })).body) as { proof?: string }).proof;
    assert.match(await proof('ab'.repeat(32)) ?? '', /^[0-9a-f]{64}$/);
    for (const nonce of ['', 'short', 'AB'.repeat(32), 'xy'.repeat(32), 'ab'.repeat(65), `${'ab'.repeat(32)}, ${'ab'.repeat(32)}`, '{"a":1}']) assert.equal(await proof(nonce), undefined, nonce);
    assert.notEqual(await proof('ab'.repeat(32)), await proof('ba'.repeat(32)));
  });
});
