import assert from 'node:assert/strict';
import { TOKEN_NAME, withOwnToken } from '../../../src/editor/gateway-token.ts';
import type { SettingsConfig } from '../../../src/editor/settings.ts';
import { StoredKeys } from '../../../src/editor/stored-keys.ts';
import { createKeyring } from '../../../src/config/secrets.ts';
import { parseConfig } from '../../../src/config/load.ts';

const settings = (given: Partial<SettingsConfig> = {}): SettingsConfig => ({ config: {}, configFile: null, forceDryRun: false, requireToken: true, ...given });
const counting = () => { let made = 0; return (bytes: number) => Buffer.alloc(bytes, ++made); };

function storage() {
  const secrets = new Map<string, string>(), memory = new Map<string, unknown>();
  const keys = new StoredKeys(
    { get: (name) => Promise.resolve(secrets.get(name)), store: (name, value) => Promise.resolve(void secrets.set(name, value)), delete: (name) => Promise.resolve(void secrets.delete(name)) },
    { get: (key) => memory.get(key), update: (key, value) => Promise.resolve(void memory.set(key, value)) },
  );
  return { keys, secrets, memory };
}

describe('the token of our making', () => {
  it('is made once, kept in the secret storage alone, and referred to by name', async () => {
    const { keys, secrets, memory } = storage();
    const random = counting();
    for (let window = 0; window < 2; window++) assert.deepEqual((await withOwnToken(settings({ config: { server: { port: 1 } } }), keys, random)).config, { server: { port: 1, token: '${secret:OPENFUSION_TOKEN}' } });
    assert.equal((await keys.get(TOKEN_NAME))?.value, '01'.repeat(32));
    assert.deepEqual([...secrets.keys()], ['openfusion.key.OPENFUSION_TOKEN']);
    assert.ok(!JSON.stringify([...memory]).includes('0101'));
  });

  it('is not made unless the user wants one, nor where the user has one', async () => {
    const { keys, secrets } = storage();
    assert.deepEqual((await withOwnToken(settings({ requireToken: false }), keys, counting())).config, {});
    assert.deepEqual((await withOwnToken(settings({ config: { server: { token: '${env:MINE}' } } }), keys, counting())).config, { server: { token: '${env:MINE}' } });
    assert.equal(secrets.size, 0);
  });

  it('is good enough beyond loopback, and goes to no upstream as a key', async () => {
    const { keys } = storage();
    const { config } = await withOwnToken(settings({ config: { server: { host: '0.0.0.0' }, upstream: { baseURL: 'https://relay.example/v1', apiKeyEnv: TOKEN_NAME } } }), keys, (bytes) => Buffer.from(Array.from({ length: bytes }, (_, at) => at * 7)));
    const parsed = parseConfig(config, 'test');
    assert.ok(parsed.ok);
    const { secrets, secretOrigins } = await keys.all();
    const keyring = createKeyring(parsed.config, { env: {}, secrets, origins: secretOrigins });
    assert.deepEqual(keyring.serverToken(), { ok: true, token: secrets[TOKEN_NAME] });
    assert.equal(keyring.keyFor('default').state, 'other_origin');
  });
});
