import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/config/load.ts';
import { createKeyring, dryRunState, insecureTls } from '../../../src/config/secrets.ts';
import type { Config } from '../../../src/config/schema.ts';

function configOf(value: unknown): Config {
  const parsed = parseConfig(value, 'test.json');
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.config;
}

describe('keys', () => {
  const config = configOf({ upstreams: { lab: { baseURL: 'http://localhost:1/v1' } } });

  it('come from the environment or the secret storage, which wins', () => {
    assert.deepEqual(createKeyring(config, { env: { OPENROUTER_API_KEY: 'from-env\n' }, secrets: {} }).keyFor('default'), { state: 'present', key: 'from-env' });
    assert.deepEqual(createKeyring(config, { env: { OPENROUTER_API_KEY: 'from-env' }, secrets: { OPENROUTER_API_KEY: 'stored' } }).keyFor('default'), { state: 'present', key: 'stored' });
  });

  it('are missing when unset or empty, and say by which name', () => {
    for (const env of [{}, { OPENROUTER_API_KEY: '' }, { OPENROUTER_API_KEY: '  ' }]) {
      const keyring = createKeyring(config, { env, secrets: {} });
      assert.deepEqual(keyring.keyFor('default'), { state: 'missing', name: 'OPENROUTER_API_KEY' });
      assert.deepEqual([...keyring.keylessUpstreams()], ['default']);
    }
  });

  it('are not needed where none is named', () => {
    assert.deepEqual(createKeyring(config, { env: {}, secrets: {} }).keyFor('lab'), { state: 'not_needed' });
  });

  it('are listed for the redactor, each once, with tokens, headers and all that is stored', () => {
    const all = configOf({
      upstream: { apiKeyEnv: 'A', headers: { authorization: 'Bearer ${env:B}', 'x-plain': 'words' } },
      upstreams: { two: { baseURL: 'https://two.example/v1', apiKeyEnv: 'A' } },
      server: { token: '${secret:C}' },
    });
    const values = createKeyring(all, { env: { A: 'aaa', B: 'bbb', OTHER: 'not ours' }, secrets: { C: 'ccc', D: 'ddd' } }).values();
    assert.deepEqual(values.sort(), ['aaa', 'bbb', 'ccc', 'ddd']);
  });
});

describe('headers', () => {
  const config = configOf({ upstream: { headers: { Authorization: 'Bearer ${env:T}', 'X-Title': 'mine', 'x-key': '${secret:S}' } } });

  it('get their references put in', () => {
    const { headers, missing } = createKeyring(config, { env: { T: 'tok' }, secrets: { S: 'sec' } }).headersFor('default');
    assert.deepEqual({ headers, missing }, { headers: { authorization: 'Bearer tok', 'x-title': 'mine', 'x-key': 'sec' }, missing: [] });
  });

  it('whose secret is missing are left out and named', () => {
    const { headers, missing } = createKeyring(config, { env: { S: 'a secret: reference reads no environment' }, secrets: { T: 'nor the other way round' } }).headersFor('default');
    assert.deepEqual({ headers, missing }, { headers: { 'x-title': 'mine' }, missing: ['T', 'S'] });
  });
});

describe('the server token', () => {
  const tokenOf = (host: string, value: string | undefined) =>
    createKeyring(configOf({ server: { host, token: '${env:T}' } }), { env: { T: value }, secrets: {} }, 'test.json').serverToken();

  it('is refused when it is named but missing, so that no server runs unguarded', () => {
    const result = tokenOf('127.0.0.1', undefined);
    assert.ok(!result.ok);
    assert.match(result.issue.message, /T, which is not set/);
  });

  it('may be short on loopback and must hold 128 bits beyond it', () => {
    assert.deepEqual(tokenOf('127.0.0.1', 'short'), { ok: true, token: 'short' });
    for (const weak of ['short', '0123456789abcdef', '1234567890123456789012345678', 'a'.repeat(64)]) assert.equal(tokenOf('0.0.0.0', weak).ok, false, weak);
    for (const strong of ['0123456789abcdef0123456789abcdef', 'kq3vN0c2S_1bXw-9ZrTgUe']) assert.equal(tokenOf('0.0.0.0', strong).ok, true, strong);
  });

  it('is absent unless configured', () => {
    assert.deepEqual(createKeyring(configOf({}), { env: {}, secrets: {} }).serverToken(), { ok: true, token: null });
  });
});

describe('dry-run', () => {
  const env = { OPENROUTER_API_KEY: 'key' };

  it('lasts until the key that the default upstream names is there', () => {
    const state = dryRunState(configOf({}), { env: {}, secrets: {} }, false);
    assert.equal(state.dryRun, true);
    assert.match(state.reason, /OPENROUTER_API_KEY is not set/);
    assert.equal(dryRunState(configOf({}), { env, secrets: {} }, false).dryRun, false);
    assert.equal(dryRunState(configOf({}), { env: {}, secrets: env }, false).dryRun, false);
  });

  it('is not ended by another upstream’s key', () => {
    assert.equal(dryRunState(configOf({ upstream: { apiKeyEnv: 'MINE' } }), { env, secrets: {} }, false).dryRun, true);
  });

  it('is not for an upstream that needs no key', () => {
    const state = dryRunState(configOf({ upstream: { baseURL: 'http://localhost:11434/v1' } }), { env: {}, secrets: {} }, false);
    assert.equal(state.dryRun, false);
    assert.match(state.reason, /localhost:11434, called without a key/);
  });

  it('can be forced', () => {
    assert.equal(dryRunState(configOf({}), { env, secrets: {} }, true).dryRun, true);
  });

  it('never tells the key', () => {
    assert.ok(!dryRunState(configOf({}), { env: { OPENROUTER_API_KEY: 'sk-very-secret' }, secrets: {} }, false).reason.includes('sk-very-secret'));
  });
});

describe('TLS', () => {
  it('checks cannot be switched off by the environment', () => {
    assert.match(insecureTls({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }) ?? '', /NODE_EXTRA_CA_CERTS/);
    assert.equal(insecureTls({ NODE_TLS_REJECT_UNAUTHORIZED: '1' }), null);
    assert.equal(insecureTls({}), null);
  });
});
