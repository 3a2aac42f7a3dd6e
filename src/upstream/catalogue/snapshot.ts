import snapshot from './snapshot.json' with { type: 'json' };
import { catalogueFileSchema, decodeCatalogue, type CatalogueData } from './facts.ts';

let decoded: CatalogueData | null = null;

/** The catalogue that comes with the package; `docs/models.md` says how it is made. */
export const packagedCatalogue = (): CatalogueData => decoded ??= decodeCatalogue(catalogueFileSchema.parse(snapshot));
