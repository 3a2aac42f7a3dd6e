import * as z from 'zod';
import type { CatalogueData, Entry, Place } from '../facts.ts';
import { EntryBuilder, fitting, isModelId } from './figures.ts';

/** Its names of the places that we know. */
const PROVIDERS: Readonly<Record<string, Place>> = {
  openrouter: 'openrouter', openai: 'openai', anthropic: 'anthropic', google: 'google', deepseek: 'deepseek', xai: 'xai', mistral: 'mistral', moonshotai: 'moonshot',
  alibaba: 'alibaba', zai: 'zai', minimax: 'minimax',
};

const amount = z.number().nullish();
const modelSchema = z.looseObject({
  cost: z.looseObject({ input: amount, output: amount, cache_read: amount, cache_write: amount }).nullish(),
  limit: z.looseObject({ context: amount, output: amount }).nullish(),
  modalities: z.looseObject({ input: z.array(z.string()).nullish() }).nullish(),
  tool_call: z.boolean().nullish(),
  structured_output: z.boolean().nullish(),
  reasoning: z.boolean().nullish(),
});
const listSchema = z.record(z.string(), z.looseObject({ models: z.record(z.string(), z.unknown()) }));

/** `https://models.dev/api.json`: prices in USD per 1M tokens. Throws when it is something else. */
export function readModelsDev(list: unknown, date: string): CatalogueData {
  const providers = listSchema.parse(list);
  const known = Object.entries(PROVIDERS).flatMap(([name, place]): [Place, Record<string, unknown>][] => {
    const provider = providers[name];
    return provider === undefined ? [] : [[place, provider.models]];
  });
  if (known.length === 0) throw new Error('models.dev: none of the providers that are known here is in it');
  return new Map(known.map(([place, models]) => [place, readModels(place, models, { origin: 'models.dev', date })]));
}

function readModels(place: Place, models: Record<string, unknown>, source: { origin: string; date: string }): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [id, { cost, limit, modalities, ...can }] of fitting(`models.dev, ${place}`, Object.entries(models), modelSchema)) {
    if (!isModelId(id)) continue;
    const builder = new EntryBuilder(source), free = id.endsWith(':free');
    builder.usdPer1M('inputUsdPer1M', cost?.input, { free });
    builder.usdPer1M('outputUsdPer1M', cost?.output, { free });
    builder.usdPer1M('cachedInputUsdPer1M', cost?.cache_read, { free: false });
    builder.usdPer1M('cacheWriteUsdPer1M', cost?.cache_write, { free: false });
    builder.tokens('contextTokens', limit?.context);
    builder.tokens('maxOutputTokens', limit?.output);
    builder.flag('images', modalities?.input?.includes('image'));
    builder.flag('tools', can.tool_call);
    builder.flag('jsonSchema', can.structured_output);
    builder.flag('reasoning', can.reasoning);
    if (!builder.isEmpty) entries.set(id, builder.entry);
  }
  return entries;
}
