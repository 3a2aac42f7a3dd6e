import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { DEFAULT_ROLES } from '../../../../src/config/defaults.ts';
import { Catalogue } from '../../../../src/upstream/catalogue/catalogue.ts';
import { catalogueFileSchema, decodeCatalogue, encodeCatalogue, type CatalogueData } from '../../../../src/upstream/catalogue/facts.ts';
import { mergeCatalogues } from '../../../../src/upstream/catalogue/merge.ts';
import { packagedCatalogue } from '../../../../src/upstream/catalogue/snapshot.ts';
import { repoDir } from '../../../support/paths.ts';
import { listed } from './support.ts';

const OPENROUTER = 'https://openrouter.ai/api/v1';

describe('a catalogue', () => {
  const catalogue = new Catalogue(mergeCatalogues(
    listed({ 'anthropic/claude-opus-4.5': { inputUsdPer1M: 5, outputUsdPer1M: 25, contextTokens: 200_000, tools: true }, 'deepseek/deepseek-v4-pro': { inputUsdPer1M: 1, outputUsdPer1M: 2, contextTokens: 1_000_000 }, 'v/m:free': { inputUsdPer1M: 0, outputUsdPer1M: 0 }, '~v/m-latest': { contextTokens: 5 } }),
    listed({ 'kimi-k3': { inputUsdPer1M: 3, outputUsdPer1M: 15 } }, { place: 'moonshot' }),
  ));
  const price = (baseURL: string, model: string): number | undefined => catalogue.lookUp(baseURL, model)?.inputUsdPer1M?.value;

  it('finds a model by its exact name, by another spelling and by a dated version', () => {
    assert.equal(price(OPENROUTER, 'anthropic/claude-opus-4.5'), 5);
    assert.equal(price(OPENROUTER, 'anthropic/claude-opus-4-5'), 5);
    assert.equal(price('https://api.anthropic.com/v1', 'claude-opus-4-5-20251101'), 5);
    assert.equal(price('https://api.anthropic.com/v1', 'claude-opus-4-5@latest'), undefined);
  });

  it('takes the price of a maker from the maker, and of what many sell nothing from OpenRouter', () => {
    assert.equal(price('https://api.moonshot.ai/v1', 'kimi-k3'), 3);
    assert.equal(price('https://api.deepseek.com/v1', 'deepseek-v4-pro'), undefined);
    assert.equal(catalogue.lookUp('https://api.deepseek.com/v1', 'deepseek-v4-pro')?.contextTokens?.value, 1_000_000);
  });

  it('knows of a variant what the model can do and not what it costs, and of a free offer only what is said of it', () => {
    assert.equal(price(OPENROUTER, 'anthropic/claude-opus-4.5:nitro'), undefined);
    assert.equal(catalogue.lookUp(OPENROUTER, 'anthropic/claude-opus-4.5:nitro')?.tools?.value, true);
    assert.equal(catalogue.lookUp(OPENROUTER, 'anthropic/claude-opus-4.5:free'), null);
    assert.equal(price(OPENROUTER, 'v/m:free'), 0);
  });

  it('knows an alias by its own name only, and nothing of models on somebody else’s server', () => {
    assert.equal(catalogue.lookUp(OPENROUTER, '~v/m-latest')?.contextTokens?.value, 5);
    assert.equal(catalogue.lookUp(OPENROUTER, 'v/m-latest'), null);
    assert.equal(catalogue.lookUp('http://127.0.0.1:1234/v1', 'anthropic/claude-opus-4.5'), null);
  });

  it('is the same after it was kept and read again', () => {
    const data = mergeCatalogues(listed({ a: { inputUsdPer1M: 1, outputUsdPer1M: 2, tools: false, benchmarks: { b: 50 } } }, { date: '2026-02-01' }), listed({ a: { contextTokens: 9 } }));
    assert.deepEqual(decodeCatalogue(catalogueFileSchema.parse(JSON.parse(JSON.stringify(encodeCatalogue(data))))), data);
  });
});

describe('catalogues over each other', () => {
  const merged = (...layers: CatalogueData[]) => mergeCatalogues(...layers).get('openrouter')?.get('m');

  it('keep of each fact the newest, and what only one of them says', () => {
    const entry = merged(listed({ m: { contextTokens: 1, tools: true } }, { date: '2026-01-01' }), listed({ m: { contextTokens: 2, images: true } }, { date: '2026-03-01', origin: 'newer' }));
    assert.equal(entry?.contextTokens?.value, 2);
    assert.deepEqual(entry.contextTokens.source, { origin: 'newer', date: '2026-03-01' });
    assert.deepEqual([entry.tools?.value, entry.images?.value], [true, true]);
  });

  it('keep the first of two that are equally new', () => {
    assert.equal(merged(listed({ m: { contextTokens: 1 } }), listed({ m: { contextTokens: 2 } }))?.contextTokens?.value, 1);
  });

  it('let an older cached price go with the price that it was said with', () => {
    const old = { inputUsdPer1M: 5, outputUsdPer1M: 30, cachedInputUsdPer1M: 0.5 };
    assert.equal(merged(listed({ m: old }), listed({ m: { inputUsdPer1M: 2, outputUsdPer1M: 10 } }, { date: '2026-03-01' }))?.cachedInputUsdPer1M, undefined);
    assert.equal(merged(listed({ m: old }), listed({ m: { inputUsdPer1M: 5, outputUsdPer1M: 20 } }, { date: '2026-03-01' }))?.cachedInputUsdPer1M?.value, 0.5);
    assert.equal(merged(listed({ m: { inputUsdPer1M: 2, outputUsdPer1M: 10 } }, { date: '2026-03-01' }), listed({ m: old }))?.cachedInputUsdPer1M, undefined);
  });
});

describe('the catalogue that comes with the package', () => {
  const entries = [...packagedCatalogue()].flatMap(([place, models]) => [...models].map(([id, entry]) => ({ place, id, entry })));

  it('keeps to its schema, names the source of every fact, and is small', () => {
    const text = readFileSync(join(repoDir, 'src', 'upstream', 'catalogue', 'snapshot.json'), 'utf8');
    const file = catalogueFileSchema.parse(JSON.parse(text));
    for (const entry of Object.values(file.places).flatMap((models) => Object.values(models))) {
      for (const index of [entry.from, ...Object.values(entry.fromOf ?? {})]) assert.ok(index < file.sources.length);
    }
    assert.ok(text.length < 100_000, String(text.length));
  });

  it('holds the models that people use', () => {
    assert.ok(entries.length > 150, String(entries.length));
    for (const maker of ['openai/', 'anthropic/', 'google/', 'deepseek/', 'qwen/', 'moonshotai/', 'mistralai/', 'x-ai/', 'z-ai/', '~openai/', '~anthropic/', '~google/']) {
      assert.ok(entries.some(({ place, id }) => place === 'openrouter' && id.startsWith(maker)), maker);
    }
  });

  it('never asks less for writing a token than for reading one, nor more for a cached one', () => {
    for (const { id, entry: { inputUsdPer1M, outputUsdPer1M, cachedInputUsdPer1M } } of entries) {
      assert.equal(inputUsdPer1M === undefined, outputUsdPer1M === undefined, `${id} has half a price`);
      if (inputUsdPer1M !== undefined && outputUsdPer1M !== undefined) assert.ok(outputUsdPer1M.value >= inputUsdPer1M.value, id);
      if (inputUsdPer1M !== undefined && cachedInputUsdPer1M !== undefined) assert.ok(cachedInputUsdPer1M.value <= inputUsdPer1M.value, id);
    }
  });
});

describe('the built-in pool', () => {
  it('says of its models what the packaged catalogue says, and their aliases are in it', () => {
    const catalogue = new Catalogue(packagedCatalogue());
    for (const { model, pricing, contextTokens, images, tools } of Object.values(DEFAULT_ROLES)) {
      const entry = catalogue.lookUp(OPENROUTER, model) ?? assert.fail(model);
      const { cacheWriteUsdPer1M, ...asked } = pricing ?? assert.fail(model);
      assert.deepEqual(asked, { inputUsdPer1M: entry.inputUsdPer1M?.value, outputUsdPer1M: entry.outputUsdPer1M?.value, cachedInputUsdPer1M: entry.cachedInputUsdPer1M?.value }, model);
      assert.equal(cacheWriteUsdPer1M, entry.cacheWriteUsdPer1M?.value, model);
      assert.deepEqual([contextTokens, images, tools], [entry.contextTokens?.value, entry.images?.value, entry.tools?.value], model);
    }
  });

  it('is of at least four makers', () => {
    assert.ok(new Set(Object.values(DEFAULT_ROLES).map(({ model }) => model.split('/')[0])).size >= 4);
  });
});
