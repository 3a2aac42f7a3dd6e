/** What a catalogue knows of models: each fact with where it is said and when. What nobody says is not there. */
import * as z from 'zod';

/** USD per 1M tokens, and sizes in tokens. */
export const NUMBER_FACTS = ['inputUsdPer1M', 'outputUsdPer1M', 'cachedInputUsdPer1M', 'cacheWriteUsdPer1M', 'contextTokens', 'maxOutputTokens'] as const;
/** What a model can do. */
export const FLAG_FACTS = ['tools', 'images', 'jsonSchema', 'reasoning'] as const;
export const PRICE_FACTS = ['inputUsdPer1M', 'outputUsdPer1M', 'cachedInputUsdPer1M', 'cacheWriteUsdPer1M'] as const;
export type NumberFact = (typeof NUMBER_FACTS)[number];
export type FlagFact = (typeof FLAG_FACTS)[number];
export type FactName = NumberFact | FlagFact;

/** Whose list of models it is: what a model costs depends on where it is called. */
export const PLACES = ['openrouter', 'openai', 'anthropic', 'google', 'deepseek', 'xai', 'mistral', 'moonshot', 'alibaba', 'zai', 'minimax'] as const;
export type Place = (typeof PLACES)[number];

/** Who says so, and as of which day (`YYYY-MM-DD`). */
export interface Source {
  origin: string;
  date: string;
}

export interface Fact<T> {
  value: T;
  source: Source;
}

/** All that is known of one model at one place. */
export type Entry = Partial<Record<NumberFact, Fact<number>>> & Partial<Record<FlagFact, Fact<boolean>>> & {
  /** By the name of the benchmark; percent, 0..100. */
  benchmarks?: Readonly<Record<string, Fact<number>>>;
};

/** Place → model as it is named there → what is known of it. */
export type CatalogueData = ReadonlyMap<Place, ReadonlyMap<string, Entry>>;

const amount = z.number().nonnegative();
const tokens = z.number().positive();
const flag = z.boolean();

/** One model in a file: the facts, the index of their source, and of the source of those that come from elsewhere. */
const storedEntrySchema = z.strictObject({
  from: z.int().nonnegative(),
  inputUsdPer1M: amount.optional(), outputUsdPer1M: amount.optional(), cachedInputUsdPer1M: amount.optional(), cacheWriteUsdPer1M: amount.optional(),
  contextTokens: tokens.optional(), maxOutputTokens: tokens.optional(),
  tools: flag.optional(), images: flag.optional(), jsonSchema: flag.optional(), reasoning: flag.optional(),
  benchmarks: z.record(z.string(), z.number().min(0).max(100)).optional(),
  fromOf: z.record(z.string(), z.int().nonnegative()).optional(),
});

/** A catalogue as it is kept: in the package (`snapshot.json`) and in the state folder. */
export const catalogueFileSchema = z.strictObject({
  version: z.literal(1),
  sources: z.array(z.strictObject({ origin: z.string().min(1), date: z.iso.date() })),
  places: z.partialRecord(z.enum(PLACES), z.record(z.string().min(1), storedEntrySchema)),
});

type StoredEntry = z.output<typeof storedEntrySchema>;
export type CatalogueFile = z.output<typeof catalogueFileSchema>;

/** From the form that is kept. A fact whose source is not in the file is left out. */
export function decodeCatalogue({ sources, places }: CatalogueFile): CatalogueData {
  const data = new Map<Place, Map<string, Entry>>();
  for (const place of PLACES) {
    const entries = places[place];
    if (entries !== undefined) data.set(place, new Map(Object.entries(entries).map(([id, stored]) => [id, decodeEntry(stored, sources)])));
  }
  return data;
}

function decodeEntry(stored: StoredEntry, sources: readonly Source[]): Entry {
  const entry: Entry = {};
  const sourceOf = (name: string): Source | undefined => sources[stored.fromOf?.[name] ?? stored.from];
  for (const name of NUMBER_FACTS) {
    const value = stored[name], source = sourceOf(name);
    if (value !== undefined && source !== undefined) entry[name] = { value, source };
  }
  for (const name of FLAG_FACTS) {
    const value = stored[name], source = sourceOf(name);
    if (value !== undefined && source !== undefined) entry[name] = { value, source };
  }
  const benchmarks = Object.entries(stored.benchmarks ?? {}).flatMap(([name, value]): [string, Fact<number>][] => {
    const source = sourceOf(`benchmarks.${name}`);
    return source === undefined ? [] : [[name, { value, source }]];
  });
  if (benchmarks.length > 0) entry.benchmarks = Object.fromEntries(benchmarks);
  return entry;
}

/** Into the form that is kept. */
export function encodeCatalogue(data: CatalogueData): CatalogueFile {
  const sources: Source[] = [], indexes = new Map<string, number>();
  const indexOf = (source: Source): number => {
    const key = `${source.date} ${source.origin}`;
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, sources.length);
    return sources.push(source) - 1;
  };
  const places: CatalogueFile['places'] = {};
  for (const [place, entries] of data) places[place] = Object.fromEntries([...entries].map(([id, entry]) => [id, encodeEntry(entry, indexOf)]));
  return { version: 1, sources, places };
}

function encodeEntry(entry: Entry, indexOf: (source: Source) => number): StoredEntry {
  const facts: [name: string, fact: Fact<number | boolean>][] = [...NUMBER_FACTS, ...FLAG_FACTS].flatMap((name): [string, Fact<number | boolean>][] => {
    const fact = entry[name];
    return fact === undefined ? [] : [[name, fact]];
  });
  const benchmarks = Object.entries(entry.benchmarks ?? {});
  const named = [...facts, ...benchmarks.map(([name, fact]): [string, Fact<number | boolean>] => [`benchmarks.${name}`, fact])];
  const from = mostCommon(named.map(([, { source }]) => indexOf(source)));
  const elsewhere = named.flatMap(([name, { source }]): [string, number][] => (indexOf(source) === from ? [] : [[name, indexOf(source)]]));
  return {
    from,
    ...Object.fromEntries(facts.map(([name, { value }]) => [name, value])),
    ...(benchmarks.length === 0 ? {} : { benchmarks: Object.fromEntries(benchmarks.map(([name, { value }]) => [name, value])) }),
    ...(elsewhere.length === 0 ? {} : { fromOf: Object.fromEntries(elsewhere) }),
  };
}

function mostCommon(indexes: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const index of indexes) counts.set(index, (counts.get(index) ?? 0) + 1);
  let best = 0, most = 0;
  for (const [index, count] of counts) if (count > most) [best, most] = [index, count];
  return best;
}
