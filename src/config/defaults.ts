import type { CandidateInput, RoleConfig } from './schema.ts';

/**
 * The default roles and candidates. Ids, prices (USD per 1M tokens) and context windows are the vendors' published list
 * prices of these models; skills are our own coarse judgement, 0..1, and meant to be overridden.
 */
export const DEFAULT_UPSTREAM = { baseURL: 'https://openrouter.ai/api/v1', apiKeyEnv: 'OPENROUTER_API_KEY' };

/** What is published of a model: list price, context window, abilities. */
const models = {
  'openai/gpt-4.1-mini': { pricing: { inputUsdPer1M: 0.4, outputUsdPer1M: 1.6, cachedInputUsdPer1M: 0.1 }, contextTokens: 1_047_576, images: true },
  'openai/gpt-4.1': { pricing: { inputUsdPer1M: 2, outputUsdPer1M: 8, cachedInputUsdPer1M: 0.5 }, contextTokens: 1_047_576, images: true },
  'openai/o4-mini': { pricing: { inputUsdPer1M: 1.1, outputUsdPer1M: 4.4, cachedInputUsdPer1M: 0.275 }, contextTokens: 200_000, images: true },
  'deepseek/deepseek-chat-v3-0324': { pricing: { inputUsdPer1M: 0.27, outputUsdPer1M: 1.1, cachedInputUsdPer1M: 0.07 }, contextTokens: 163_840, images: false },
  'google/gemini-2.5-pro': { pricing: { inputUsdPer1M: 1.25, outputUsdPer1M: 10, cachedInputUsdPer1M: 0.31 }, contextTokens: 1_048_576, images: true },
} as const;

const role = (model: keyof typeof models, description: string): RoleConfig => ({ model, description, ...models[model], tools: true, jsonSchema: true });

export const DEFAULT_ROLES: Readonly<Record<string, RoleConfig>> = {
  fast: role('openai/gpt-4.1-mini', 'Quick and cheap: titles, summaries, simple questions'),
  reasoner: role('openai/o4-mini', 'Step-by-step reasoning: trade-offs, algorithms, maths'),
  coder: role('deepseek/deepseek-chat-v3-0324', 'Writing and changing code'),
  verifier: role('google/gemini-2.5-pro', 'Checking, reviewing, judging'),
  writer: role('openai/gpt-4.1', 'Clear prose and the final synthesis'),
};

/** What is known of a default candidate beside its role's model, which it takes from {@link DEFAULT_ROLES}. */
export const DEFAULT_CANDIDATES: readonly CandidateInput[] = [
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
