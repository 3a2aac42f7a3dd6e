import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseConfig } from '../../../../src/config/load.ts';
import type { Candidate, Config } from '../../../../src/config/schema.ts';
import { Catalogue } from '../../../../src/upstream/catalogue/catalogue.ts';
import { completeConfig } from '../../../../src/upstream/catalogue/complete.ts';
import { configFrom } from '../../routing/support.ts';
import { listed } from './support.ts';

const catalogue = new Catalogue(listed({ 'v/m': { inputUsdPer1M: 1, outputUsdPer1M: 2, contextTokens: 100_000, maxOutputTokens: 8_000, tools: false, images: true } }, { origin: 'a list', date: '2026-10-01' }));
const of = (config: Config, id: string): Candidate => config.auto.candidates.find((candidate) => candidate.id === id) ?? assert.fail(id);
const said = { from: 'catalogue', origin: 'a list', date: '2026-10-01' };

describe('a configuration with a catalogue', () => {
  it('has what nobody said of a candidate, with where it is from', () => {
    const config = completeConfig(configFrom({ auto: { candidates: [{ id: 'a', role: 'coder', model: 'v/m' }] } }), catalogue);
    const { pricing, contextTokens, maxOutputTokens, tools, images, jsonSchema, origins } = of(config, 'a');
    assert.deepEqual({ pricing, contextTokens, maxOutputTokens, tools, images, jsonSchema }, { pricing: { inputUsdPer1M: 1, outputUsdPer1M: 2 }, contextTokens: 100_000, maxOutputTokens: 8_000, tools: false, images: true, jsonSchema: true });
    assert.deepEqual(origins, { pricing: said, contextTokens: said, maxOutputTokens: said, tools: said, images: said, jsonSchema: { from: 'assumed' } });
  });

  it('keeps what the user says, of a candidate and of its role', () => {
    const own = { inputUsdPer1M: 9, outputUsdPer1M: 9 };
    const config = completeConfig(configFrom({ roles: { mine: { model: 'v/m', tools: true } }, auto: { candidates: [{ id: 'mine', pricing: own }] } }), catalogue);
    assert.deepEqual([of(config, 'mine').pricing, of(config, 'mine').tools, of(config, 'mine').contextTokens], [own, true, 100_000]);
    assert.deepEqual([of(config, 'mine').origins?.pricing, of(config, 'mine').origins?.tools, of(config, 'mine').origins?.contextTokens], [{ from: 'config' }, { from: 'config' }, said]);
    assert.deepEqual([config.roles.mine?.tools, config.roles.mine?.contextTokens], [true, 100_000]);
  });

  it('knows better than what is built in', () => {
    const parsed = parseConfig({}, 'none');
    assert.ok(parsed.ok);
    const model = parsed.config.roles.fast?.model ?? assert.fail();
    const config = completeConfig(parsed.config, new Catalogue(listed({ [model]: { inputUsdPer1M: 0.01, outputUsdPer1M: 0.02 } })));
    assert.equal(of(config, 'fast').pricing?.inputUsdPer1M, 0.01);
    assert.equal(of(config, 'fast').origins?.contextTokens?.from, 'built-in');
  });

  it('takes nothing from a list for a model behind an address of the user’s own', () => {
    const config = completeConfig(configFrom({ upstream: { baseURL: 'http://127.0.0.1:1/v1' }, auto: { candidates: [{ id: 'a', role: 'coder', model: 'v/m' }] } }), catalogue);
    assert.deepEqual([of(config, 'a').pricing, of(config, 'a').tools], [undefined, true]);
  });

  it('leaves the configuration that it was given as it was, and gives the same again', () => {
    const config = configFrom({ auto: { candidates: [{ id: 'a', role: 'coder', model: 'v/m' }] } });
    const before = structuredClone(config);
    assert.deepEqual(completeConfig(config, catalogue), completeConfig(config, catalogue));
    assert.deepEqual(structuredClone(config), before);
  });
});
