import type { Candidate, Config, Pricing } from '../config/schema.ts';
import type { ModelEntry } from './parts.ts';

/** What `GET /v1/models` and `openfusion models` list: virtual models, roles, candidates. `created` is in epoch seconds. */
export function modelEntries({ auto, roles }: Config, created: number): ModelEntry[] {
  const windows = auto.candidates.map(({ contextTokens }) => contextTokens).filter((tokens) => tokens !== undefined);
  // A virtual model promises only what every member of the pool can do (field.md, pain 11).
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
    entries.push(entry({
      created, id: `openfusion/${name}`, kind: 'role', description: `${role.description ?? 'Role'} (${role.model})`, pricing: role.pricing ?? null, contextTokens: role.contextTokens ?? candidateOf(auto.candidates, role.model)?.contextTokens,
      capabilities: { tools: role.tools ?? true, images: role.images ?? candidateOf(auto.candidates, role.model)?.images ?? false, json_schema: role.jsonSchema ?? true },
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

const candidateOf = (candidates: readonly Candidate[], model: string): Candidate | undefined => candidates.find((candidate) => candidate.model === model);

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
