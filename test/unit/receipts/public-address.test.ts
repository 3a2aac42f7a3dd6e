import assert from 'node:assert/strict';
import { createPublicAddress, isPublicHost } from '../../../src/receipts/public-address.ts';

describe('an address for everybody', () => {
  it('is one that everybody can reach', () => {
    for (const host of ['openrouter.ai', 'api.example.com', '8.8.8.8', '[2606:4700::1111]', '172.15.0.1', '100.128.0.1']) assert.equal(isPublicHost(host), true, host);
    for (const host of ['localhost', '127.0.0.1', '[::1]', '10.1.2.3', '172.20.0.1', '192.168.1.5', '100.64.0.1', '169.254.1.1', '[fd00::1]', '[fe80::1]', 'gpu-box', 'gpu.corp.internal', 'nas.local', 'x.ts.net', 'gpu.local.']) assert.equal(isPublicHost(host), false, host);
  });

  it('takes the place of a private one, in the report’s address and in what was said', () => {
    const lan = createPublicAddress('http://gpu.corp.internal:8000/v1');
    assert.equal(lan.url('http://gpu.corp.internal:8000/v1'), 'private-host');
    assert.equal(lan.text('no connection: connect ECONNREFUSED 10.1.2.3:8000; getaddrinfo ENOTFOUND gpu.corp.internal'), 'no connection: connect ECONNREFUSED private-host; getaddrinfo ENOTFOUND private-host');
    const own = createPublicAddress('http://127.0.0.1:8787/v1');
    assert.deepEqual([own.url('http://127.0.0.1:8787/v1'), own.text('connect ECONNREFUSED 127.0.0.1:8787')], ['loopback', 'connect ECONNREFUSED loopback']);
  });

  it('stays when it is public, but for private addresses behind it', () => {
    const relay = createPublicAddress('https://relay.example.com/v1');
    assert.equal(relay.url('https://relay.example.com/v1'), 'https://relay.example.com/v1');
    assert.equal(relay.text('connect ECONNREFUSED 10.1.2.3:443 and 8.8.8.8, version 1.2.3.4.5'), 'connect ECONNREFUSED private-host and 8.8.8.8, version 1.2.3.4.5');
  });

  it('is left alone when nobody asked', () => {
    const plain = createPublicAddress(null);
    assert.deepEqual([plain.url('http://10.0.0.1/v1'), plain.text('10.0.0.1')], ['http://10.0.0.1/v1', '10.0.0.1']);
  });
});
