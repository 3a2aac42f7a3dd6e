/**
 * Writes the catalogue that comes with the package (`src/upstream/catalogue/snapshot.json`) from the public lists, over what it
 * says now: `node test/support/make-catalogue.ts [--openrouter FILE] [--models-dev FILE] [--litellm FILE] [--date YYYY-MM-DD]`.
 * Without a FILE a list is fetched. `--date` is the day that the files are of; today is meant without it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseConfig } from '../../src/config/load.ts';
import { downloadJson } from '../../src/upstream/catalogue/download.ts';
import { catalogueFileSchema, encodeCatalogue, type CatalogueData, type Entry } from '../../src/upstream/catalogue/facts.ts';
import { mergeCatalogues } from '../../src/upstream/catalogue/merge.ts';
import { packagedCatalogue } from '../../src/upstream/catalogue/snapshot.ts';
import { readLiteLlm } from '../../src/upstream/catalogue/sources/litellm.ts';
import { readModelsDev } from '../../src/upstream/catalogue/sources/models-dev.ts';
import { readOpenRouter } from '../../src/upstream/catalogue/sources/openrouter.ts';
import { repoDir } from './paths.ts';

/** Makers whose models people code with; an OpenRouter id begins with one of them, or with `~` and one of them. */
const MAKERS = /^~?(?:openai|anthropic|google|deepseek|qwen|moonshotai|mistralai|x-ai|z-ai|minimax|meta-llama|xiaomi)\//u;
/** What answers no coding agent: images, speech, search, moderation, half-price batches. */
const OTHER_THINGS = /image|audio|voxtral|tts|whisper|embed|search|moderation|deep-research|safeguard|lyria|veo|:batch$/u;
/** Makers that are called at an address of their own and ask other prices there than OpenRouter's. */
const OWN_PLACES = new Set(['deepseek', 'moonshot', 'mistral', 'zai', 'minimax', 'alibaba']);

const { values } = parseArgs({ options: { openrouter: { type: 'string' }, 'models-dev': { type: 'string' }, litellm: { type: 'string' }, date: { type: 'string', default: new Date().toISOString().slice(0, 10) } } });
const { date } = values;
const defaults = parseConfig({}, 'defaults');
if (!defaults.ok) throw new Error('the defaults are no configuration');
const { sources } = defaults.config.catalogue;

async function list(file: string | undefined, url: string): Promise<unknown> {
  return file === undefined ? downloadJson(url, AbortSignal.timeout(120_000)) : JSON.parse(readFileSync(file, 'utf8')) as unknown;
}

const fresh = [
  readOpenRouter(await list(values.openrouter, sources.openrouter), date),
  readModelsDev(await list(values['models-dev'], sources.modelsDev), date),
  readLiteLlm(await list(values.litellm, sources.litellm), date),
];
const wanted = (place: string, id: string): boolean => !OTHER_THINGS.test(id) && (place === 'openrouter' ? MAKERS.test(id) : OWN_PLACES.has(place));
const merged: CatalogueData = mergeCatalogues(...fresh, packagedCatalogue());
const listedNow = mergeCatalogues(...fresh);
// A model that no list has any more is gone; what is left of it would only be old.
const kept: CatalogueData = new Map([...merged].map(([place, entries]) => [place, new Map([...entries].filter(([id]) => wanted(place, id) && listedNow.get(place)?.has(id)).sort(([a], [b]) => nameOf(a).localeCompare(nameOf(b), 'en')))] as const).filter(([, entries]) => entries.size > 0));
function nameOf(id: string): string {
  return id.replace(/^~/u, '');
}

const { version, sources: said, places } = catalogueFileSchema.parse(encodeCatalogue(kept));
const lines = (entries: Record<string, unknown>): string => Object.entries(entries).map(([id, entry]) => `      ${JSON.stringify(id)}: ${JSON.stringify(entry)}`).join(',\n');
const text = `{
  "version": ${version},
  "sources": [
${said.map((source) => `    ${JSON.stringify(source)}`).join(',\n')}
  ],
  "places": {
${Object.entries(places).map(([place, entries]) => `    ${JSON.stringify(place)}: {\n${lines(entries)}\n    }`).join(',\n')}
  }
}
`;
writeFileSync(join(repoDir, 'src', 'upstream', 'catalogue', 'snapshot.json'), text);
const count = [...kept.values()].reduce<number>((sum, entries: ReadonlyMap<string, Entry>) => sum + entries.size, 0);
console.log(`${count} models, ${text.length} bytes`);
