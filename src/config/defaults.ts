import type { CandidateInput, RoleConfig } from './schema.ts';

/**
 * The default roles and candidates. Skills are our own coarse judgement, 0..1, and meant to be overridden.
 */
export const DEFAULT_UPSTREAM = { baseURL: 'https://openrouter.ai/api/v1', apiKeyEnv: 'OPENROUTER_API_KEY' };

/**
 * What is published of a model: list price, context window, abilities, as the packaged catalogue has them (a test compares). They are
 * aliases of OpenRouter for the newest of a line, so these facts age: a refreshed catalogue goes before them.
 */
const models = {
  '~openai/gpt-mini-latest': { pricing: { inputUsdPer1M: 0.75, outputUsdPer1M: 4.5, cachedInputUsdPer1M: 0.075 }, contextTokens: 400_000, images: true },
  '~openai/gpt-latest': { pricing: { inputUsdPer1M: 5, outputUsdPer1M: 30, cachedInputUsdPer1M: 0.5, cacheWriteUsdPer1M: 6.25 }, contextTokens: 1_050_000, images: true },
  '~x-ai/grok-latest': { pricing: { inputUsdPer1M: 2, outputUsdPer1M: 6, cachedInputUsdPer1M: 0.5 }, contextTokens: 500_000, images: true },
  '~google/gemini-pro-latest': { pricing: { inputUsdPer1M: 2, outputUsdPer1M: 12, cachedInputUsdPer1M: 0.2, cacheWriteUsdPer1M: 0.375 }, contextTokens: 1_048_576, images: true },
  '~anthropic/claude-sonnet-latest': { pricing: { inputUsdPer1M: 3, outputUsdPer1M: 15, cachedInputUsdPer1M: 0.3, cacheWriteUsdPer1M: 3.75 }, contextTokens: 1_000_000, images: true },
} as const;

const role = (model: keyof typeof models, description: string): RoleConfig => ({ model, description, ...models[model], tools: true, jsonSchema: true });

export const DEFAULT_ROLES: Readonly<Record<string, RoleConfig>> = {
  fast: role('~openai/gpt-mini-latest', 'Quick and cheap: titles, summaries, simple questions'),
  reasoner: role('~openai/gpt-latest', 'Step-by-step reasoning: trade-offs, algorithms, maths'),
  coder: role('~x-ai/grok-latest', 'Writing and changing code'),
  verifier: role('~google/gemini-pro-latest', 'Checking, reviewing, judging'),
  writer: role('~anthropic/claude-sonnet-latest', 'Clear prose and the final synthesis'),
};

/** All of them reason, and OpenRouter puts these words into each maker's own: https://openrouter.ai/docs/guides/best-practices/reasoning-tokens */
const EFFORTS: CandidateInput['efforts'] = ['low', 'medium', 'high'];

/**
 * The built-in pool, one candidate a role, in tiers of price and of four makers, so that a panel is of different minds. Its models are its roles'.
 * Nothing is claimed of speed, availability or benchmarks: an alias changes its model, and our own calls measure the first two.
 */
export const DEFAULT_CANDIDATES: readonly CandidateInput[] = [
  candidate('fast', { coding: 0.62, reasoning: 0.55, verification: 0.55, writing: 0.72 }),
  candidate('reasoner', { coding: 0.8, reasoning: 0.9, verification: 0.8, writing: 0.6 }),
  candidate('coder', { coding: 0.86, reasoning: 0.74, verification: 0.68, writing: 0.66 }),
  candidate('verifier', { coding: 0.88, reasoning: 0.92, verification: 0.92, writing: 0.78 }),
  candidate('writer', { coding: 0.76, reasoning: 0.7, verification: 0.74, writing: 0.92 }),
];

function candidate(role: string, skills: CandidateInput['skills']): CandidateInput {
  return { id: role, role, skills, benchmarks: {}, performance: {}, efforts: EFFORTS, upstream: {} };
}
