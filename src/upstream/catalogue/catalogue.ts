import { FLAG_FACTS, NUMBER_FACTS, PRICE_FACTS, type CatalogueData, type Entry, type Place } from './facts.ts';
import { placeOf, relayedId, spelled, spellings, withoutVariant } from './model-id.ts';

/** Makers whose models others sell too, at prices of their own: what OpenRouter asks for them says nothing of what they ask. */
const SOLD_BY_MANY: ReadonlySet<Place> = new Set(['deepseek', 'mistral', 'moonshot', 'alibaba', 'zai', 'minimax']);

/** Looks models up by the names that upstreams use. */
export class Catalogue {
  readonly data: CatalogueData;
  /** Place → id in one spelling → id. */
  readonly #spelled: ReadonlyMap<Place, ReadonlyMap<string, string>>;

  constructor(data: CatalogueData) {
    this.data = data;
    this.#spelled = new Map([...data].map(([place, entries]) => [place, new Map([...entries.keys()].map((id) => [spelled(id), id]))]));
  }

  /** What is known of a model at an upstream's address; null at an address whose prices nobody lists, and for a model that nobody knows. */
  lookUp(baseURL: string, model: string): Entry | null {
    const place = placeOf(baseURL);
    if (place === null) return null;
    const variant = withoutVariant(model);
    const exact = this.#at(place, model);
    if (exact !== null || variant === null) return exact;
    if (!variant.samePrice) return withoutPrice(this.#at(place, variant.base));
    if (place === 'openrouter') return null;
    const relayed = this.#at('openrouter', relayedId(place, model));
    return SOLD_BY_MANY.has(place) ? withoutPrice(relayed) : relayed;
  }

  #at(place: Place, model: string): Entry | null {
    const entries = this.data.get(place), names = this.#spelled.get(place);
    if (entries === undefined || names === undefined) return null;
    for (const spelling of spellings(model)) {
      const found = entries.get(spelling) ?? entries.get(names.get(spelling) ?? '');
      if (found !== undefined) return found;
    }
    return null;
  }

  get size(): number {
    return [...this.data.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

const WITHOUT_PRICE = [...NUMBER_FACTS.filter((name) => !PRICE_FACTS.some((price) => price === name)), ...FLAG_FACTS, 'benchmarks'] as const;

function withoutPrice(entry: Entry | null): Entry | null {
  return entry === null ? null : Object.fromEntries(WITHOUT_PRICE.flatMap((name) => (entry[name] === undefined ? [] : [[name, entry[name]]])));
}
