import assert from 'node:assert/strict';
import { baseUrlOf, originOf } from '../../../src/editor/base-url.ts';

describe('the base URL', () => {
  it('ends in /v1', () => assert.equal(baseUrlOf({ host: '127.0.0.1', port: 8787 }), 'http://127.0.0.1:8787/v1'));
  it('reaches a gateway on every address by loopback', () => assert.equal(originOf({ host: '0.0.0.0', port: 1 }), 'http://127.0.0.1:1'));
  it('puts brackets around an IPv6 address', () => assert.equal(originOf({ host: '::1', port: 1 }), 'http://[::1]:1'));
});
