import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/config/load.ts';
import { parseRedisUrl } from '../../../src/config/redis-url.ts';
import { createKeyring } from '../../../src/config/secrets.ts';

describe('the address of a Redis', () => {
  it('has host, port, user, password and database', () => {
    assert.deepEqual(parseRedisUrl('rediss://team:p%40ss@redis.example:6380/2'), { ok: true, address: { host: 'redis.example', port: 6_380, tls: true, username: 'team', password: 'p@ss', database: 2 } });
    assert.deepEqual(parseRedisUrl('redis://:secret@[::1]'), { ok: true, address: { host: '::1', port: 6_379, tls: false, username: '', password: 'secret', database: 0 } });
  });

  for (const [url, why] of [
    ['redis://:secret@redis.example', 'another machine without TLS'], ['redis://:secret@10.0.0.5', 'another machine without TLS'], ['redis://localhost', 'no password'], ['rediss://redis.example', 'no password'],
    ['rediss://user@redis.example', 'no password'], ['https://:secret@redis.example', 'no redis'], ['no address', 'no redis'], ['rediss://:secret@redis.example/db', 'behind the host'],
    ['rediss://:secret@redis.example?tls=no', 'behind the host'], ['rediss://:%zz@redis.example', 'not URL-encoded'],
  ] as const) {
    it(`is refused: ${url}`, () => {
      const parsed = parseRedisUrl(url);
      assert.ok(!parsed.ok && parsed.message.includes(why), JSON.stringify(parsed));
      assert.ok(!parsed.message.includes('secret'));
    });
  }

  const keyring = (env: Record<string, string | undefined>) => {
    const parsed = parseConfig({ trace: { store: 'redis', redis: { url: '${env:REDIS_URL}' } } }, 'test.json');
    assert.ok(parsed.ok);
    return createKeyring(parsed.config, { env, secrets: {} }, 'test.json');
  };

  it('comes from where the configuration says, and is an issue of the configuration when it cannot be used', () => {
    const found = keyring({ REDIS_URL: 'rediss://:a-long-password@redis.example' }).redisAddress();
    assert.ok(found.ok && found.address?.host === 'redis.example');
    for (const env of [{}, { REDIS_URL: 'redis://:a-long-password@redis.example' }]) {
      const refused = keyring(env).redisAddress();
      assert.ok(!refused.ok);
      assert.deepEqual([refused.issue.source, refused.issue.path], ['test.json', 'trace.redis.url']);
      assert.ok(!JSON.stringify(refused.issue).includes('a-long-password'));
    }
  });

  it('is a secret, and its password alone is one too', () => {
    const url = 'rediss://:a-long%21password@redis.example';
    const values = keyring({ REDIS_URL: url }).values();
    assert.ok(values.includes(url) && values.includes('a-long!password'));
  });

  it('is nobody’s when the store is another', () => {
    const parsed = parseConfig({}, 'test.json');
    assert.ok(parsed.ok);
    assert.deepEqual(createKeyring(parsed.config, { env: {}, secrets: {} }).redisAddress(), { ok: true, address: null });
  });
});
