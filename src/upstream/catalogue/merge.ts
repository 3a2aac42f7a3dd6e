import { FLAG_FACTS, NUMBER_FACTS, PRICE_FACTS, type CatalogueData, type Entry, type Fact, type Place } from './facts.ts';

/**
 * Lays catalogues over each other: of each fact the newest stays, of equally new ones the one that comes first.
 * Prices of one model go together: a cached price stays beside a newer input price only while that is the same price.
 */
export function mergeCatalogues(...layers: readonly CatalogueData[]): CatalogueData {
  const merged = new Map<Place, Map<string, Entry>>();
  for (const layer of layers) {
    for (const [place, entries] of layer) {
      const into = merged.get(place) ?? new Map<string, Entry>();
      merged.set(place, into);
      for (const [id, entry] of entries) {
        const known = into.get(id);
        into.set(id, known === undefined ? entry : mergeEntries(known, entry));
      }
    }
  }
  return merged;
}

/** Of two entries of one model; `first` wins where both are equally new. */
export function mergeEntries(first: Entry, second: Entry): Entry {
  const merged: Entry = {};
  for (const name of NUMBER_FACTS) setNewer(merged, name, first[name], second[name]);
  for (const name of FLAG_FACTS) setNewer(merged, name, first[name], second[name]);
  for (const name of PRICE_FACTS.slice(2)) {
    const fact = merged[name];
    if (fact !== undefined && !belongsTo(merged, fact, first[name] === fact ? first : second)) Reflect.deleteProperty(merged, name);
  }
  const benchmarks = { ...second.benchmarks };
  for (const [name, fact] of Object.entries(first.benchmarks ?? {})) benchmarks[name] = newer(fact, benchmarks[name]) ?? fact;
  if (Object.keys(benchmarks).length > 0) merged.benchmarks = benchmarks;
  return merged;
}

function setNewer<K extends keyof Entry>(into: Entry, name: K, a: Entry[K], b: Entry[K]): void {
  const kept = newer(a as Fact<unknown> | undefined, b as Fact<unknown> | undefined) as Entry[K];
  if (kept !== undefined) into[name] = kept;
}

function newer<T>(a: Fact<T> | undefined, b: Fact<T> | undefined): Fact<T> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.source.date > a.source.date ? b : a;
}

/** A price of the prompt cache was said together with an input price; it holds while that does. */
function belongsTo({ inputUsdPer1M }: Entry, fact: Fact<number>, said: Entry): boolean {
  return inputUsdPer1M === undefined || inputUsdPer1M.source.date <= fact.source.date || said.inputUsdPer1M?.value === inputUsdPer1M.value;
}
