import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Catalogue } from '../../src/upstream/catalogue/catalogue.ts';
import { downloadJson } from '../../src/upstream/catalogue/download.ts';
import { fetchCatalogue } from '../../src/upstream/catalogue/refresh.ts';
import { CatalogueKeeper } from '../../src/upstream/catalogue/keeper.ts';
import { builtInCatalogue } from '../../src/upstream/catalogue/library.ts';
import { readStored, writeStored } from '../../src/upstream/catalogue/stored.ts';
import { LISTS, startModelLists, type ModelLists } from '../support/model-lists.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const signal = new AbortController().signal;
const servers: Server[] = [];
const lists: ModelLists[] = [];
const serve = async (answers?: Partial<ModelLists['answers']>): Promise<ModelLists['sources']> => {
  const started = await startModelLists(answers);
  lists.push(started);
  return started.sources;
};

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closeAll(): Promise<void> {
  for (const server of servers.splice(0)) { server.closeAllConnections(); server.close(); }
  await Promise.all(lists.splice(0).map((one) => one.close()));
}

describe('a refresh of the catalogue', () => {
  afterEach(closeAll);

  it('takes each fact from the list that is believed most, and says which that was and when', async () => {
    const sources = await serve();
    const { data, report } = await fetchCatalogue({ refresh: 'manual', sources }, new Map(), '2026-11-01', signal);
    assert.deepEqual(report.map(({ name, models, error }) => [name, models, error]), [['OpenRouter', 1, null], ['models.dev', 1, null], ['LiteLLM', 1, null]]);
    const entry = new Catalogue(data ?? assert.fail()).lookUp('https://openrouter.ai/api/v1', 'v/m') ?? assert.fail();
    assert.deepEqual([entry.inputUsdPer1M, entry.maxOutputTokens, entry.images], [
      { value: 1, source: { origin: 'OpenRouter /api/v1/models', date: '2026-11-01' } }, { value: 800, source: { origin: 'models.dev', date: '2026-11-01' } },
      { value: true, source: { origin: 'LiteLLM model_prices_and_context_window.json', date: '2026-11-01' } },
    ]);
    assert.equal(entry.contextTokens?.value, 9_000);
  });

  it('keeps what was known of a list that does not answer, or answers something else', async () => {
    const whole = await serve();
    const { data: known } = await fetchCatalogue({ refresh: 'manual', sources: whole }, new Map(), '2026-10-01', signal);
    const broken = await serve({ ...LISTS, openrouter: '{"data": [', 'models-dev': { hello: 'world' } });
    const { data, report } = await fetchCatalogue({ refresh: 'manual', sources: broken }, known ?? assert.fail(), '2026-11-01', signal);
    assert.deepEqual(report.map(({ error }) => error === null), [false, false, true]);
    assert.match(report[0]?.error ?? '', /is not JSON/u);
    const entry = new Catalogue(data ?? assert.fail()).lookUp('https://openrouter.ai/api/v1', 'v/m');
    assert.deepEqual([entry?.inputUsdPer1M?.source.date, entry?.images?.source.date], ['2026-10-01', '2026-11-01']);
  });

  it('has nothing to keep when no list can be read', async () => {
    const { data, report } = await fetchCatalogue({ refresh: 'manual', sources: await serve({}) }, new Map(), '2026-11-01', signal);
    assert.equal(data, null);
    assert.match(report[0]?.error ?? '', /answered 500/u);
  });

  it('ends a download that grows too large, one that never ends, and follows no redirect', async () => {
    const endless = await listen((_request, response) => { response.writeHead(200); response.write('['); });
    await assert.rejects(downloadJson(endless, signal, { timeoutMs: 200 }), /no whole answer within 0.2 s/u);
    const large = await listen((_request, response) => { response.end(`"${'x'.repeat(5_000)}"`); });
    await assert.rejects(downloadJson(large, signal, { maxBytes: 1_000 }), /larger than 1000 bytes/u);
    const redirecting = await listen((_request, response) => { response.writeHead(302, { location: large }).end(); });
    await assert.rejects(downloadJson(redirecting, signal), /answered 302/u);
  });

  it('fetches nothing over plain http beyond this machine', async () => {
    await assert.rejects(downloadJson('http://example.com/models.json', signal), /only https/u);
  });
});

describe('the refreshed catalogue at rest', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => { folder = await temporaryFolder(); });
  afterEach(async () => { await closeAll(); await folder.remove(); });

  it('is there again, for this user alone', async () => {
    const dir = join(folder.path, 'state');
    const { data } = await fetchCatalogue({ refresh: 'manual', sources: await serve({ openrouter: LISTS.openrouter }) }, new Map(), '2026-11-01', signal);
    await writeStored(dir, data ?? assert.fail());
    assert.deepEqual(await readStored(dir), data);
    if (process.platform !== 'win32') assert.equal(statSync(join(dir, 'catalogue.json')).mode & 0o777, 0o600);
  });

  it('is nothing when the file was damaged, whatever stands in it', async () => {
    const dir = folder.path;
    assert.equal(await readStored(dir), null);
    for (const text of ['', '{"version":1}', '{"version":2,"sources":[],"places":{}}', '{"version":1,"sources":[{"origin":"x","date":"2026-01-01"}],"places":{"openrouter":{"m":{"from":0,"inputUsdPer1M":-1}}}}']) {
      await writeFile(join(dir, 'catalogue.json'), text);
      assert.equal(await readStored(dir), null, text);
    }
    assert.ok((await readFile(join(dir, 'catalogue.json'), 'utf8')).length > 0);
  });
});

describe('a gateway that keeps its catalogue', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => { folder = await temporaryFolder(); });
  afterEach(async () => { await closeAll(); await folder.remove(); });

  const keeperOf = async (refresh: 'manual' | 'daily', clock: { nowMs: number }, mayFetch = true) => {
    const started = await startModelLists();
    lists.push(started);
    let changes = 0;
    const keeper = new CatalogueKeeper({
      catalogue: builtInCatalogue(), nowMs: () => clock.nowMs, log: () => undefined, onChange: () => { changes++; },
      wanted: () => ({ catalogue: { refresh, sources: started.sources }, connectorFor: undefined, mayFetch }),
    });
    await keeper.open(folder.path);
    return { keeper, started, changes: () => changes };
  };
  const priceOf = (keeper: CatalogueKeeper) => keeper.current.lookUp('https://openrouter.ai/api/v1', 'v/m')?.inputUsdPer1M?.value;

  it('fetches once a day where the user wants that, and uses it at once', async () => {
    const clock = { nowMs: Date.parse('2026-11-01T10:00:00Z') };
    const { keeper, started, changes } = await keeperOf('daily', clock);
    assert.equal(priceOf(keeper), undefined);
    await keeper.lookAtTheDate();
    assert.deepEqual([priceOf(keeper), changes(), started.asked.length], [1, 1, 3]);
    clock.nowMs += 3_600_000;
    await keeper.lookAtTheDate();
    assert.equal(started.asked.length, 3);
    clock.nowMs += 86_400_000;
    await keeper.lookAtTheDate();
    assert.equal(started.asked.length, 6);
    keeper.close();
  });

  it('fetches nothing unasked by default, nor while no model is called', async () => {
    const clock = { nowMs: Date.parse('2026-11-01T10:00:00Z') };
    for (const { keeper, started } of [await keeperOf('manual', clock), await keeperOf('daily', clock, false)]) {
      await keeper.lookAtTheDate();
      assert.deepEqual(started.asked, []);
      keeper.close();
    }
  });

  it('goes on with what it has when the lists are out of reach', async () => {
    const clock = { nowMs: Date.parse('2026-11-01T10:00:00Z') };
    const { keeper, started } = await keeperOf('daily', clock);
    await keeper.lookAtTheDate();
    started.answers = { openrouter: undefined, 'models-dev': '<html>', litellm: [] };
    clock.nowMs += 86_400_000;
    await keeper.lookAtTheDate();
    assert.equal(priceOf(keeper), 1);
    keeper.close();
  });

  it('has what was fetched when it starts again', async () => {
    const clock = { nowMs: Date.parse('2026-11-01T10:00:00Z') };
    const before = await keeperOf('daily', clock);
    await before.keeper.lookAtTheDate();
    before.keeper.close();
    const after = await keeperOf('manual', clock);
    assert.deepEqual([priceOf(after.keeper), after.started.asked], [1, []]);
    after.keeper.close();
  });
});
