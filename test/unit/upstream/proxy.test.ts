import assert from 'node:assert/strict';
import type { NetworkSettings } from '../../../src/config/network-settings.ts';
import { proxyRoute, proxySecrets } from '../../../src/upstream/proxy.ts';

const SETTINGS: NetworkSettings = { proxy: '', noProxy: [], proxyAuthorization: '', useProxy: true, systemCertificates: true, wantsUncheckedCertificates: false };
const route = (url: string, env: Record<string, string>, settings: Partial<NetworkSettings> | null = null): string => {
  const found = proxyRoute(new URL(url), env, settings === null ? null : { ...SETTINGS, ...settings });
  return found.kind === 'proxy' ? `${found.protocol}//${found.host}:${found.port} ${found.authorization ?? ''}`.trim() : found.kind === 'direct' ? 'direct' : found.message;
};

describe('the route to an upstream', () => {
  it('is direct where no proxy is named', () => {
    assert.equal(route('https://relay.example/v1', {}), 'direct');
    assert.equal(route('https://relay.example/v1', { HTTPS_PROXY: '', HTTP_PROXY: 'http://p:1' }), 'direct');
  });

  it('goes by the scheme of the upstream\'s address, small letters first', () => {
    const env = { HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:2', HTTP_PROXY: 'http://plain' };
    assert.equal(route('https://relay.example', env), 'http://lower:2');
    assert.equal(route('http://relay.example', env), 'http://plain:80');
  });

  it('understands proxies with and without a scheme, a port and credentials', () => {
    assert.equal(route('https://r.example', { HTTPS_PROXY: 'proxy.corp:3128' }), 'http://proxy.corp:3128');
    assert.equal(route('https://r.example', { HTTPS_PROXY: 'https://proxy.corp' }), 'https://proxy.corp:443');
    assert.equal(route('https://r.example', { HTTPS_PROXY: 'http://me:p%40ss@proxy:1' }), `http://proxy:1 Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  it('is never around a proxy that cannot be used', () => {
    assert.match(route('https://r.example', { HTTPS_PROXY: 'socks5://p:1' }), /HTTPS_PROXY names a socks5 proxy/u);
    assert.match(route('https://r.example', { HTTPS_PROXY: 'http://' }), /HTTPS_PROXY is no address/u);
  });

  it('is direct to loopback, whatever the environment says', () => {
    for (const host of ['127.0.0.1:1', 'localhost:11434', '[::1]:1']) assert.equal(route(`http://${host}/v1`, { HTTP_PROXY: 'http://p:1' }), 'direct', host);
  });

  const exempt = (noProxy: string, url = 'https://api.relay.example:8443/v1'): boolean => route(url, { HTTPS_PROXY: 'http://p:1', NO_PROXY: noProxy }) === 'direct';

  it('is direct to names of NO_PROXY and all that lies below them', () => {
    for (const entry of ['*', 'api.relay.example', 'relay.example', '.relay.example', '*.relay.example', 'API.Relay.Example', 'other, relay.example', 'other relay.example', 'relay.example:8443']) assert.ok(exempt(entry), entry);
    for (const entry of ['', 'lay.example', 'xrelay.example', 'relay.example:443', 'pi.relay.example', '.', '*.']) assert.ok(!exempt(entry), entry);
  });

  it('is direct to addresses and blocks of addresses', () => {
    for (const entry of ['10.1.2.3', '10.0.0.0/8', '10.1.2.3:443', '10.1.2.3/32']) assert.ok(exempt(entry, 'https://10.1.2.3/v1'), entry);
    for (const entry of ['10.1.2.4', '11.0.0.0/8', '10.0.0.0/33', '10.0.0.0/x', '2.3', '.3']) assert.ok(!exempt(entry, 'https://10.1.2.3/v1'), entry);
    assert.ok(exempt('fd00::/8', 'https://[fd12::1]/v1'));
    assert.ok(!exempt('10.0.0.0/8', 'https://[fd12::1]/v1'));
  });

  it('follows the editor: its proxy first, its exceptions beside the environment\'s, and none at all when it says so', () => {
    const env = { HTTPS_PROXY: 'http://env:1', NO_PROXY: 'a.example' };
    assert.equal(route('https://r.example', env, { proxy: 'http://mine:2' }), 'http://mine:2');
    assert.equal(route('https://r.example', env, {}), 'http://env:1');
    assert.equal(route('https://b.example', env, { noProxy: ['b.example'] }), 'direct');
    assert.equal(route('https://a.example', env, { proxy: 'http://mine:2' }), 'direct');
    assert.equal(route('https://r.example', env, { proxy: 'http://mine:2', useProxy: false }), 'direct');
    assert.equal(route('https://r.example', env, { proxy: 'http://me:x@mine:2', proxyAuthorization: 'Bearer token' }), 'http://mine:2 Bearer token');
    assert.match(route('https://r.example', env, { proxy: 'socks5://p' }), /the setting http\.proxy names/u);
  });
});

describe('the secrets of proxies', () => {
  it('are passwords, the pairs that are sent and the header of the editor, in no other place', () => {
    const secrets = proxySecrets({ HTTPS_PROXY: 'http://me:p%40ss-word@p:1', http_proxy: 'p:2' }, { ...SETTINGS, proxyAuthorization: 'Basic c2VjcmV0' });
    assert.deepEqual(secrets, ['p@ss-word', 'p%40ss-word', 'me:p@ss-word', 'Basic c2VjcmV0', 'c2VjcmV0']);
    assert.deepEqual(proxySecrets({ HTTPS_PROXY: 'http://p:1' }, null), []);
  });
});
