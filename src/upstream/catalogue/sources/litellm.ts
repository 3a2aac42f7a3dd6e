import * as z from 'zod';
import type { CatalogueData, Entry, Place } from '../facts.ts';
import { EntryBuilder, fitting, isModelId } from './figures.ts';

/** Its names of the places that we know, and what they put before a model's name. */
const PROVIDERS: Readonly<Record<string, readonly [place: Place, prefix: string]>> = {
  openai: ['openai', ''], anthropic: ['anthropic', ''], gemini: ['google', 'gemini/'], deepseek: ['deepseek', 'deepseek/'], xai: ['xai', 'xai/'],
  mistral: ['mistral', 'mistral/'], moonshot: ['moonshot', 'moonshot/'], dashscope: ['alibaba', 'dashscope/'], zai: ['zai', 'zai/'], minimax: ['minimax', 'minimax/'],
  openrouter: ['openrouter', 'openrouter/'],
};
/** What answers chats; the file lists images, speech and embeddings too. */
const CHATS: ReadonlySet<string> = new Set(['chat', 'responses', 'completion']);

const amount = z.number().nullish();
const able = z.boolean().nullish();
const modelSchema = z.looseObject({
  litellm_provider: z.string().nullish(), mode: z.string().nullish(),
  input_cost_per_token: amount, output_cost_per_token: amount, cache_read_input_token_cost: amount, cache_creation_input_token_cost: amount,
  max_input_tokens: z.unknown().optional(), max_output_tokens: z.unknown().optional(),
  supports_function_calling: able, supports_vision: able, supports_response_schema: able, supports_reasoning: able,
});

/** `model_prices_and_context_window.json` of BerriAI/litellm: prices in USD per token. Throws when it is something else. */
export function readLiteLlm(list: unknown, date: string): CatalogueData {
  const { sample_spec: _, ...models } = z.record(z.string(), z.unknown()).parse(list);
  const source = { origin: 'LiteLLM model_prices_and_context_window.json', date };
  const places = new Map<Place, Map<string, Entry>>();
  for (const [key, model] of fitting('LiteLLM', Object.entries(models), modelSchema)) {
    const provider = PROVIDERS[model.litellm_provider ?? ''];
    if (provider === undefined || !CHATS.has(model.mode ?? '')) continue;
    const [place, prefix] = provider;
    const id = key.startsWith(prefix) ? key.slice(prefix.length) : key;
    if (!isModelId(id)) continue;
    const builder = new EntryBuilder(source), free = id.endsWith(':free');
    builder.usdPer1M('inputUsdPer1M', per1M(model.input_cost_per_token), { free });
    builder.usdPer1M('outputUsdPer1M', per1M(model.output_cost_per_token), { free });
    builder.usdPer1M('cachedInputUsdPer1M', per1M(model.cache_read_input_token_cost), { free: false });
    builder.usdPer1M('cacheWriteUsdPer1M', per1M(model.cache_creation_input_token_cost), { free: false });
    builder.tokens('contextTokens', asNumber(model.max_input_tokens));
    builder.tokens('maxOutputTokens', asNumber(model.max_output_tokens));
    builder.flag('tools', model.supports_function_calling);
    builder.flag('images', model.supports_vision);
    builder.flag('jsonSchema', model.supports_response_schema);
    builder.flag('reasoning', model.supports_reasoning);
    if (builder.isEmpty) continue;
    const entries = places.get(place) ?? new Map<string, Entry>();
    places.set(place, entries.set(id, builder.entry));
  }
  if (places.size === 0) throw new Error('LiteLLM: none of the providers that are known here is in it');
  return places;
}

const per1M = (perToken: number | null | undefined): number | null => (typeof perToken === 'number' ? perToken * 1e6 : null);
/** Some entries have a sentence where a number belongs. */
const asNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null);
