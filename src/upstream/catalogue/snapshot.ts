import snapshot from './snapshot.json' with { type: 'json' };
import { decodeCatalogue, type CatalogueData, type CatalogueFile } from './facts.ts';

let decoded: CatalogueData | null = null;

/** The catalogue that comes with the package; `docs/models.md` says how it is made. A test holds it to its schema, so no start has to. */
export const packagedCatalogue = (): CatalogueData => decoded ??= decodeCatalogue(snapshot as unknown as CatalogueFile);
