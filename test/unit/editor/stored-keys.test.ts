import assert from 'node:assert/strict';
import { keyNameOf, originOfUrl, StoredKeys } from '../../../src/editor/stored-keys.ts';

function memory() {
  const secrets = new Map<string, string>();
  const names = new Map<string, unknown>();
  const keys = new StoredKeys(
    {
      get: (name) => Promise.resolve(secrets.get(name)),
      store: (name, value) => Promise.resolve(void secrets.set(name, value)),
      delete: (name) => Promise.resolve(void secrets.delete(name)),
    },
    { get: (name) => names.get(name), update: (name, value) => Promise.resolve(void names.set(name, value)) },
  );
  return { keys, secrets, names };
}

describe('stored keys', () => {
  it('stand in the secret storage under their name, and nowhere else', async () => {
    const { keys, secrets, names } = memory();
    await keys.set('RELAY_KEY', 'sk-secret', 'https://relay.example/v1');
    assert.deepEqual([...secrets.keys()], ['openfusion.key.RELAY_KEY']);
    assert.doesNotMatch(JSON.stringify([...names]), /sk-secret/u);
    assert.deepEqual(keys.storedNames(), ['RELAY_KEY']);
  });

  it('are bound to the origin that they were given for', async () => {
    const { keys } = memory();
    await keys.set('RELAY_KEY', 'sk-secret', 'https://relay.example/v1');
    assert.deepEqual(await keys.all(), { secrets: { RELAY_KEY: 'sk-secret' }, secretOrigins: { RELAY_KEY: ['https://relay.example'] } });
  });

  it('may be allowed at a further origin', async () => {
    const { keys } = memory();
    await keys.set('KEY', 'same', 'https://a.example/v1');
    await keys.set('KEY', 'same', 'https://b.example/v1');
    assert.deepEqual((await keys.get('KEY'))?.origins, ['https://a.example', 'https://b.example']);
  });

  it('forget the old origins when another key takes the name', async () => {
    const { keys } = memory();
    await keys.set('KEY', 'old', 'https://a.example/v1');
    await keys.set('KEY', 'new', 'https://b.example/v1');
    assert.deepEqual(await keys.get('KEY'), { value: 'new', origins: ['https://b.example'] });
  });

  it('are gone once cleared', async () => {
    const { keys, secrets } = memory();
    await keys.set('KEY', 'value', 'https://a.example/v1');
    await keys.clear('KEY');
    assert.equal(secrets.size, 0);
    assert.deepEqual([await keys.get('KEY'), keys.storedNames()], [null, []]);
  });

  it('are found under names that another window stored', async () => {
    const { keys, secrets } = memory();
    secrets.set('openfusion.key.OTHER', JSON.stringify({ value: 'v', origins: [] }));
    assert.deepEqual((await keys.all(['OTHER', 'NONE'])).secrets, { OTHER: 'v' });
  });

  it('are told from entries of others', () => {
    assert.equal(keyNameOf('openfusion.key.A'), 'A');
    assert.equal(keyNameOf('somebody.else'), null);
  });

  it('take an address without a path as their origin', () => {
    assert.equal(originOfUrl('https://a.example:8443/v1/x'), 'https://a.example:8443');
    assert.equal(originOfUrl('no address'), 'no address');
  });
});
