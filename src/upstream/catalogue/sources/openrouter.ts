import * as z from 'zod';
import type { CatalogueData, Entry } from '../facts.ts';
import { EntryBuilder, fitting, isModelId } from './figures.ts';

/** USD per token as text; `-1` means that it depends on what is chosen. */
const price = z.string().or(z.number()).nullish();
const modelSchema = z.looseObject({
  id: z.string(),
  context_length: z.number().nullish(),
  pricing: z.looseObject({ prompt: price, completion: price, input_cache_read: price, input_cache_write: price }).nullish(),
  top_provider: z.looseObject({ context_length: z.number().nullish(), max_completion_tokens: z.number().nullish() }).nullish(),
  architecture: z.looseObject({ input_modalities: z.array(z.string()).nullish() }).nullish(),
  supported_parameters: z.array(z.string()).nullish(),
});
const listSchema = z.looseObject({ data: z.array(z.unknown()) });

/** `GET /api/v1/models` (https://openrouter.ai/docs/api-reference/list-available-models). Throws when it is something else. */
export function readOpenRouter(list: unknown, date: string): CatalogueData {
  const { data } = listSchema.parse(list);
  const source = { origin: 'OpenRouter /api/v1/models', date };
  const entries = new Map<string, Entry>();
  for (const [, model] of fitting('OpenRouter', data.map((value): [string, unknown] => ['', value]), modelSchema)) {
    if (!isModelId(model.id)) continue;
    const builder = new EntryBuilder(source), { pricing, top_provider: top, architecture, supported_parameters: parameters } = model;
    const free = model.id.endsWith(':free');
    builder.usdPer1M('inputUsdPer1M', per1M(pricing?.prompt), { free });
    builder.usdPer1M('outputUsdPer1M', per1M(pricing?.completion), { free });
    builder.usdPer1M('cachedInputUsdPer1M', per1M(pricing?.input_cache_read), { free: false });
    builder.usdPer1M('cacheWriteUsdPer1M', per1M(pricing?.input_cache_write), { free: false });
    // The first is the most that any provider has, the second what the one has that usually answers.
    builder.tokens('contextTokens', least(model.context_length, top?.context_length));
    builder.tokens('maxOutputTokens', top?.max_completion_tokens);
    builder.flag('images', architecture?.input_modalities?.includes('image'));
    builder.flag('tools', parameters?.includes('tools'));
    builder.flag('jsonSchema', parameters?.includes('structured_outputs'));
    builder.flag('reasoning', parameters?.includes('reasoning'));
    if (!builder.isEmpty) entries.set(model.id, builder.entry);
  }
  return new Map([['openrouter', entries]]);
}

const per1M = (perToken: string | number | null | undefined): number | null => (perToken === null || perToken === undefined || perToken === '' ? null : Number(perToken) * 1e6);

function least(a: number | null | undefined, b: number | null | undefined): number | null {
  const known = [a, b].filter((value) => typeof value === 'number' && value > 0) as number[];
  return known.length === 0 ? null : Math.min(...known);
}
