import assert from 'node:assert/strict';
import { trustedAuthorities } from '../../../src/upstream/certificates.ts';

describe('trusted authorities', () => {
  const log = (): void => undefined;

  it('are Node\'s own and the system\'s, each once', () => {
    const stores: Record<string, string[]> = { default: ['a', 'b'], system: ['b', 'c'] };
    assert.deepEqual(trustedAuthorities({ env: {}, log, storeOf: (store) => stores[store] }), ['a', 'b', 'c']);
  });

  it('are never fewer than Node\'s own, on a host that knows no stores', () => {
    assert.ok(trustedAuthorities({ env: {}, log, storeOf: () => undefined }).length > 100);
  });

  it('say which file of NODE_EXTRA_CA_CERTS is not there, and go on', () => {
    const said: string[] = [];
    assert.deepEqual(trustedAuthorities({ env: { NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' }, log: (_level, message) => said.push(message), storeOf: () => ['a'] }), ['a']);
    assert.match(said.join(), /NODE_EXTRA_CA_CERTS: \/nowhere\/ca\.pem cannot be read \(ENOENT\)/u);
  });
});
