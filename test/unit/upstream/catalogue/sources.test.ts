import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { CatalogueData, Entry, FactName, Place } from '../../../../src/upstream/catalogue/facts.ts';
import { readLiteLlm } from '../../../../src/upstream/catalogue/sources/litellm.ts';
import { readModelsDev } from '../../../../src/upstream/catalogue/sources/models-dev.ts';
import { readOpenRouter } from '../../../../src/upstream/catalogue/sources/openrouter.ts';

const DAY = '2026-11-01';
const plain = (data: CatalogueData, place: Place, id: string): Partial<Record<FactName, unknown>> =>
  Object.fromEntries(Object.entries(data.get(place)?.get(id) ?? {}).map(([name, fact]) => [name, (fact as Entry['tools'])?.value]));

describe('the list of OpenRouter', () => {
  const model = {
    id: 'v/m', context_length: 1_000_000, pricing: { prompt: '0.0000004', completion: '0.0000016', input_cache_read: '0.0000001' },
    top_provider: { context_length: 400_000, max_completion_tokens: 32_768 }, architecture: { input_modalities: ['text', 'image'] }, supported_parameters: ['tools', 'structured_outputs'],
  };

  it('gives prices per 1M tokens, the window of the provider that answers, and abilities', () => {
    assert.deepEqual(plain(readOpenRouter({ data: [model] }, DAY), 'openrouter', 'v/m'), {
      inputUsdPer1M: 0.4, outputUsdPer1M: 1.6, cachedInputUsdPer1M: 0.1, contextTokens: 400_000, maxOutputTokens: 32_768, images: true, tools: true, jsonSchema: true, reasoning: false,
    });
  });

  it('makes no price of -1, none of nought unless the offer is free, and no window of null', () => {
    const data = readOpenRouter({ data: [
      { ...model, id: 'openrouter/auto', pricing: { prompt: '-1', completion: '-1' } }, { ...model, id: 'v/zero', pricing: { prompt: '0', completion: '0' } },
      { ...model, id: 'v/m:free', pricing: { prompt: '0', completion: '0' }, context_length: null, top_provider: null },
    ] }, DAY);
    assert.equal(plain(data, 'openrouter', 'openrouter/auto').inputUsdPer1M, undefined);
    assert.equal(plain(data, 'openrouter', 'v/zero').inputUsdPer1M, undefined);
    const free = plain(data, 'openrouter', 'v/m:free');
    assert.deepEqual([free.inputUsdPer1M, free.outputUsdPer1M, free.contextTokens], [0, 0, undefined]);
  });

  it('leaves out an entry that is broken, and refuses a list that mostly is', () => {
    assert.equal(readOpenRouter({ data: [model, { ...model, id: 'v/n' }, { id: 7 }] }, DAY).get('openrouter')?.size, 2);
    assert.throws(() => readOpenRouter({ data: [model, { id: 7 }, { id: 8 }] }, DAY), /1 of 3 models can be read/u);
    assert.throws(() => readOpenRouter({ data: [] }, DAY));
    assert.throws(() => readOpenRouter({ error: 'no' }, DAY));
  });

  it('takes no id that could not be shown', () => {
    assert.equal(readOpenRouter({ data: [model, { ...model, id: 'a\u001b[31m' }] }, DAY).get('openrouter')?.size, 1);
  });
});

describe('the list of models.dev', () => {
  it('gives the models of the providers that are known here', () => {
    const data = readModelsDev({
      anthropic: { models: { 'claude-x': { cost: { input: 2, output: 10, cache_read: 0.2, cache_write: 2.5 }, limit: { context: 1_000_000, output: 128_000 }, modalities: { input: ['text', 'image'] }, tool_call: true, structured_output: true, reasoning: true } } },
      somebody: { models: { 'claude-x': { cost: { input: 1, output: 1 } } } },
    }, DAY);
    assert.deepEqual([...data.keys()], ['anthropic']);
    assert.deepEqual(plain(data, 'anthropic', 'claude-x'), {
      inputUsdPer1M: 2, outputUsdPer1M: 10, cachedInputUsdPer1M: 0.2, cacheWriteUsdPer1M: 2.5, contextTokens: 1_000_000, maxOutputTokens: 128_000, images: true, tools: true, jsonSchema: true, reasoning: true,
    });
  });

  it('is refused when none of them is in it', () => {
    assert.throws(() => readModelsDev({ somebody: { models: {} } }, DAY), /none of the providers/u);
  });
});

describe('the price file of LiteLLM', () => {
  it('gives chat models by the names that their makers use, and says nothing of what it does not mention', () => {
    const data = readLiteLlm({
      sample_spec: { max_input_tokens: 'a sentence' },
      'gemini/gemini-x': { litellm_provider: 'gemini', mode: 'chat', input_cost_per_token: 1.5e-6, output_cost_per_token: 7.5e-6, max_input_tokens: 1_048_576, max_output_tokens: 65_536, supports_vision: true },
      'text-embedding': { litellm_provider: 'openai', mode: 'embedding', input_cost_per_token: 1e-8 },
    }, DAY);
    assert.deepEqual([...data.keys()], ['google']);
    assert.deepEqual(plain(data, 'google', 'gemini-x'), { inputUsdPer1M: 1.5, outputUsdPer1M: 7.5, contextTokens: 1_048_576, maxOutputTokens: 65_536, images: true });
  });
});
