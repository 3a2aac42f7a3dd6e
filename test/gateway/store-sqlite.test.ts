import assert from 'node:assert/strict';
import { chmod, lstat, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../src/store/sqlite/open-database.ts';
import { useStoreFolder } from '../support/store-folder.ts';

const DAY_MS = 86_400_000;
const posix = process.platform !== 'win32';

describe('the store on disk', () => {
  const state = useStoreFolder(), { openStore, reopened } = state;

  describe('keeps over a restart', () => {
    it('traces, the newest first', async () => {
      const store = openStore();
      store.add({ id: 'a' });
      store.nowMs += 1;
      store.add({ id: 'b', status: 'failed' });
      const later = await reopened(store);
      assert.deepEqual((await later.traces.list()).map(({ id, status }) => [id, status]), [['b', 'failed'], ['a', 'done']]);
      assert.equal((await later.traces.get('a'))?.served?.model, 'vendor/coder');
      assert.equal(await later.traces.get('nobody'), undefined);
      assert.deepEqual(later.status, { kind: 'sqlite', note: null });
    });

    it('pages of them', async () => {
      const store = openStore();
      for (let n = 0; n < 40; n++) store.add({ id: `t${n}`, startedAtMs: store.nowMs + n });
      const later = await reopened(store);
      assert.deepEqual((await later.traces.list({ limit: 2, beforeMs: store.nowMs + 30 })).map(({ id }) => id), ['t29', 't28']);
    });

    it('a trace that was replaced, once', async () => {
      const store = openStore();
      store.add({ id: 'a', costUsd: 1 });
      await store.flush();
      store.add({ id: 'a', costUsd: 2 });
      const later = await reopened(store);
      assert.deepEqual((await later.traces.list()).map(({ costUsd }) => costUsd), [2]);
    });

    it('which candidate a session is pinned to, until its time is over', async () => {
      const store = openStore();
      const pin = { candidateId: 'coder', roles: { coder: 'vendor/coder' }, updatedAtMs: store.nowMs };
      store.sessions.set('s', pin);
      store.sessions.set('old', { ...pin, updatedAtMs: store.nowMs - 2 * DAY_MS });
      const later = await reopened(store);
      assert.deepEqual(later.sessions.get('s'), pin);
      assert.equal(later.sessions.get('old'), undefined);
    });

    it('what was spent, by day, and what was reserved and never settled', async () => {
      const store = openStore();
      store.spend.addUsd('2026-01-01', 0.5);
      store.spend.addUsd('2026-01-01', -0.2);
      store.spend.addUsd('2026-01-02', 0.25);
      await store.flush();
      store.spend.addUsd('2026-01-02', 0.125);
      const later = await reopened(store);
      assert.deepEqual(['2026-01-01', '2026-01-02', '2026-01-03'].map((day) => later.spend.getUsd(day)), [0.3, 0.375, 0]);
    });

    it('facts of telemetry', async () => {
      const store = openStore();
      store.telemetry.set('default/vendor/coder', { latencyMs: 120, errors: [0, 1] });
      store.telemetry.set('default/vendor/fast', { latencyMs: 20 });
      const later = await reopened(store);
      assert.deepEqual(later.telemetry.get('default/vendor/coder'), { latencyMs: 120, errors: [0, 1] });
      assert.deepEqual(later.telemetry.keys().sort(), ['default/vendor/coder', 'default/vendor/fast']);
      assert.equal(later.telemetry.get('nobody'), undefined);
    });

    it('what was learned, until it is told to forget it', async () => {
      const store = openStore();
      store.learned.save([['code/vendor/coder', { wins: 3, of: 4 }], ['chat/vendor/fast', { wins: 1, of: 1 }]]);
      store.learned.save([['code/vendor/coder', { wins: 4, of: 5 }]]);
      const later = await reopened(store);
      assert.deepEqual(later.learned.load(), new Map([['chat/vendor/fast', { wins: 1, of: 1 }], ['code/vendor/coder', { wins: 4, of: 5 }]]));
      await later.learned.clear();
      later.learned.save([['new', 1]]);
      assert.deepEqual([...later.learned.load()], [['new', 1]]);
      assert.deepEqual([...(await reopened(later)).learned.load()], [['new', 1]]);
    });

    it('nothing when it is told to stay in memory, not even a file', async () => {
      const store = openStore({ store: 'memory' });
      store.add({ id: 'a' });
      assert.deepEqual(await store.ids(), ['a']);
      await store.close();
      assert.equal(await stat(state.dir).catch(() => null), null);
    });
  });

  describe('counts for several processes', () => {
    it('adds up what both spend, and each hears of the other', () => {
      const [one, two] = [openStore(), openStore()];
      one.spend.addUsd('2026-01-01', 1);
      void one.flush();
      two.spend.addUsd('2026-01-01', 2);
      void two.flush();
      assert.equal(two.spend.getUsd('2026-01-01'), 3);
      one.spend.addUsd('2026-01-01', 4);
      void one.flush();
      assert.equal(one.spend.getUsd('2026-01-01'), 7);
    });

    it('waits for a process that holds the database, and serves from memory meanwhile', async () => {
      const store = openStore();
      const other = new DatabaseSync(state.file);
      other.exec('BEGIN IMMEDIATE');
      store.add({ id: 'a' });
      store.spend.addUsd('2026-01-01', 1);
      await store.flush();
      assert.deepEqual(await store.ids(), ['a']);
      assert.equal(store.spend.getUsd('2026-01-01'), 1);
      assert.equal(other.prepare('SELECT count(*) AS n FROM traces').get()?.n, 0);
      other.exec('COMMIT');
      other.close();
      const later = await reopened(store);
      assert.deepEqual([await later.ids(), later.spend.getUsd('2026-01-01')], [['a'], 1]);
    });

    it('opens as soon as the one that held it lets go', async () => {
      await openStore().close();
      const other = new DatabaseSync(state.file);
      other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      const store = openStore();
      assert.equal(store.status.kind, 'memory');
      store.add({ id: 'meanwhile' });
      store.sessions.set('s', { candidateId: 'coder', roles: {}, updatedAtMs: store.nowMs });
      other.exec('COMMIT');
      other.close();
      while (store.status.kind === 'memory') await new Promise((resolve) => setTimeout(resolve, 20));
      const later = await reopened(store);
      assert.deepEqual([await later.ids(), later.sessions.get('s')?.candidateId], [['meanwhile'], 'coder']);
    });
  });

  describe('keeps to its limits', () => {
    it('of traces, the newest', async () => {
      const store = openStore({ maxTraces: 20 });
      for (let n = 0; n < 50; n++) {
        store.add({ id: `t${n}`, startedAtMs: store.nowMs + n });
        if (n % 7 === 0) await store.flush();
      }
      await store.flush();
      const rows = new DatabaseSync(state.file, { readOnly: true }).prepare('SELECT id FROM traces ORDER BY started_at_ms').all();
      assert.deepEqual(rows.map(({ id }) => id), Array.from({ length: 20 }, (_, n) => `t${n + 30}`));
    });

    it('of days: older ones are not shown, and go', async () => {
      const store = openStore({ maxAgeDays: 1 });
      store.add({ id: 'old' });
      await store.flush();
      store.nowMs += DAY_MS + 1;
      store.add({ id: 'new' });
      assert.deepEqual(await store.ids(), ['new']);
      assert.equal(await store.traces.get('old'), undefined);
      await store.close();
      const { backend } = openDatabase(state.dir, { nowMs: () => store.nowMs, limits: { maxTraces: 500, maxAgeDays: 1, sessionTtlMs: DAY_MS } });
      await backend.maintain({ maxTraces: 500, maxAgeDays: 1, sessionTtlMs: DAY_MS }, false);
      assert.equal(await backend.getTrace('old'), undefined);
      assert.notEqual(await backend.getTrace('new'), undefined);
      await backend.close();
    });

    it('when they are lowered', async () => {
      const store = openStore();
      for (let n = 0; n < 30; n++) store.add({ id: `t${n}`, startedAtMs: store.nowMs + n });
      const later = await reopened(store, { maxTraces: 3 });
      later.add({ id: 'newest', startedAtMs: store.nowMs + 100 });
      await later.flush();
      assert.deepEqual(await later.ids(), ['newest', 't29', 't28']);
    });

    it('of bytes, however few the traces: the oldest go', async () => {
      const limits = { maxTraces: 500, maxAgeDays: 14, sessionTtlMs: DAY_MS };
      const store = openStore({ keepPrompts: 'full' });
      for (let n = 0; n < 60; n++) store.add({ id: `t${n}`, startedAtMs: store.nowMs + n, answer: 'x'.repeat(40_000) });
      await store.close();
      const { backend } = openDatabase(state.dir, { nowMs: () => store.nowMs, limits, maxBytes: 1_000_000 });
      for (let n = 0; n < 10; n++) await backend.maintain(limits, true);
      await backend.close();
      assert.ok((await stat(state.file)).size < 1_000_000, `${(await stat(state.file)).size} bytes`);
      const left = await openStore({ keepPrompts: 'full' }).ids();
      assert.deepEqual(left, Array.from({ length: left.length }, (_, n) => `t${59 - n}`));
      assert.ok(left.length > 10, String(left.length));
    });

    it('and gives space back', async () => {
      const limits = { maxTraces: 500, maxAgeDays: 14, sessionTtlMs: DAY_MS };
      const store = openStore({ keepPrompts: 'full' });
      for (let n = 0; n < 60; n++) store.add({ id: `t${n}`, startedAtMs: store.nowMs + n, answer: 'x'.repeat(40_000) });
      await store.close();
      const before = (await stat(state.file)).size;
      const { backend } = openDatabase(state.dir, { nowMs: () => store.nowMs, limits });
      await backend.maintain({ ...limits, maxTraces: 2 }, true);
      await backend.close();
      assert.ok(before > 2_000_000 && (await stat(state.file)).size < before / 3, `${before} → ${(await stat(state.file)).size} bytes`);
    });
  });

  describe('is for its user alone', () => {
    it('in files that nobody else may read', async function () {
      if (!posix) return this.skip();
      const store = openStore();
      store.add({ id: 'a' });
      await store.flush();
      assert.equal((await stat(state.dir)).mode & 0o777, 0o700);
      const modes = await Promise.all((await readdir(state.dir)).map(async (name) => [name, (await stat(join(state.dir, name))).mode & 0o777] as const));
      assert.deepEqual(modes.sort(), ['', '-shm', '-wal'].map((suffix) => [`openfusion.db${suffix}`, 0o600]));
    });

    it('also when they were open to others before', async function () {
      if (!posix) return this.skip();
      await openStore().close();
      await chmod(state.file, 0o644);
      await chmod(state.dir, 0o755);
      openStore();
      assert.deepEqual([(await stat(state.dir)).mode & 0o777, (await stat(state.file)).mode & 0o777], [0o700, 0o600]);
    });

    for (const suffix of ['', '-wal', '-shm']) {
      it(`and follows no link at openfusion.db${suffix}`, async function () {
        if (!posix) return this.skip();
        await openStore().close();
        const target = join(state.dir, '..', 'target');
        await writeFile(target, 'not yours');
        await rm(state.file + suffix, { force: true });
        await symlink(target, state.file + suffix);
        const store = openStore();
        store.add({ id: 'a' });
        await store.flush();
        assert.equal(await readFile(target, 'utf8'), 'not yours');
        assert.ok((await lstat(state.file + suffix)).isFile());
        assert.match(store.status.note ?? '', /was no plain file but a link.*set aside/);
        assert.deepEqual(await store.ids(), ['a']);
      });
    }

    it('and takes no folder that is a link', async function () {
      if (!posix) return this.skip();
      await symlink(join(state.dir, '..'), state.dir);
      const store = openStore();
      assert.equal(store.status.kind, 'memory');
      assert.match(store.status.note ?? '', /must be a folder/);
    });
  });

  it('says what is missing where Node has no SQLite, and goes on in memory', () => {
    assert.throws(() => openDatabase(state.dir, { nowMs: Date.now, limits: { maxTraces: 1, maxAgeDays: 1, sessionTtlMs: 1 } }, null), { trouble: 'unavailable', message: /no node:sqlite, .*in memory/ });
  });

  it('goes on in memory where the folder cannot be made, and says why', async () => {
    await writeFile(state.dir, 'a file');
    const store = openStore();
    store.add({ id: 'a' });
    assert.deepEqual([store.status.kind, await store.ids()], ['memory', ['a']]);
    assert.match(store.logs.join(), /warn: store: .*state/);
  });
});
