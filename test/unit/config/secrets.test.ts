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

describe('stored keys', () => {
  const config = configOf({
    upstream: { baseURL: 'https://old.example/v1', apiKeyEnv: 'A' },
    upstreams: { moved: { baseURL: 'https://new.example/v1', apiKeyEnv: 'A', headers: { 'x-team': '${secret:TEAM}', 'x-env': '${env:TEAM}', 'x-plain': 'words' } } },
  });
  const keyring = createKeyring(config, { env: { A: 'from-env', TEAM: 'env-team' }, secrets: { A: 'aaa', TEAM: 'ttt' }, origins: { A: ['https://old.example'], TEAM: ['https://old.example'] } });

  it('go to the addresses that they were given for, and to no other: not as the key, not in a header, nor the environment\'s in their stead', () => {
    assert.deepEqual(keyring.keyFor('default'), { state: 'present', key: 'aaa' });
    assert.deepEqual(keyring.keyFor('moved'), { state: 'other_origin', name: 'A', origins: ['https://old.example'] });
    assert.deepEqual(keyring.headersFor('moved'), { headers: { 'x-env': 'env-team', 'x-plain': 'words' }, missing: ['TEAM'] });
    assert.deepEqual([...keyring.keylessUpstreams()], ['moved']);
  });

  it('are told where they do not go', () => {
    assert.deepEqual(keyring.movedSecrets('default'), []);
    assert.deepEqual(keyring.movedSecrets('moved').map(({ name }) => name), ['A', 'TEAM']);
    assert.match(dryRunState(configOf({ upstream: { baseURL: 'https://new.example/v1', apiKeyEnv: 'A' } }), { env: {}, secrets: { A: 'aaa' }, origins: { A: ['https://old.example'] } }, false).reason, /A was given for https:\/\/old\.example and not for new\.example/);
  });

  it('are bound to scheme and port too', () => {
    for (const baseURL of ['http://localhost:1/v1', 'https://localhost:2/v1', 'https://localhost.example:1/v1']) {
      const at = createKeyring(configOf({ upstream: { baseURL, apiKeyEnv: 'A' } }), { env: {}, secrets: { A: 'aaa' }, origins: { A: ['https://localhost:1'] } });
      assert.equal(at.keyFor('default').state, 'other_origin', baseURL);
    }
  });

  it('that were given for no address go where the configuration says', () => {
    assert.equal(createKeyring(config, { env: {}, secrets: { A: 'aaa' }, origins: { A: [] } }).keyFor('moved').state, 'present');
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
