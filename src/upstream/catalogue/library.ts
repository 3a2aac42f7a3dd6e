/** The catalogue that counts: what comes with the package, and over it what was fetched. */
import type { RefreshReport } from '../../config/known-facts.ts';
import type { Config } from '../../config/schema.ts';
import { Catalogue } from './catalogue.ts';
import type { DownloadOptions } from './download.ts';
import type { CatalogueData } from './facts.ts';
import { mergeCatalogues } from './merge.ts';
import { fetchCatalogue } from './refresh.ts';
import { packagedCatalogue } from './snapshot.ts';
import { readStored, writeStored } from './stored.ts';

/** What comes with the package. */
export const builtInCatalogue = (): Catalogue => new Catalogue(packagedCatalogue());

/** What is known on this machine; null where nothing was fetched, or what was is not readable: then it is what the package says. */
export async function fetchedCatalogue(stateDir: string): Promise<Catalogue | null> {
  const stored = await readStored(stateDir);
  return stored === null ? null : over(stored);
}

export interface RefreshOptions extends DownloadOptions {
  catalogue: Config['catalogue'];
  stateDir: string;
  nowMs: number;
  signal: AbortSignal;
}

/** Fetches the public lists, keeps what came, and gives the catalogue with it; null where no list could be read. Throws when it could not be kept. */
export async function refreshCatalogue({ catalogue, stateDir, nowMs, signal, ...download }: RefreshOptions): Promise<{ catalogue: Catalogue | null; report: RefreshReport }> {
  const known = (await readStored(stateDir)) ?? new Map();
  const { data, report: sources } = await fetchCatalogue(catalogue, known, dayOf(nowMs), signal, download);
  if (data !== null) await writeStored(stateDir, data);
  const next = over(data ?? known);
  return { catalogue: data === null ? null : next, report: { sources, models: next.size } };
}

/** Is there a list that was not fetched on this day (UTC) yet? */
export async function isOutdated(stateDir: string, nowMs: number): Promise<boolean> {
  const stored = await readStored(stateDir);
  return stored === null || newestDate(stored) < dayOf(nowMs);
}

const over = (fetched: CatalogueData): Catalogue => new Catalogue(mergeCatalogues(fetched, packagedCatalogue()));

const dayOf = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10);

function newestDate(data: CatalogueData): string {
  let newest = '';
  for (const entries of data.values()) {
    for (const entry of entries.values()) {
      const date = (entry.contextTokens ?? entry.inputUsdPer1M)?.source.date ?? '';
      if (date > newest) newest = date;
    }
  }
  return newest;
}
