import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/config/load.ts';
import { usableSecrets } from '../../../src/gateway/stored-secrets.ts';

function upstreamsOf(value: unknown) {
  const parsed = parseConfig(value, 'test');
  assert.ok(parsed.ok);
  return parsed.config.upstreams;
}

describe('stored secrets', () => {
  const upstreams = upstreamsOf({ upstream: { baseURL: 'https://relay.example/v1', apiKeyEnv: 'KEY' } });

  it('are used at the origin that they were given for', () => {
    assert.deepEqual(usableSecrets(upstreams, { secrets: { KEY: 'k' }, secretOrigins: { KEY: ['https://relay.example'] } }), { secrets: { KEY: 'k' }, heldBack: [] });
  });

  it('are held back when the configuration points elsewhere', () => {
    assert.deepEqual(usableSecrets(upstreams, { secrets: { KEY: 'k', OTHER: 'o' }, secretOrigins: { KEY: ['https://a.example'] } }), { secrets: { OTHER: 'o' }, heldBack: ['default'] });
  });

  it('pass when they were given for no upstream', () => {
    assert.deepEqual(usableSecrets(upstreams, { secrets: { TOKEN: 't', KEY: 'k' }, secretOrigins: {} }), { secrets: { TOKEN: 't', KEY: 'k' }, heldBack: [] });
  });
});
