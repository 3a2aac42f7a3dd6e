/** A pool of known models, prices and speeds, so that tests of decisions do not change with the built-in one. */
import type { ConfigInput } from '../../src/config/schema.ts';

const models = {
  'openai/gpt-4.1-mini': { pricing: { inputUsdPer1M: 0.4, outputUsdPer1M: 1.6, cachedInputUsdPer1M: 0.1 }, contextTokens: 1_047_576, images: true },
  'openai/gpt-4.1': { pricing: { inputUsdPer1M: 2, outputUsdPer1M: 8, cachedInputUsdPer1M: 0.5 }, contextTokens: 1_047_576, images: true },
  'openai/o4-mini': { pricing: { inputUsdPer1M: 1.1, outputUsdPer1M: 4.4, cachedInputUsdPer1M: 0.275 }, contextTokens: 200_000, images: true },
  'deepseek/deepseek-chat-v3-0324': { pricing: { inputUsdPer1M: 0.27, outputUsdPer1M: 1.1, cachedInputUsdPer1M: 0.07 }, contextTokens: 163_840, images: false },
  'google/gemini-2.5-pro': { pricing: { inputUsdPer1M: 1.25, outputUsdPer1M: 10, cachedInputUsdPer1M: 0.31 }, contextTokens: 1_048_576, images: true },
} as const;

const role = (model: keyof typeof models) => ({ model, ...models[model], tools: true, jsonSchema: true });

const ROLES: NonNullable<ConfigInput['roles']> = {
  fast: role('openai/gpt-4.1-mini'), reasoner: role('openai/o4-mini'), coder: role('deepseek/deepseek-chat-v3-0324'), verifier: role('google/gemini-2.5-pro'), writer: role('openai/gpt-4.1'),
};

const CANDIDATES: NonNullable<NonNullable<ConfigInput['auto']>['candidates']> = [
  {
    id: 'fast', role: 'fast', skills: { coding: 0.62, reasoning: 0.55, verification: 0.55, writing: 0.72 }, benchmarks: { coding: 52, reasoning: 50 },
    availability: 0.95, performance: { throughput: { p50: 90, p90: 55 }, latency: { p50: 0.6, p90: 1.5 } }, upstream: {},
  },
  {
    id: 'reasoner', role: 'reasoner', skills: { coding: 0.8, reasoning: 0.9, verification: 0.8, writing: 0.6 }, benchmarks: { coding: 78, reasoning: 84 },
    availability: 0.9, performance: { throughput: { p50: 100, p90: 60 }, latency: { p50: 6, p90: 15 } }, upstream: {},
  },
  {
    id: 'coder', role: 'coder', skills: { coding: 0.86, reasoning: 0.74, verification: 0.68, writing: 0.66 }, benchmarks: { coding: 74, reasoning: 68 },
    availability: 0.85, performance: { throughput: { p50: 45, p90: 25 }, latency: { p50: 1.4, p90: 4 } }, upstream: {},
  },
  {
    id: 'verifier', role: 'verifier', skills: { coding: 0.88, reasoning: 0.92, verification: 0.92, writing: 0.78 }, benchmarks: { coding: 82, reasoning: 88 },
    availability: 0.9, performance: { throughput: { p50: 85, p90: 50 }, latency: { p50: 3, p90: 9 } }, upstream: {},
  },
  {
    id: 'writer', role: 'writer', skills: { coding: 0.76, reasoning: 0.7, verification: 0.74, writing: 0.92 }, benchmarks: { coding: 68, reasoning: 66 },
    availability: 0.94, performance: { throughput: { p50: 75, p90: 45 }, latency: { p50: 0.8, p90: 2 } }, upstream: {},
  },
];

/** The test's configuration with this pool where it names none. Its roles are laid over the pool's, as a user's are over the built-in ones. */
export function withTestPool({ roles = {}, auto = {}, ...given }: ConfigInput): ConfigInput {
  const laid = Object.entries(roles).map(([name, said]) => [name, said.model === undefined || said.model === ROLES[name]?.model ? { ...ROLES[name], ...said } : said]);
  const followed = { ...ROLES, ...Object.fromEntries(laid) as typeof roles };
  const candidates = CANDIDATES.map((candidate) => (followed[candidate.id]?.model === ROLES[candidate.id]?.model ? candidate : { id: candidate.id, role: candidate.id, skills: candidate.skills ?? {} }));
  const added = Object.keys(roles).filter((name) => !(name in ROLES)).map((name) => ({ id: name, role: name }));
  return { ...given, roles: followed, auto: { candidates: [...candidates, ...added], ...auto } };
}
