import type { Candidate, Config, Pricing } from '../config/schema.ts';
import type { ModelEntry } from './parts.ts';

/** What `GET /v1/models` and `openfusion models` list: virtual models, roles, candidates. `created` is in epoch seconds. */
export function modelEntries({ auto, roles }: Config, created: number): ModelEntry[] {
  const windows = auto.candidates.map(({ contextTokens }) => contextTokens).filter((tokens) => tokens !== undefined);
  // A client fills a window up, so it is told the smallest (field.md, pain 11); abilities are filters, so one candidate that has them is enough.
  const shared = {
    created, pricing: null, contextTokens: windows.length === 0 ? undefined : Math.min(...windows),
    capabilities: { tools: auto.candidates.some(({ tools }) => tools), images: auto.candidates.some(({ images }) => images), json_schema: auto.candidates.some(({ jsonSchema }) => jsonSchema) },
  };
  const taken = new Set(['openfusion/auto', 'openfusion/fusion']);
  const entries = [
    entry({ ...shared, id: 'openfusion/auto', kind: 'virtual', description: 'Chooses for each task: one model, a primary with a verifier, or the full panel' }),
    entry({ ...shared, id: 'openfusion/fusion', kind: 'virtual', description: 'A panel of models, a judge, one synthesis' }),
  ];
  for (const [name, role] of Object.entries(roles)) {
    taken.add(`openfusion/${name}`);
    const { pricing, contextTokens, maxOutputTokens, tools = true, images = false, jsonSchema = true } = factsOf(name, role, auto.candidates);
    entries.push(entry({
      created, id: `openfusion/${name}`, kind: 'role', description: `${role.description ?? 'Role'} (${role.model})`, pricing: pricing ?? null, contextTokens, maxOutputTokens,
      capabilities: { tools, images, json_schema: jsonSchema },
    }));
  }
  for (const candidate of auto.candidates) {
    if (taken.has(`openfusion/${candidate.id}`)) continue;
    entries.push(entry({
      created, id: `openfusion/${candidate.id}`, kind: 'candidate', description: `Candidate for ${candidate.role} (${candidate.model})`, pricing: candidate.pricing ?? null,
      contextTokens: candidate.contextTokens, maxOutputTokens: candidate.maxOutputTokens, capabilities: { tools: candidate.tools, images: candidate.images, json_schema: candidate.jsonSchema },
    }));
  }
  return entries;
}

type Facts = Partial<Pick<Candidate, 'pricing' | 'contextTokens' | 'maxOutputTokens' | 'tools' | 'images' | 'jsonSchema'>>;

/** What is known of the model that answers for a role: its own candidate plays it (as in routing), else the role says, and what it leaves out is the same model's elsewhere. */
function factsOf(name: string, role: Config['roles'][string], candidates: readonly Candidate[]): Facts {
  const same = candidates.filter(({ model, upstreamName }) => model === role.model && upstreamName === role.upstreamName);
  const own = same.find((candidate) => candidate.role === name);
  return own ?? { ...same[0], ...known(role) };
}

const known = (facts: Facts): Facts => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

interface EntryInit {
  id: string; kind: string; description: string; created: number; pricing: Pricing | null;
  contextTokens?: number | undefined; maxOutputTokens?: number | undefined; capabilities: ModelEntry['capabilities'];
}

function entry({ id, kind, description, created, pricing, contextTokens, maxOutputTokens, capabilities }: EntryInit): ModelEntry {
  return {
    id, object: 'model', created, owned_by: 'openfusion', description, kind, context_window: contextTokens ?? null, max_output_tokens: maxOutputTokens ?? null,
    pricing: pricing === null ? null : { input_usd_per_1m: pricing.inputUsdPer1M, output_usd_per_1m: pricing.outputUsdPer1M, cached_input_usd_per_1m: pricing.cachedInputUsdPer1M ?? null },
    capabilities,
  };
}
