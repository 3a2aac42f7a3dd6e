import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { NetworkSettings } from '../../src/config/network-settings.ts';
import { createAuthority, type Authority } from '../support/certificates.ts';
import { CliHome } from '../support/cli.ts';
import { startConnectProxy, type ConnectProxy, type ConnectProxyOptions } from '../support/connect-proxy.ts';
import { startGateway, sseText, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTlsFront, type TlsFront } from '../support/tls-front.ts';

const KEY = 'sk-relay-Zq8W3xT5kP0mN7bV2cR9dL4fH6jG1';
const PASSWORD = 'pr0xy/p@ss+w0rd';
const EDITOR: NetworkSettings = { proxy: '', noProxy: [], proxyAuthorization: '', useProxy: true, systemCertificates: true, wantsUncheckedCertificates: false };

describe('the way to an upstream', () => {
  let authority: Authority, upstream: ScriptedUpstream, front: TlsFront, folder: Awaited<ReturnType<typeof temporaryFolder>>, caFile: string;
  const started: { close(): Promise<void> }[] = [];
  const opened = <T extends { close(): Promise<void> }>(one: T): T => { started.push(one); return one; };

  beforeEach(async () => {
    authority = createAuthority();
    folder = await temporaryFolder();
    caFile = join(folder.path, 'authority.pem');
    await writeFile(caFile, authority.cert);
    upstream = opened(await startScriptedUpstream({ script: text(['through', ' the tunnel']) }));
    front = opened(await startTlsFront(authority.issue('relay.example', 'localhost', '127.0.0.1'), upstream.port));
  });
  afterEach(async () => {
    for (const one of started.splice(0).reverse()) await one.close();
    await folder.remove();
  });

  const proxy = async (options: Partial<ConnectProxyOptions> = {}): Promise<ConnectProxy> =>
    opened(await startConnectProxy({ resolve: (target) => (target === 'relay.example:443' ? { port: front.port } : undefined), ...options }));
  const gateway = async (baseURL: string, env: Record<string, string>, network: NetworkSettings = EDITOR): Promise<TestGateway> => opened(await startGateway(
    { upstream: { baseURL, apiKeyEnv: 'K', timeouts: { connectMs: 1_000 } }, fallback: 'never' }, { sources: { env: { K: KEY, NODE_EXTRA_CA_CERTS: caFile, ...env }, secrets: {} }, network },
  ));
  const failure = async (one: TestGateway): Promise<string> => {
    const response = await one.chat({});
    assert.ok(response.status >= 500, String(response.status));
    return ((await response.json()) as { error: { message: string } }).error.message;
  };

  it('goes through the proxy that HTTPS_PROXY names, which sees the host and neither key nor prompt', async () => {
    const through = await proxy({ authorization: `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}` });
    const one = await gateway('https://relay.example/v1', { HTTPS_PROXY: `http://me:${encodeURIComponent(PASSWORD)}@127.0.0.1:${through.port}` });
    const response = await one.chat({ stream: true, messages: [{ role: 'user', content: 'a prompt of mine' }] });
    assert.equal(sseText(await response.text()), 'through the tunnel');
    assert.deepEqual(through.targets, ['relay.example:443']);
    assert.equal(upstream.requests[0]?.headers.authorization, `Bearer ${KEY}`);
    assert.ok(!through.seen.includes(KEY) && !through.seen.includes('a prompt of mine') && !through.seen.includes('authorization: Bearer'));
    upstream.play(text(`It is ${PASSWORD}, or ${Buffer.from(`me:${PASSWORD}`).toString('base64')}.`));
    assert.doesNotMatch(await (await one.chat({})).text(), /p@ss|bWU6cHIwe/u);
    assert.ok(!upstream.requests[0].rawBody.includes(PASSWORD) && upstream.requests[0].headers['proxy-authorization'] === undefined);
  });

  it('keeps its tunnel for the next call', async () => {
    const through = await proxy();
    const one = await gateway('https://relay.example/v1', { https_proxy: `127.0.0.1:${through.port}` });
    for (let call = 0; call < 3; call++) assert.equal((await one.chat({})).status, 200);
    assert.deepEqual(through.targets, ['relay.example:443']);
  });

  it('goes through the proxy of the editor\'s settings rather than that of the environment', async () => {
    const [mine, other] = [await proxy(), await proxy()];
    const one = await gateway('https://relay.example/v1', { HTTPS_PROXY: `http://127.0.0.1:${other.port}` }, { ...EDITOR, proxy: `http://127.0.0.1:${mine.port}` });
    assert.equal((await one.chat({})).status, 200);
    assert.deepEqual([mine.targets.length, other.targets.length], [1, 0]);
  });

  it('speaks TLS with a proxy that wants it, and tells it nothing that it could not prove to be', async () => {
    const through = await proxy({ authorization: 'Basic bWU6eA==' });
    const own = opened(await startTlsFront(authority.issue('127.0.0.1'), through.port));
    const strange = opened(await startTlsFront(createAuthority().issue('127.0.0.1'), through.port));
    const reached = await (await gateway('https://relay.example/v1', { HTTPS_PROXY: `https://me:x@127.0.0.1:${own.port}` })).chat({});
    assert.equal(reached.status, 200);
    assert.match(await failure(await gateway('https://relay.example/v1', { HTTPS_PROXY: `https://me:x@127.0.0.1:${strange.port}` })), /could not be reached \((UNABLE|CERT)/u);
    assert.equal(strange.received, 0);
  });

  it('never goes around a proxy that does not let it through, and says what is wrong without the password', async () => {
    const strict = await proxy({ authorization: 'Basic other' });
    const closed = await proxy({ resolve: () => undefined });
    const silent = await proxy({ silent: true });
    const gone = await startConnectProxy({ resolve: () => undefined });
    await gone.close();
    for (const [address, said] of [
      [`http://me:${encodeURIComponent(PASSWORD)}@127.0.0.1:${strict.port}`, /wants a user name and a password \(407\)/u], [`http://127.0.0.1:${closed.port}`, /refused to connect to relay\.example:443 \(502\)/u],
      [`http://127.0.0.1:${silent.port}`, /could not be reached in time/u], [`http://127.0.0.1:${gone.port}`, /the proxy 127\.0\.0\.1:\d+ could not be reached \(ECONNREFUSED\)/u],
      ['socks5://127.0.0.1:1080', /names a socks5 proxy; only http:\/\/ and https:\/\/ ones are supported/u],
    ] as const) {
      const one = await gateway('https://relay.example/v1', { HTTPS_PROXY: address });
      const message = await failure(one);
      assert.match(message, said);
      assert.ok(![message, JSON.stringify(await one.lastTrace()), ...one.logs].some((seen) => seen.includes('w0rd') || seen.includes(encodeURIComponent(PASSWORD))), message);
    }
    assert.equal(upstream.requests.length, 0);
  });

  it('is direct to loopback and to what NO_PROXY names', async () => {
    const through = await proxy();
    const address = `http://127.0.0.1:${through.port}`;
    assert.equal((await (await gateway(upstream.baseURL, { HTTP_PROXY: address, HTTPS_PROXY: address })).chat({})).status, 200);
    await failure(await gateway('https://relay.example/v1', { HTTPS_PROXY: address, NO_PROXY: 'other.example, .example' }));
    await failure(await gateway('https://relay.example/v1', { HTTPS_PROXY: address }, { ...EDITOR, noProxy: ['relay.example'] }));
    assert.deepEqual(through.targets, []);
  });

  it('trusts no certificate that a proxy makes up, whatever the environment says', async () => {
    const stranger = opened(await startTlsFront(createAuthority('somebody').issue('relay.example'), upstream.port));
    const through = await proxy({ resolve: () => ({ port: stranger.port }) });
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const one = await gateway('https://relay.example/v1', { HTTPS_PROXY: `http://127.0.0.1:${through.port}` });
      assert.match(await failure(one), /certificate was not accepted/u);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
    assert.equal(through.targets.length > 0, true);
    assert.equal(stranger.received, 0);
  });

  it('trusts on the direct way whom the user trusts, and nobody else', async () => {
    const baseURL = `https://127.0.0.1:${front.port}/v1`;
    assert.equal((await (await gateway(baseURL, {})).chat({})).status, 200);
    const received = front.received;
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      for (const network of [EDITOR, { ...EDITOR, systemCertificates: false }]) assert.match(await failure(await gateway(baseURL, { NODE_EXTRA_CA_CERTS: '' }, network)), /certificate was not accepted/u);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
    assert.equal(front.received, received);
  });

  it('wants the certificate of that very host', async () => {
    const other = opened(await startTlsFront(authority.issue('other.example'), upstream.port));
    assert.match(await failure(await gateway(`https://127.0.0.1:${other.port}/v1`, {})), /certificate was not accepted/u);
    assert.equal(other.received, 0);
  });

  it('is not changed by a redirect: neither key nor prompt reaches another host', async () => {
    for (const [status, location] of [[301, `${upstream.baseURL}/chat/completions`], [302, '/v1/elsewhere'], [303, upstream.baseURL], [307, `${upstream.baseURL}/chat/completions`], [308, `${upstream.baseURL}/chat/completions`]] as const) {
      let asked = 0;
      const redirecting = createServer((req, res) => { asked += 1; req.resume(); res.writeHead(status, { location }).end(); });
      await new Promise<void>((resolve) => { redirecting.listen(0, '127.0.0.1', resolve); });
      opened({ close: () => new Promise<void>((resolve) => { redirecting.close(() => { resolve(); }); redirecting.closeAllConnections(); }) });
      const response = await (await gateway(`http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/v1`, {})).chat({});
      assert.equal(response.status, 502, String(status));
      assert.ok(asked > 0);
      assert.equal(response.headers.get('location'), null);
    }
    assert.equal(upstream.requests.length, 0);
  });

  it('is the same on the command line, by the environment alone', async () => {
    const home = await CliHome.create();
    try {
      const through = await proxy({ authorization: `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}` });
      const config = await home.put('relay.json', { upstream: { baseURL: 'https://relay.example/v1', apiKeyEnv: 'K' }, fallback: 'never' });
      const run = (env: Record<string, string>) => home.run(['chat', '--config', config, 'Say something'], { env: { K: KEY, HTTPS_PROXY: `http://me:${encodeURIComponent(PASSWORD)}@127.0.0.1:${through.port}`, OPENFUSION_LOG: 'debug', ...env } });
      const trusting = await run({ NODE_EXTRA_CA_CERTS: caFile });
      assert.equal(trusting.stdout, 'through the tunnel\n', trusting.stderr);
      const doubting = await run({});
      assert.equal(doubting.code, 1);
      assert.match(doubting.stderr, /certificate was not accepted/u);
      for (const { stdout, stderr } of [trusting, doubting]) assert.ok(!`${stdout}${stderr}`.includes('w0rd'));
      await home.run(['compat', '--url', 'https://relay.example/v1', '--key-env', 'K', '--timeout-ms', '5000'], { env: { K: KEY, HTTPS_PROXY: `http://me:${encodeURIComponent(PASSWORD)}@127.0.0.1:${through.port}`, NODE_EXTRA_CA_CERTS: caFile } });
      assert.ok(upstream.requests.length + upstream.refused.length > 3, 'the probes go the same way');
      assert.ok(through.targets.every((target) => target === 'relay.example:443') && !through.seen.includes(KEY));
    } finally {
      await home.remove();
    }
  }).timeout(60_000);
});
