import { DEFAULT_CANDIDATES, DEFAULT_ROLES } from './defaults.ts';
import type { Report } from './issue.ts';
import { FACTS, type FactName, type FactOrigin } from './known-facts.ts';
import { byName } from './named.ts';
import { DEFAULT_UPSTREAM_NAME } from './resolve-upstreams.ts';
import type { Candidate, CandidateInput, Config, RoleConfig, RoleInput } from './schema.ts';

export type Roles = Config['roles'];
type Role = Roles[string];

/** The built-in roles with the user's laid over them, key by key. Another model brings nothing of the built-in one's facts along. */
export function resolveRoles(given: Readonly<Record<string, RoleInput>>, report: Report): Roles {
  const roles: Record<string, Role> = {};
  for (const [name, role] of Object.entries(DEFAULT_ROLES)) roles[name] = { ...role, upstreamName: DEFAULT_UPSTREAM_NAME, origins: originsOf(role, 'built-in') };
  for (const [name, role] of Object.entries(given)) {
    const base = Object.hasOwn(DEFAULT_ROLES, name) ? DEFAULT_ROLES[name] : undefined;
    const model = role.model ?? base?.model;
    if (model === undefined) {
      report(['roles', name, 'model'], 'is missing', 'the model id as the upstream names it');
      continue;
    }
    const kept: Partial<RoleConfig> = base === undefined || model === base.model ? (base ?? {}) : { description: base.description };
    roles[name] = { ...kept, ...role, model, upstreamName: role.upstreamName ?? DEFAULT_UPSTREAM_NAME, origins: { ...originsOf(kept, 'built-in'), ...originsOf(role, 'config') } };
  }
  return byName(roles);
}

/** The built-in pool as it follows the user's roles: a role with another model keeps only its skills as a prior, a new role joins with neutral ones. */
export function defaultPool(roles: Roles): CandidateInput[] {
  const builtIn = DEFAULT_CANDIDATES.map((candidate): CandidateInput => {
    const role = candidate.role ?? candidate.id;
    if (roles[role]?.model === DEFAULT_ROLES[role]?.model) return candidate;
    const { id, skills, upstream } = candidate;
    return { id, role, skills, upstream, benchmarks: {}, performance: {} };
  });
  const added = Object.keys(roles).filter((name) => !DEFAULT_CANDIDATES.some(({ role }) => role === name));
  return [...builtIn, ...added.map((name): CandidateInput => ({ id: name, role: name, skills: {}, benchmarks: {}, performance: {}, upstream: {} }))];
}

/** Fills in what a candidate leaves to its role. A candidate with a model of its own takes no facts from the role's model. */
export function resolveCandidates(given: readonly CandidateInput[], roles: Roles, report: Report): Candidate[] {
  return given.flatMap((candidate, index) => {
    const role = candidate.role ?? candidate.id;
    const facts = roles[role];
    if (facts === undefined) {
      report([index, 'role'], candidate.role === undefined ? `is missing, and there is no role \`${role}\`` : `there is no role \`${role}\``, `one of ${Object.keys(roles).join(', ')}`);
      return [];
    }
    return [completed(candidate, role, facts)];
  });
}

function completed(candidate: CandidateInput, role: string, facts: Role): Candidate {
  const sameModel = candidate.model === undefined || candidate.model === facts.model;
  const inherited: Partial<Role> = sameModel ? facts : {};
  return {
    ...candidate,
    role,
    model: candidate.model ?? facts.model,
    upstreamName: candidate.upstreamName ?? inherited.upstreamName ?? DEFAULT_UPSTREAM_NAME,
    pricing: candidate.pricing ?? inherited.pricing,
    contextTokens: candidate.contextTokens ?? inherited.contextTokens,
    tools: candidate.tools ?? inherited.tools ?? true,
    images: candidate.images ?? inherited.images ?? false,
    jsonSchema: candidate.jsonSchema ?? inherited.jsonSchema ?? true,
    origins: { ...ASSUMED, ...inherited.origins, ...originsOf(candidate, 'config') },
  };
}

const ASSUMED = { tools: { from: 'assumed' }, images: { from: 'assumed' }, jsonSchema: { from: 'assumed' } } as const;

/** Who says what is said: the user always has the last word, a catalogue may know better than what is built in or assumed. */
function originsOf(said: Partial<Record<FactName, unknown>>, from: 'config' | 'built-in'): Partial<Record<FactName, FactOrigin>> {
  return Object.fromEntries(FACTS.filter((name) => said[name] !== undefined).map((name) => [name, { from }]));
}
