import type { RefreshReport } from '../../config/known-facts.ts';
import type { Config } from '../../config/schema.ts';
import { Catalogue } from './catalogue.ts';
import { downloadJson, type DownloadOptions } from './download.ts';
import type { CatalogueData } from './facts.ts';
import { mergeCatalogues } from './merge.ts';
import { readLiteLlm } from './sources/litellm.ts';
import { readModelsDev } from './sources/models-dev.ts';
import { readOpenRouter } from './sources/openrouter.ts';

/** In the order in which they are believed where they are equally new: the first says what its own service asks. */
const READERS = [
  { name: 'OpenRouter', key: 'openrouter', read: readOpenRouter },
  { name: 'models.dev', key: 'modelsDev', read: readModelsDev },
  { name: 'LiteLLM', key: 'litellm', read: readLiteLlm },
] as const;

/**
 * Fetches the public lists. One that does not answer, or answers something else, changes nothing: what was known of it stays.
 * @param known what was fetched before
 * @param date the day of today, `YYYY-MM-DD`
 * @returns what is to be kept; null when no list could be read
 */
export async function fetchCatalogue(
  { sources }: Config['catalogue'], known: CatalogueData, date: string, signal: AbortSignal, options: DownloadOptions = {},
): Promise<{ data: CatalogueData | null; report: RefreshReport['sources'] }> {
  const answers = await Promise.all(READERS.map(async ({ name, key, read }) => {
    const url = sources[key];
    try {
      const data = read(await downloadJson(url, signal, options), date);
      return { name, url, data, models: new Catalogue(data).size, error: null };
    } catch (error) {
      return { name, url, data: null, models: 0, error: error instanceof Error ? error.message : String(error) };
    }
  }));
  const fresh = answers.flatMap(({ data }) => (data === null ? [] : [data]));
  return {
    data: fresh.length === 0 ? null : mergeCatalogues(...fresh, known),
    report: answers.map(({ name, url, models, error }) => ({ name, url, models, error })),
  };
}
