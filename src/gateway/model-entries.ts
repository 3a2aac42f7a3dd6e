import { FACTS, type FactName, type Known, type Measured } from '../config/known-facts.ts';
import type { Candidate, Config, Pricing } from '../config/schema.ts';
import type { ModelEntry } from './parts.ts';

/**
 * What `GET /v1/models` and `openfusion models` list: virtual models, roles, candidates. `created` is in epoch seconds.
 * @param measured `upstream/model` → how it did in our own requests
 */
export function modelEntries({ auto, roles }: Config, created: number, measured: ReadonlyMap<string, Measured> = new Map()): ModelEntry[] {
  const windows = auto.candidates.map(({ contextTokens }) => contextTokens).filter((tokens) => tokens !== undefined);
  // A client fills a window up, so it is told the smallest (field.md, pain 11); abilities are filters, so one candidate that has them is enough.
  const shared = {
    created, at: null, measured, pricing: null, contextTokens: windows.length === 0 ? undefined : Math.min(...windows),
    capabilities: { tools: auto.candidates.some(({ tools }) => tools), images: auto.candidates.some(({ images }) => images), json_schema: auto.candidates.some(({ jsonSchema }) => jsonSchema) },
  };
  const taken = new Set(['openfusion/auto', 'openfusion/fusion']);
  const entries = [
    entry({ ...shared, id: 'openfusion/auto', kind: 'virtual', description: 'Chooses for each task: one model, a primary with a verifier, or the full panel' }),
    entry({ ...shared, id: 'openfusion/fusion', kind: 'virtual', description: 'A panel of models, a judge, one synthesis' }),
  ];
  for (const [name, role] of Object.entries(roles)) {
    taken.add(`openfusion/${name}`);
    const { pricing, contextTokens, maxOutputTokens, tools = true, images = false, jsonSchema = true, origins } = factsOf(name, role, auto.candidates);
    entries.push(entry({
      created, id: `openfusion/${name}`, kind: 'role', description: `${role.description ?? 'Role'} (${role.model})`, pricing: pricing ?? null, contextTokens, maxOutputTokens,
      capabilities: { tools, images, json_schema: jsonSchema }, at: role, origins, measured,
    }));
  }
  for (const candidate of auto.candidates) {
    if (taken.has(`openfusion/${candidate.id}`)) continue;
    entries.push(entry({
      created, id: `openfusion/${candidate.id}`, kind: 'candidate', description: `Candidate for ${candidate.role} (${candidate.model})`, pricing: candidate.pricing ?? null,
      contextTokens: candidate.contextTokens, maxOutputTokens: candidate.maxOutputTokens, capabilities: { tools: candidate.tools, images: candidate.images, json_schema: candidate.jsonSchema },
      at: candidate, origins: candidate.origins, measured,
    }));
  }
  return entries;
}

type Facts = Partial<Pick<Candidate, FactName>> & Pick<Known, 'origins'>;

/** What is known of the model that answers for a role: its own candidate plays it (as in routing), else the role says, and what it leaves out is the same model's elsewhere. */
function factsOf(name: string, role: Config['roles'][string], candidates: readonly Candidate[]): Facts {
  const same = candidates.filter(({ model, upstreamName }) => model === role.model && upstreamName === role.upstreamName);
  const own = same.find((candidate) => candidate.role === name);
  return own ?? { ...same[0], ...known(role), origins: { ...same[0]?.origins, ...role.origins } };
}

const known = (facts: Facts): Facts => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

interface EntryInit {
  id: string; kind: string; description: string; created: number; pricing: Pricing | null;
  contextTokens?: number | undefined; maxOutputTokens?: number | undefined; capabilities: ModelEntry['capabilities'];
  at: { model: string; upstreamName: string } | null; origins?: Known['origins']; measured: ReadonlyMap<string, Measured>;
}

function entry({ id, kind, description, created, pricing, contextTokens, maxOutputTokens, capabilities, at, origins, measured }: EntryInit): ModelEntry {
  return {
    id, object: 'model', created, owned_by: 'openfusion', description, kind, context_window: contextTokens ?? null, max_output_tokens: maxOutputTokens ?? null,
    pricing: pricing === null ? null : {
      input_usd_per_1m: pricing.inputUsdPer1M, output_usd_per_1m: pricing.outputUsdPer1M, cached_input_usd_per_1m: pricing.cachedInputUsdPer1M ?? null,
      cache_write_usd_per_1m: pricing.cacheWriteUsdPer1M ?? null,
    },
    capabilities, model: at?.model ?? null, upstream: at?.upstreamName ?? null, sources: sourcesOf(origins),
    measured: measuredOf(at === null ? undefined : measured.get(`${at.upstreamName}/${at.model}`)),
  };
}

const NAMES: Record<FactName, keyof ModelEntry['sources']> = {
  pricing: 'pricing', contextTokens: 'context_window', maxOutputTokens: 'max_output_tokens', tools: 'tools', images: 'images', jsonSchema: 'json_schema',
};

function sourcesOf(origins: Known['origins'] = {}): ModelEntry['sources'] {
  return Object.fromEntries(FACTS.flatMap((fact) => {
    const said = origins[fact];
    return said === undefined ? [] : [[NAMES[fact], said.from === 'catalogue' ? { origin: said.origin, date: said.date } : { origin: said.from, date: null }]];
  }));
}

function measuredOf(measured: Measured | undefined): ModelEntry['measured'] {
  if (measured === undefined) return null;
  const { calls, availability, firstContentS, tokensPerS } = measured;
  return { calls: Number(calls.toFixed(1)), availability: Number(availability.toFixed(3)), first_content_s: rounded(firstContentS), tokens_per_s: rounded(tokensPerS) };
}

const rounded = (one: Measured['firstContentS']): Measured['firstContentS'] => (one === null ? null : { ...one, samples: Number(one.samples.toFixed(1)) });
