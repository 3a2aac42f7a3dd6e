import type { Candidate, Config } from '../config/schema.ts';
import { compileRules, type CompiledRule } from './profile/rules.ts';
import type { PlannedCall } from './types.ts';
import { scoreWeights, type Tier, type Weights } from './score/weights.ts';

/** What follows from a configuration alone, worked out once for it. */
export interface Pool {
  candidates: readonly Candidate[];
  rules: readonly CompiledRule[];
  weights: Readonly<Record<Tier, Weights>>;
  /** By id: those of the pool, then what roles add. */
  byId: ReadonlyMap<string, Candidate>;
  byRole: ReadonlyMap<string, readonly Candidate[]>;
  /** Role → its own model: the candidate that has it, else one made of what the role says. */
  ofRole: ReadonlyMap<string, Candidate>;
  byModel: ReadonlyMap<string, Candidate>;
  /** Candidates as calls, where nothing of the request changes them. */
  calls: Map<Candidate, PlannedCall>;
}

const pools = new WeakMap<Config, Pool>();

export function poolOf(config: Config): Pool {
  const known = pools.get(config);
  if (known !== undefined) return known;
  const pool = makePool(config);
  pools.set(config, pool);
  return pool;
}

function makePool({ auto, roles, routing }: Config): Pool {
  const byId = new Map<string, Candidate>(), byRole = new Map<string, Candidate[]>(), ofRole = new Map<string, Candidate>(), byModel = new Map<string, Candidate>();
  for (const candidate of auto.candidates) {
    byId.set(candidate.id, candidate);
    byRole.set(candidate.role, [...(byRole.get(candidate.role) ?? []), candidate]);
    if (!byModel.has(candidate.model)) byModel.set(candidate.model, candidate);
  }
  for (const [name, role] of Object.entries(roles)) {
    const own = byRole.get(name)?.find(({ model, upstreamName }) => model === role.model && upstreamName === role.upstreamName) ?? candidateOfRole(name, role, byId);
    ofRole.set(name, own);
    byId.set(own.id, own);
    if (!byModel.has(own.model)) byModel.set(own.model, own);
  }
  return { candidates: auto.candidates, rules: compileRules(routing.rules), weights: { fast: scoreWeights(auto.scoring, 'fast'), smart: scoreWeights(auto.scoring, 'smart') }, byId, byRole, ofRole, byModel, calls: new Map() };
}

/** A role whose model is not in the pool can still be asked for, judge, and be fallen back to. */
function candidateOfRole(name: string, role: Config['roles'][string], taken: ReadonlyMap<string, Candidate>): Candidate {
  return {
    id: taken.has(name) ? `role:${name}` : name,
    role: name, model: role.model, upstreamName: role.upstreamName, pricing: role.pricing, contextTokens: role.contextTokens,
    tools: role.tools ?? true, images: role.images ?? false, jsonSchema: role.jsonSchema ?? true,
    skills: {}, benchmarks: {}, performance: {}, upstream: {},
  };
}

/** The default upstream's name: the seed's single `upstream`. */
export const DEFAULT_UPSTREAM_NAME = 'default';

/** A model that nobody configured, asked for by its own id. Its price is known when a candidate or a role has the same model. */
export function passthroughCandidate(model: string, { byModel }: Pool): Candidate {
  const known = byModel.get(model);
  return {
    id: model, role: 'passthrough', model, upstreamName: DEFAULT_UPSTREAM_NAME, pricing: known?.pricing, tools: true, images: true, jsonSchema: true,
    skills: known?.skills ?? {}, benchmarks: known?.benchmarks ?? {}, performance: known?.performance ?? {}, upstream: {},
  };
}
