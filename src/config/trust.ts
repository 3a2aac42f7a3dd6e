/**
 * What a configuration file that was merely found may say. Policy is fine; what redirects traffic, names keys, binds
 * ports or widens logging wants trust. Pure: where trust is recorded is `trust-store.ts`.
 */
import { createHash } from 'node:crypto';
import { pathText } from './issue.ts';
import type { IssuePath } from './issue.ts';

type Json = Record<string, unknown>;

/** Sections that want trust as a whole. */
const SECTIONS = ['upstream', 'upstreams', 'server', 'trace', 'catalogue'] as const;

/** Fields of a candidate's `upstream` that only tune a call. Anything else may mean an address or a key to some relay. */
const HARMLESS_FIELDS: ReadonlySet<string> = new Set([
  'provider', 'plugins', 'models', 'route', 'transforms', 'session_id', 'reasoning', 'reasoning_effort', 'include_reasoning', 'verbosity',
  'temperature', 'top_p', 'top_k', 'min_p', 'top_a', 'seed', 'frequency_penalty', 'presence_penalty', 'repetition_penalty', 'logit_bias', 'stop',
  'max_tokens', 'max_completion_tokens', 'service_tier', 'parallel_tool_calls', 'usage', 'chat_template_kwargs',
]);

export interface Untrusted {
  /** The configuration without what wants trust. */
  policy: unknown;
  /** What was left out. */
  ignored: Wanting[];
}

/** One thing in a file that wants trust. */
export interface Wanting {
  /** Where it stands, e.g. `auto.candidates[0].upstreamName`. */
  path: string;
  /** The same by the candidate's id instead of its place, so that moving it does not ask again. */
  key: string;
  value: unknown;
}

/** Splits policy from what wants trust. A value that is no configuration passes unchanged, for validation to refuse. */
export function policyOnly(value: unknown): Untrusted {
  if (!isObject(value)) return { policy: value, ignored: [] };
  const ignored: Wanting[] = [];
  const policy: Json = { ...value };
  for (const section of SECTIONS) {
    if (!(section in policy)) continue;
    ignored.push(...keysOf(section, policy[section]));
    Reflect.deleteProperty(policy, section);
  }
  if (isObject(policy.roles)) {
    policy.roles = Object.fromEntries(Object.entries(policy.roles).map(([name, role]) => [name, withoutUpstreamName(role, ['roles', name], ['roles', name], ignored)]));
  }
  if (isObject(policy.auto) && Array.isArray(policy.auto.candidates)) {
    const candidates = policy.auto.candidates.map((candidate: unknown, index) => candidatePolicy(candidate, index, ignored));
    policy.auto = { ...policy.auto, candidates };
  }
  return { policy, ignored };
}

/**
 * A hash of what wants trust, and of nothing else: policy can be edited freely. Null when there is nothing that wants trust.
 */
export function trustFingerprint(value: unknown): string | null {
  if (!isObject(value)) return null;
  const { ignored } = policyOnly(value);
  if (ignored.length === 0) return null;
  const wanting = ignored.map(({ key, value: wanted }) => canonical([key, wanted])).sort();
  return createHash('sha256').update(wanting.join('\n')).digest('hex');
}

/**
 * Puts what wants trust from the user's own configuration into the policy of a found file, so that a folder cannot move
 * traffic by merely having a file. A budget of the found file may only tighten the user's, and it turns no learning on that the user turned off.
 */
export function layOver(policy: unknown, own: unknown): unknown {
  if (!isObject(policy) || !isObject(own)) return policy;
  const sections = Object.fromEntries(SECTIONS.filter((section) => section in own).map((section) => [section, own[section]]));
  const budget = tighter(own.budget, policy.budget);
  const { auto = {} } = policy;
  return { ...policy, ...sections, ...(budget === undefined ? {} : { budget }), ...(isOff(own.auto) && isObject(auto) ? { auto: { ...auto, learning: { enabled: false } } } : {}) };
}

/** Did the user turn learning off? */
const isOff = (auto: unknown): boolean => isObject(auto) && isObject(auto.learning) && auto.learning.enabled === false;

function tighter(own: unknown, found: unknown): unknown {
  if (!isObject(own)) return found;
  if (!isObject(found)) return own;
  const limits = ['maxUsdPerRequest', 'maxUsdPerDay'].flatMap((key) => {
    const values = [own[key], found[key]].filter((value) => typeof value === 'number');
    return values.length === 0 ? [] : [[key, Math.min(...values)] as const];
  });
  const reject = own.onExceeded !== 'cheapest' || found.onExceeded === 'reject';
  return { ...found, ...Object.fromEntries(limits), onExceeded: reject ? 'reject' : 'cheapest' };
}

/** A section key by key, so that a message can say what exactly is ignored. */
function keysOf(section: string, value: unknown): Wanting[] {
  const entries = isObject(value) ? Object.entries(value) : [];
  if (entries.length === 0) return [{ path: section, key: section, value }];
  return entries.map(([key, inner]) => ({ path: pathText([section, key]), key: pathText([section, key]), value: inner }));
}

function withoutUpstreamName(value: unknown, path: IssuePath, key: IssuePath, ignored: Wanting[]): unknown {
  if (!isObject(value) || !('upstreamName' in value)) return value;
  const { upstreamName, ...rest } = value;
  ignored.push({ path: pathText([...path, 'upstreamName']), key: pathText([...key, 'upstreamName']), value: upstreamName });
  return rest;
}

function candidatePolicy(value: unknown, index: number, ignored: Wanting[]): unknown {
  const path = ['auto', 'candidates', index];
  const key = ['auto', 'candidates', isObject(value) ? String(value.id) : index];
  const candidate = withoutUpstreamName(value, path, key, ignored);
  if (!isObject(candidate) || !isObject(candidate.upstream)) return candidate;
  const entries = Object.entries(candidate.upstream);
  for (const [field, wanted] of entries) {
    if (!HARMLESS_FIELDS.has(field)) ignored.push({ path: pathText([...path, 'upstream', field]), key: pathText([...key, 'upstream', field]), value: wanted });
  }
  return { ...candidate, upstream: Object.fromEntries(entries.filter(([field]) => HARMLESS_FIELDS.has(field))) };
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON with the keys of every object in order, so that moving a line does not ask again. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));
}
