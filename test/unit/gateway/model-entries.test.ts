import assert from 'node:assert/strict';
import { modelEntries } from '../../../src/gateway/model-entries.ts';
import { configFrom, DEFAULTS } from '../routing/support.ts';

const price = { inputUsdPer1M: 1, outputUsdPer1M: 2 };

describe('the list of models', () => {
  it('holds the virtual models, the roles, then candidates that are no role', () => {
    const config = configFrom({ auto: { candidates: [{ id: 'coder', role: 'coder' }, { id: 'spare', role: 'coder', model: 'v/spare' }] } });
    const ids = modelEntries(config, 1).map(({ id, kind }) => [id, kind]);
    assert.deepEqual(ids.slice(0, 2), [['openfusion/auto', 'virtual'], ['openfusion/fusion', 'virtual']]);
    assert.deepEqual(ids.at(-1), ['openfusion/spare', 'candidate']);
    assert.equal(new Set(ids.map(([id]) => id)).size, ids.length);
  });

  it('tells of a role what is known of the candidate that plays it', () => {
    const config = configFrom({ roles: { mine: { model: 'v/mine' } }, auto: { candidates: [{ id: 'other', role: 'coder' }, { id: 'mine', pricing: price, contextTokens: 9_000, maxOutputTokens: 500, images: true, tools: false }] } });
    const mine = modelEntries(config, 1).find(({ id }) => id === 'openfusion/mine');
    assert.deepEqual([mine?.pricing?.output_usd_per_1m, mine?.context_window, mine?.max_output_tokens, mine?.capabilities], [2, 9_000, 500, { tools: false, images: true, json_schema: true }]);
  });

  it('lets a role speak for itself where no candidate plays it, and takes the rest from the same model', () => {
    const config = configFrom({ roles: { mine: { model: 'v/m', pricing: price } }, auto: { candidates: [{ id: 'other', role: 'coder', model: 'v/m', contextTokens: 9_000, pricing: { inputUsdPer1M: 7, outputUsdPer1M: 7 } }] } });
    const mine = modelEntries(config, 1).find(({ id }) => id === 'openfusion/mine');
    assert.deepEqual([mine?.pricing?.input_usd_per_1m, mine?.context_window], [1, 9_000]);
  });

  it('promises for a virtual model no more context than its smallest candidate has', () => {
    const windows = DEFAULTS.auto.candidates.map(({ contextTokens = Infinity }) => contextTokens);
    assert.equal(modelEntries(DEFAULTS, 1)[0]?.context_window, Math.min(...windows));
  });
});
