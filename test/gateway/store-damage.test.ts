import assert from 'node:assert/strict';
import { open as openFile, readdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from '../../src/store/sqlite/migrations.ts';
import { openDatabase } from '../../src/store/sqlite/open-database.ts';
import { sampleRecord } from '../support/sample-trace.ts';
import { useStoreFolder } from '../support/store-folder.ts';

const DAY_MS = 86_400_000;

describe('a database that cannot be used as it is', () => {
  const state = useStoreFolder(), { openStore, reopened } = state;
  const setAside = async () => (await readdir(state.dir)).filter((name) => name.includes('.set-aside-') && !/-(wal|shm)$/.test(name));

  describe('begins anew, and says so', () => {
    const broken: [string, () => Promise<unknown>][] = [
      ['is no database', () => writeFile(state.file, 'something else '.repeat(1_000))],
      ['was cut', () => truncate(state.file, 5_000)],
      ['has bytes of something else inside', async () => {
        const bytes = await readFile(state.file);
        bytes.fill(0x5a, 4_096, bytes.length);
        await writeFile(state.file, bytes);
      }],
      ['lacks a table', () => { const db = new DatabaseSync(state.file); db.exec('DROP TABLE traces'); db.close(); return Promise.resolve(); }],
      ['is of another program', async () => {
        await rm(state.file);
        const db = new DatabaseSync(state.file);
        db.exec('CREATE TABLE traces (other)');
        db.close();
      }],
      ['was written by a newer version', () => { const db = new DatabaseSync(state.file); db.exec('PRAGMA user_version = 99'); db.close(); return Promise.resolve(); }],
    ];
    for (const [what, damage] of broken) {
      it(`when the database ${what}`, async () => {
        const store = openStore();
        for (let n = 0; n < 20; n++) store.add({ id: `t${n}` });
        await store.close();
        await damage();
        const later = openStore();
        assert.deepEqual(await later.ids(), []);
        const [aside] = await setAside();
        assert.ok(aside !== undefined && later.status.kind === 'sqlite' && later.status.note?.includes(aside), JSON.stringify(later.status));
        assert.ok(later.logs.some((line) => line.startsWith('warn') && line.includes(aside)));
        later.add({ id: 'new' });
        assert.deepEqual(await (await reopened(later)).ids(), ['new']);
      });
    }

    it('while it runs, and keeps what it knows', async () => {
      const later = openStore();
      for (let n = 0; n < 200; n++) later.add({ id: `t${n}` });
      later.spend.addUsd('2026-01-01', 2);
      await later.flush();
      // As a failing disk does: one page of the traces is something else, behind what is looked at when a database is opened.
      const other = new DatabaseSync(state.file);
      other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      const page = Number(other.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'traces'").get()?.rootpage);
      const handle = await openFile(state.file, 'r+');
      await handle.write(Buffer.alloc(4_096, 0x5a), 0, 4_096, (page - 1) * 4_096);
      await handle.close();
      other.exec("INSERT INTO spend VALUES ('2000-01-01', 1)");
      other.close();
      later.spend.addUsd('2026-01-01', 1);
      for (let n = 0; n < 3; n++) later.add({ id: `new${n}` });
      await later.flush();
      await later.flush();
      assert.equal(later.status.kind, 'sqlite');
      assert.match(later.status.note ?? '', /damaged.*set aside/);
      const again = await reopened(later);
      assert.deepEqual((await again.ids()).sort(), ['new0', 'new1', 'new2']);
      assert.equal(again.spend.getUsd('2026-01-01'), 3);
    });

    it('but leaves a newer version’s database alone while that one runs', async () => {
      await openStore().close();
      const newer = new DatabaseSync(state.file);
      newer.exec('PRAGMA user_version = 99');
      const store = openStore();
      assert.equal(store.status.kind, 'memory');
      assert.match(store.status.note ?? '', /newer OpenFusion.*in use/);
      assert.deepEqual(await setAside(), []);
      newer.close();
    });

    it('and lets what was set aside go when its traces would have gone', async () => {
      await openStore().close();
      await writeFile(state.file, 'damaged '.repeat(500));
      const store = openStore();
      const [aside = ''] = await setAside();
      const limits = { maxTraces: 500, maxAgeDays: 14, sessionTtlMs: DAY_MS };
      await store.close();
      const { backend } = openDatabase(state.dir, { nowMs: Date.now, limits });
      await backend.maintain(limits, false);
      assert.deepEqual(await setAside(), [aside]);
      const old = new Date(Date.now() - 15 * DAY_MS);
      await utimes(join(state.dir, aside), old, old);
      await backend.maintain(limits, false);
      assert.deepEqual(await setAside(), []);
      await backend.close();
    });

    it('when somebody removed the files, on the next occasion', async () => {
      const store = openStore();
      store.add({ id: 'a' });
      await store.flush();
      await rename(state.file, `${state.file}-elsewhere`);
      const later = openStore();
      later.add({ id: 'b' });
      assert.deepEqual(await (await reopened(later)).ids(), ['b']);
    });
  });

  describe('brings an older database up to date', () => {
    for (let version = 1; version <= MIGRATIONS.length; version++) {
      it(`from version ${version}, with all that is in it`, async () => {
        await openStore().close();
        await rm(state.file);
        const old = new DatabaseSync(state.file);
        for (const step of MIGRATIONS.slice(0, version)) old.exec(step);
        old.exec(`PRAGMA user_version = ${version}`);
        const record = sampleRecord({ id: 'kept', startedAtMs: Date.now() - 1_000 });
        const { id, startedAtMs } = record;
        const summary = { id, startedAtMs, durationMs: 1, status: 'done', httpStatus: 200, client: 'curl', requestedModel: 'm', servedModel: null, strategy: null, turn: null, domain: null, fallback: null, excerpt: '', costUsd: null, dryRun: false };
        old.prepare('INSERT INTO traces (id, started_at_ms, has_text, summary, record) VALUES (?, ?, 0, ?, ?)').run(id, startedAtMs, JSON.stringify(summary), JSON.stringify(record));
        old.prepare('INSERT INTO sessions VALUES (?, ?, ?)').run('s', JSON.stringify({ candidateId: 'coder', roles: {}, updatedAtMs: Date.now() }), Date.now());
        old.prepare('INSERT INTO spend VALUES (?, ?)').run('2026-01-01', 1.5);
        old.close();
        const store = openStore();
        assert.equal(store.status.note, null);
        assert.deepEqual([await store.ids(), store.sessions.get('s')?.candidateId, store.spend.getUsd('2026-01-01')], [['kept'], 'coder', 1.5]);
        store.telemetry.set('fact', 1);
        store.learned.save([['model', 2]]);
        const again = await reopened(store);
        assert.deepEqual([again.telemetry.get('fact'), again.learned.load().get('model')], [1, 2]);
        assert.equal(new DatabaseSync(state.file).prepare('PRAGMA user_version').get()?.user_version, MIGRATIONS.length);
      });
    }
  });
});
