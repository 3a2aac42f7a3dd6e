import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { StoreConfig } from '../../src/store/create-store.ts';
import { connectRedis } from '../../src/store/redis/connection.ts';
import { createAuthority } from '../support/certificates.ts';
import { startFakeRedis, type FakeRedis } from '../support/fake-redis.ts';
import { freePort } from '../support/free-port.ts';
import { openStore, type TestStore } from '../support/store.ts';

const PASSWORD = 'correct-horse-battery';
const DAY = new Date().toISOString().slice(0, 10);
const hasRealRedis = spawnSync('redis-server', ['--version']).status === 0;

interface Server {
  port: number;
  /** All that it holds, as text. */
  dump(): Promise<string>;
  close(): Promise<void>;
}

const stores: TestStore[] = [];
afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));

function storeAt(port: number, over: Partial<StoreConfig> = {}): TestStore {
  const store = openStore('/nowhere', { store: 'redis', redis: { address: { host: '127.0.0.1', port, tls: false, username: '', password: PASSWORD, database: 0 }, prefix: 'openfusion' }, ...over });
  stores.push(store);
  return store;
}

/** Waits for what another machine wrote, or for a connection; a failing test ends by its time limit. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await sleep(10);
}
const isConnected = (store: TestStore) => until(() => store.status.kind === 'redis');
const pinned = (candidateId: string) => ({ candidateId, roles: {}, updatedAtMs: Date.now() });

async function startFake(): Promise<Server> {
  const fake = await startFakeRedis({ password: PASSWORD });
  return { port: fake.port, close: fake.close, dump: () => Promise.resolve(JSON.stringify([...fake.strings])) };
}

async function startReal(): Promise<Server> {
  const port = await freePort();
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--requirepass', PASSWORD, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.on('close', () => { resolve(); }));
  await until(() => new Promise((resolve) => { const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); }).on('error', () => { resolve(false); }); }));
  const cli = (...args: string[]) => spawnSync('redis-cli', ['-p', String(port), ...args], { encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: PASSWORD } }).stdout;
  return {
    port,
    dump: () => Promise.resolve(cli('KEYS', '*').trim().split('\n').map((key) => `${key} ${cli('TYPE', key).startsWith('string') ? cli('GET', key) : ''}`).join('\n')),
    close: async () => { child.kill(); await ended; },
  };
}

for (const [name, start, isThere] of [['a played one', startFake, true], ['a real one', startReal, hasRealRedis]] as const) {
  describe(`a team's store on Redis: ${name}`, () => {
    let server: Server;
    before(async function () {
      // Debian's package redis-server has one; nothing else here needs it.
      if (!isThere) return this.skip();
      server = await start();
    });
    after(() => isThere && server.close());

    it('is shared: traces, pins, spending and telemetry of one machine are there on another', async () => {
      const one = storeAt(server.port);
      one.add({ id: 'a' });
      one.nowMs += 1;
      one.add({ id: 'b', startedAtMs: one.nowMs });
      one.sessions.set('conversation', pinned('coder'));
      one.spend.addUsd(DAY, 1.5);
      one.telemetry.set('default/coder', { latencyMs: 5 });
      await isConnected(one);
      await one.flush();
      const two = storeAt(server.port);
      await isConnected(two);
      assert.deepEqual(await two.ids(), ['b', 'a']);
      assert.equal((await two.traces.get('a'))?.served?.model, 'vendor/coder');
      assert.equal(await two.traces.get('nobody'), undefined);
      assert.deepEqual((await two.traces.list({ beforeMs: one.nowMs })).map(({ id }) => id), ['a']);
      assert.deepEqual([two.sessions.get('conversation')?.candidateId, two.spend.getUsd(DAY), two.telemetry.get('default/coder')], ['coder', 1.5, { latencyMs: 5 }]);
      two.spend.addUsd(DAY, 2);
      two.sessions.set('conversation', { ...pinned('writer'), updatedAtMs: Date.now() + 1 });
      await two.flush();
      await until(() => one.spend.getUsd(DAY) === 3.5 && one.sessions.get('conversation')?.candidateId === 'writer');
    });

    it('shares what was learned, and forgets it when it is told to', async () => {
      const one = storeAt(server.port);
      await isConnected(one);
      one.learned.save([['code/vendor/coder', { wins: 3 }], ['evil\r\nFLUSHALL', { wins: 0 }]]);
      await one.flush();
      const two = storeAt(server.port);
      await isConnected(two);
      assert.deepEqual(two.learned.load(), new Map([['code/vendor/coder', { wins: 3 }], ['evil\r\nFLUSHALL', { wins: 0 }]]));
      two.learned.save([['code/vendor/coder', { wins: 4 }]]);
      await two.flush();
      await until(() => JSON.stringify(one.learned.load().get('code/vendor/coder')) === '{"wins":4}');
      assert.match(await server.dump(), /:learned:/);
      await one.learned.clear();
      await one.flush();
      assert.equal(one.learned.load().size, 0);
      assert.doesNotMatch(await server.dump(), /:learned:/);
      const three = storeAt(server.port);
      await isConnected(three);
      assert.equal(three.learned.load().size, 0);
    });

    it('deletes for good, one or all', async () => {
      const store = storeAt(server.port, { keepPrompts: 'full' });
      await isConnected(store);
      for (const id of ['x', 'y', 'z']) store.add({ id, answer: `PINEAPPLE ${id}` });
      await store.flush();
      assert.match(await server.dump(), /PINEAPPLE x/);
      assert.deepEqual([await store.traces.delete('x'), await store.traces.delete('x')], [true, false]);
      assert.doesNotMatch(await server.dump(), /PINEAPPLE x/);
      assert.ok((await store.traces.clear()).includes('y'));
      assert.deepEqual(await store.ids(), []);
      assert.doesNotMatch(await server.dump(), /PINEAPPLE/);
    });

    it('keeps no words unless it is told to, and no name from outside in a key', async () => {
      const store = storeAt(server.port);
      await isConnected(store);
      store.add({ id: 'a', answer: 'RASPBERRY' });
      store.sessions.set('evil:key\r\nFLUSHALL', pinned('coder'));
      await store.flush();
      const dump = await server.dump();
      assert.doesNotMatch(dump, /RASPBERRY|flaky/);
      assert.ok(dump.includes(`openfusion:1:pin:${createHash('sha256').update('evil:key\r\nFLUSHALL').digest('hex').slice(0, 32)}`));
      const other = storeAt(server.port);
      await isConnected(other);
      assert.equal(other.sessions.get('evil:key\r\nFLUSHALL')?.candidateId, 'coder');
      await store.traces.clear();
    });

    it('keeps at most so many traces', async () => {
      const store = storeAt(server.port, { maxTraces: 5 });
      await isConnected(store);
      for (let n = 0; n < 12; n++) store.add({ id: `t${n}`, startedAtMs: store.nowMs - 100 + n });
      await store.flush();
      const other = storeAt(server.port);
      await isConnected(other);
      await until(async () => (await other.ids()).length === 5);
      assert.deepEqual(await other.ids(), ['t11', 't10', 't9', 't8', 't7']);
      await other.traces.clear();
    });

    it('lets nobody in without the password, and says so', async () => {
      const store = storeAt(server.port, { redis: { address: { host: '127.0.0.1', port: server.port, tls: false, username: '', password: 'wrong-password', database: 0 }, prefix: 'openfusion' } });
      await until(() => store.status.note !== null);
      assert.equal(store.status.kind, 'memory');
      assert.match(store.status.note ?? '', /Redis refused: WRONGPASS/);
      assert.ok(!store.status.note?.includes('wrong-password'));
    });
  });
}

describe('a gateway’s store when its Redis', () => {
  let redis: FakeRedis;
  beforeEach(async () => { redis = await startFakeRedis({ password: PASSWORD }); });
  afterEach(() => redis.close());

  const works = async (store: TestStore) => {
    store.add({ id: `w${Math.random()}` });
    store.sessions.set('s', pinned('coder'));
    store.spend.addUsd(DAY, 1);
    assert.equal(store.sessions.get('s')?.candidateId, 'coder');
    assert.ok((await store.ids()).length > 0);
  };

  it('is not there, works from memory, and writes everything when it comes', async () => {
    const { port } = redis;
    await redis.close();
    const store = storeAt(port);
    await works(store);
    await until(() => store.status.note !== null);
    assert.match(store.status.note ?? '', /cannot be used just now \(.*ECONNREFUSED.*\); everything is kept in memory/);
    redis = await startFakeRedis({ port, password: PASSWORD });
    await isConnected(store);
    await store.flush();
    assert.equal(redis.strings.get(`openfusion:1:spend:${createHash('sha256').update(DAY).digest('hex').slice(0, 32)}`), '1');
    assert.equal(redis.sorted.get('openfusion:1:traces')?.size, 1);
  });

  it('goes away, works from memory, and writes everything when it is back', async () => {
    const store = storeAt(redis.port);
    await isConnected(store);
    const { port } = redis;
    await redis.close();
    await works(store);
    await until(() => store.status.kind === 'memory');
    await works(store);
    redis = await startFakeRedis({ port, password: PASSWORD });
    await isConnected(store);
    await store.flush();
    assert.equal(redis.sorted.get('openfusion:1:traces')?.size, 2);
    assert.equal(store.spend.getUsd(DAY), 2);
  });

  it('lets everybody in, does not use it: what it holds may be anybody’s', async () => {
    redis.password = '';
    const store = storeAt(redis.port);
    await works(store);
    await until(() => store.status.note !== null);
    assert.match(store.status.note ?? '', /Redis refused: .*without any password/);
    assert.deepEqual([...new Set(redis.asked.map(([name]) => name))], ['AUTH', 'PING']);
  });

  it('does not answer, does not wait for it', async () => {
    redis.lie = 'stall';
    const store = storeAt(redis.port);
    await works(store);
    await until(() => store.status.note !== null);
    assert.match(store.status.note ?? '', /no answer within/);
  });

  for (const lie of ['HTTP/1.1 400 Bad Request\r\n\r\n', '$999999999\r\n', '*1\r\n'.repeat(40), ':1\r\n:2\r\n:3\r\n', '-ERR out of memory\r\n']) {
    it(`answers ${JSON.stringify(lie.slice(0, 20))}, goes on from memory and takes nothing of it`, async () => {
      const store = storeAt(redis.port);
      await isConnected(store);
      redis.lie = lie;
      await works(store);
      await until(() => store.status.kind === 'memory');
      await works(store);
      redis.lie = null;
      await isConnected(store);
      await store.flush();
      assert.equal(store.spend.getUsd(DAY), 2);
    });
  }

  it('holds values that are not what they should be, takes none of them', async () => {
    const store = storeAt(redis.port);
    await isConnected(store);
    store.add({ id: 'good' });
    store.sessions.set('good', pinned('coder'));
    store.spend.addUsd(DAY, 5);
    await store.flush();
    const hash = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 32);
    const plant = (kind: string, name: string, value: string) => {
      redis.strings.set(`openfusion:1:${kind}:${hash(name)}`, value);
      redis.sorted.get(kind === 'line' ? 'openfusion:1:traces' : 'openfusion:1:pins')?.set(hash(name), Date.now());
    };
    plant('pin', 'no json', '{');
    plant('pin', 'wrong shape', JSON.stringify(['wrong shape', '{"candidateId":7}']));
    plant('pin', 'under another key', JSON.stringify(['victim', JSON.stringify(pinned('attacker'))]));
    plant('line', 'no summary', JSON.stringify(['no summary', '{"id":"no summary"}']));
    redis.sorted.get('openfusion:1:traces')?.set('FLUSHALL', Date.now());
    redis.strings.set(`openfusion:1:trace:${hash('poisoned')}`, JSON.stringify(['poisoned', '{"id":"poisoned","phases":"none"}']));
    redis.strings.set(`openfusion:1:spend:${hash(DAY)}`, 'NaN');
    const other = storeAt(redis.port);
    await isConnected(other);
    assert.deepEqual(['no json', 'wrong shape', 'victim', 'under another key', 'good'].map((id) => other.sessions.get(id)?.candidateId), [undefined, undefined, undefined, undefined, 'coder']);
    assert.deepEqual(await other.ids(), ['good']);
    assert.equal(await other.traces.get('poisoned'), undefined);
    assert.equal(other.spend.getUsd(DAY), 0);
    redis.strings.set(`openfusion:1:spend:${hash(DAY)}`, '0');
    await sleep(1_100);
    assert.equal(store.spend.getUsd(DAY), 5, 'nobody can take back what this machine spent');
  });
});

describe('the way to a Redis on another machine', () => {
  const authority = createAuthority();
  const address = (port: number) => ({ host: 'localhost', port, tls: true, username: 'team', password: PASSWORD, database: 3 });
  let redis: FakeRedis;
  afterEach(() => redis.close());

  it('is TLS with a certificate that was checked', async () => {
    const trusted = getCACertificates();
    setDefaultCACertificates([...trusted, authority.cert]);
    try {
      redis = await startFakeRedis({ password: PASSWORD, identity: authority.issue('localhost') });
      const connection = await connectRedis(address(redis.port));
      assert.deepEqual(redis.asked, [['AUTH', 'team', PASSWORD], ['SELECT', '3'], ['PING']]);
      connection.close();
    } finally {
      setDefaultCACertificates(trusted);
    }
  });

  for (const [what, identity] of [['nobody vouches for', authority.issue('localhost')], ['is for another host', authority.issue('redis.example')]] as const) {
    it(`ends before the password is shown at a certificate that ${what}`, async () => {
      const trusted = getCACertificates();
      if (what === 'is for another host') setDefaultCACertificates([...trusted, authority.cert]);
      try {
        redis = await startFakeRedis({ password: PASSWORD, identity });
        await assert.rejects(connectRedis(address(redis.port)), { trouble: 'unavailable', message: /certificate|Hostname/ });
        assert.deepEqual(redis.asked, []);
      } finally {
        setDefaultCACertificates(trusted);
      }
    });
  }
});
