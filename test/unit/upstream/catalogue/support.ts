import { decodeCatalogue, type CatalogueData, type CatalogueFile } from '../../../../src/upstream/catalogue/facts.ts';

type Stored = NonNullable<NonNullable<CatalogueFile['places']['openrouter']>[string]>;

/** A catalogue of OpenRouter's models, all said by one source. */
export function listed(models: Record<string, Omit<Stored, 'from'>>, { origin = 'a list', date = '2026-01-01', place = 'openrouter' as keyof CatalogueFile['places'] } = {}): CatalogueData {
  return decodeCatalogue({ version: 1, sources: [{ origin, date }], places: { [place]: Object.fromEntries(Object.entries(models).map(([id, facts]) => [id, { from: 0, ...facts }])) } });
}
