/**
 * The default roles and candidates. Ids, prices (USD per 1M tokens) and context windows are the vendors' published list
 * prices of these models; skills are our own coarse judgement, 0..1, and meant to be overridden.
 */
export const DEFAULT_UPSTREAM = { baseURL: 'https://openrouter.ai/api/v1', apiKeyEnv: 'OPENROUTER_API_KEY' };

const pricing = {
  'openai/gpt-4.1-mini': { inputUsdPer1M: 0.4, outputUsdPer1M: 1.6, cachedInputUsdPer1M: 0.1 },
  'openai/gpt-4.1': { inputUsdPer1M: 2, outputUsdPer1M: 8, cachedInputUsdPer1M: 0.5 },
  'openai/o4-mini': { inputUsdPer1M: 1.1, outputUsdPer1M: 4.4, cachedInputUsdPer1M: 0.275 },
  'deepseek/deepseek-chat-v3-0324': { inputUsdPer1M: 0.27, outputUsdPer1M: 1.1, cachedInputUsdPer1M: 0.07 },
  'google/gemini-2.5-pro': { inputUsdPer1M: 1.25, outputUsdPer1M: 10, cachedInputUsdPer1M: 0.31 },
} as const;

export const DEFAULT_ROLES = {
  fast: { model: 'openai/gpt-4.1-mini', description: 'Quick and cheap: titles, summaries, simple questions', pricing: pricing['openai/gpt-4.1-mini'] },
  reasoner: { model: 'openai/o4-mini', description: 'Step-by-step reasoning: trade-offs, algorithms, maths', pricing: pricing['openai/o4-mini'] },
  coder: { model: 'deepseek/deepseek-chat-v3-0324', description: 'Writing and changing code', pricing: pricing['deepseek/deepseek-chat-v3-0324'] },
  verifier: { model: 'google/gemini-2.5-pro', description: 'Checking, reviewing, judging', pricing: pricing['google/gemini-2.5-pro'] },
  writer: { model: 'openai/gpt-4.1', description: 'Clear prose and the final synthesis', pricing: pricing['openai/gpt-4.1'] },
};

export const DEFAULT_CANDIDATES = [
  {
    id: 'fast', role: 'fast', model: 'openai/gpt-4.1-mini', skills: { coding: 0.62, reasoning: 0.55, verification: 0.55, writing: 0.72 },
    benchmarks: { coding: 52, reasoning: 50 }, pricing: pricing['openai/gpt-4.1-mini'], availability: 0.95,
    performance: { throughput: { p50: 90, p90: 55 }, latency: { p50: 0.6, p90: 1.5 } }, contextTokens: 1_047_576, images: true,
  },
  {
    id: 'reasoner', role: 'reasoner', model: 'openai/o4-mini', skills: { coding: 0.8, reasoning: 0.9, verification: 0.8, writing: 0.6 },
    benchmarks: { coding: 78, reasoning: 84 }, pricing: pricing['openai/o4-mini'], availability: 0.9,
    performance: { throughput: { p50: 100, p90: 60 }, latency: { p50: 6, p90: 15 } }, contextTokens: 200_000, images: true,
  },
  {
    id: 'coder', role: 'coder', model: 'deepseek/deepseek-chat-v3-0324', skills: { coding: 0.86, reasoning: 0.74, verification: 0.68, writing: 0.66 },
    benchmarks: { coding: 74, reasoning: 68 }, pricing: pricing['deepseek/deepseek-chat-v3-0324'], availability: 0.85,
    performance: { throughput: { p50: 45, p90: 25 }, latency: { p50: 1.4, p90: 4 } }, contextTokens: 163_840, images: false,
  },
  {
    id: 'verifier', role: 'verifier', model: 'google/gemini-2.5-pro', skills: { coding: 0.88, reasoning: 0.92, verification: 0.92, writing: 0.78 },
    benchmarks: { coding: 82, reasoning: 88 }, pricing: pricing['google/gemini-2.5-pro'], availability: 0.9,
    performance: { throughput: { p50: 85, p90: 50 }, latency: { p50: 3, p90: 9 } }, contextTokens: 1_048_576, images: true,
  },
  {
    id: 'writer', role: 'writer', model: 'openai/gpt-4.1', skills: { coding: 0.76, reasoning: 0.7, verification: 0.74, writing: 0.92 },
    benchmarks: { coding: 68, reasoning: 66 }, pricing: pricing['openai/gpt-4.1'], availability: 0.94,
    performance: { throughput: { p50: 75, p90: 45 }, latency: { p50: 0.8, p90: 2 } }, contextTokens: 1_047_576, images: true,
  },
];
