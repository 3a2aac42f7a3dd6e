import type * as z from 'zod';
import type { Entry, Source } from '../facts.ts';

/** More than any model costs or holds: a number beyond it is a mistake of the list. */
const MOST_USD_PER_1M = 10_000;
const MOST_TOKENS = 100_000_000;
const MOST_ENTRIES = 20_000;
const LONGEST_ID = 200;

/** Gathers what one list says of one model; what is absent, broken or beyond reason is left out. */
export class EntryBuilder {
  readonly entry: Entry = {};
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /** USD per 1M tokens. `free`: nought is a price, and not a way to say that none is known. */
  usdPer1M(name: 'inputUsdPer1M' | 'outputUsdPer1M' | 'cachedInputUsdPer1M' | 'cacheWriteUsdPer1M', value: number | null | undefined, { free }: { free: boolean }): void {
    if (value === null || value === undefined || !Number.isFinite(value) || value < 0 || value > MOST_USD_PER_1M || (value === 0 && !free)) return;
    this.entry[name] = { value: Number(value.toPrecision(6)), source: this.#source };
  }

  tokens(name: 'contextTokens' | 'maxOutputTokens', value: number | null | undefined): void {
    if (value === null || value === undefined || !Number.isInteger(value) || value <= 0 || value > MOST_TOKENS) return;
    this.entry[name] = { value, source: this.#source };
  }

  flag(name: 'tools' | 'images' | 'jsonSchema' | 'reasoning', value: boolean | null | undefined): void {
    if (value !== null && value !== undefined) this.entry[name] = { value, source: this.#source };
  }

  get isEmpty(): boolean {
    return Object.keys(this.entry).length === 0;
  }
}

/** A name that is fit to be kept and shown. */
export const isModelId = (id: string): boolean => id.length > 0 && id.length <= LONGEST_ID && /^[\x21-\x7e]+$/.test(id);

/** The entries of a list one by one, those that fit; throws when the list itself has another shape, or most of it does not fit. */
export function fitting<T>(name: string, values: readonly (readonly [key: string, value: unknown])[], schema: z.ZodType<T>): [key: string, value: T][] {
  if (values.length > MOST_ENTRIES) throw new Error(`${name}: ${values.length} models are more than a list holds`);
  const fit = values.flatMap(([key, value]): [string, T][] => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [[key, parsed.data]] : [];
  });
  if (fit.length * 2 < values.length || fit.length === 0) throw new Error(`${name}: ${fit.length} of ${values.length} models can be read`);
  return fit;
}
