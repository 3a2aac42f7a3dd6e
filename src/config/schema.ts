/** The one schema of the configuration: defaults, validation, types and the editor's JSON Schema all come from here. */
import * as z from 'zod';
import { DEFAULT_CANDIDATES, DEFAULT_ROLES } from './defaults.ts';

const unit = z.number().min(0).max(1);
const positive = z.number().positive();
const nonNegative = z.number().min(0);
const name = z.string().min(1);
const secretRef = z.string().regex(/^\$\{(env|secret):[A-Za-z_][A-Za-z0-9_.-]*\}$/, 'must be a reference, ${env:NAME} or ${secret:NAME}, never the secret itself');

export const pricingSchema = z.strictObject({
  inputUsdPer1M: nonNegative.describe('USD per one million input tokens'),
  outputUsdPer1M: nonNegative.describe('USD per one million output tokens'),
  cachedInputUsdPer1M: nonNegative.optional().describe('USD per one million input tokens that were read from the prompt cache'),
});

/** A number means the median; an object gives percentiles. */
const percentiles = z.union([
  positive,
  z.strictObject({ p50: positive.optional(), p75: positive.optional(), p90: positive.optional(), p99: positive.optional() }),
]);

export const timeoutsSchema = z.strictObject({
  connectMs: positive.default(5_000).describe('Time to connect'),
  firstByteMs: positive.default(300_000).describe('Time from the request to the first byte of the answer'),
  idleMs: positive.default(120_000).describe('Longest silence inside an answer'),
  totalMs: positive.default(900_000).describe('Time for the whole call'),
});

export const upstreamSchema = z.strictObject({
  kind: z.enum(['openai', 'anthropic', 'vscode-lm']).default('openai').describe('What the upstream speaks'),
  baseURL: z.url({ protocol: /^https?$/ }).describe('Base URL up to and including /v1'),
  apiKeyEnv: name.optional().describe('Name of the environment variable (or stored secret) that holds the key; absent means that no key is needed'),
  protocols: z.array(z.enum(['chat', 'responses', 'messages'])).min(1).default(['chat']).describe('Wire formats that it speaks'),
  headers: z.record(name, z.union([secretRef, z.string()])).default({}).describe('Extra headers; a secret only as ${env:NAME} or ${secret:NAME}'),
  timeouts: timeoutsSchema.prefault({}),
  allowInsecureHttp: z.boolean().default(false).describe('Allow http:// beyond loopback'),
});

export const roleSchema = z.strictObject({
  model: name.describe('Model id as the upstream names it'),
  upstreamName: name.optional().describe('Named upstream; absent means the default one'),
  description: z.string().optional(),
  pricing: pricingSchema.optional(),
  contextTokens: positive.optional().describe('Context window in tokens'),
  tools: z.boolean().optional().describe('Can it call tools?'),
  images: z.boolean().optional().describe('Can it read images?'),
  jsonSchema: z.boolean().optional().describe('Can it answer by a JSON schema?'),
});

export const ruleSchema = z.strictObject({
  role: name.describe('Role that the rule speaks for'),
  keywords: z.array(name).default([]).describe('Words or phrases to look for, case-insensitive'),
  patterns: z.array(name).default([]).describe('JavaScript regular expressions, case-insensitive'),
  score: z.number().default(2),
  reason: z.string().default('custom rule'),
});

const skillsSchema = z.strictObject({ coding: unit.optional(), reasoning: unit.optional(), verification: unit.optional(), writing: unit.optional() });

export const candidateSchema = z.strictObject({
  id: name.describe('Name of the candidate; openfusion/<id> asks for it directly'),
  role: name,
  model: name.optional().describe("Model id as the upstream names it; absent means the role's model"),
  upstreamName: name.optional().describe('Named upstream; absent means the default one'),
  skills: skillsSchema.default({}),
  benchmarks: z.record(name, nonNegative.max(100)).default({}).describe('Benchmark percentiles or scores, 0..100, by skill or domain'),
  pricing: pricingSchema.optional(),
  performance: z.strictObject({
    throughput: percentiles.optional().describe('Output tokens per second'),
    latency: percentiles.optional().describe('Seconds to the first token'),
  }).default({}),
  availability: unit.optional(),
  contextTokens: positive.optional().describe('Context window in tokens; unknown means not checked'),
  maxOutputTokens: positive.optional(),
  tools: z.boolean().default(true).describe('Can it call tools?'),
  images: z.boolean().default(false).describe('Can it read images?'),
  jsonSchema: z.boolean().default(true).describe('Can it answer by a JSON schema?'),
  upstream: z.record(z.string(), z.unknown()).default({}).describe('Fields added to the request for the upstream, e.g. OpenRouter provider and plugins'),
});

const weight = nonNegative;
const scoringSchema = z.strictObject({
  costQualityTradeoff: z.number().min(0).max(10).default(5).describe('0 = quality above all, 10 = price above all'),
  weights: z.strictObject({
    skill: weight.default(0.3), benchmark: weight.default(0.2), price: weight.default(0.15), throughput: weight.default(0.07),
    latency: weight.default(0.08), availability: weight.default(0.1), roleFit: weight.default(0.1),
  }).prefault({}),
  preferences: z.strictObject({
    minAvailability: unit.optional().describe('Hard limit: candidates below it are rejected'),
    maxPriceUsdPer1M: positive.optional().describe('Hard limit on the blended price'),
    preferredMinThroughput: percentiles.optional().describe('Soft: output tokens per second'),
    preferredMaxLatency: percentiles.optional().describe('Soft: seconds to the first token'),
  }).prefault({}),
  stickyBonus: z.number().min(0).max(1).default(0.12).describe('Added to the score of the candidate that the session is pinned to'),
});

const thresholdsSchema = z.strictObject({
  smart: unit.default(0.3).describe('Complexity from which a smart model is chosen over a fast one'),
  verifyRisk: unit.default(0.45).describe('Risk from which a verifier is added'),
  verifyComplexity: unit.default(0.62).describe('Complexity from which a verifier is added'),
  fusionRisk: unit.default(0.8).describe('Risk from which the full panel is convened'),
  fusionComplexity: unit.default(0.8).describe('Complexity from which the full panel is convened'),
});

const autoSchema = z.strictObject({
  tools: z.enum(['route', 'fixed']).default('route').describe('Route turns with tools, or send them all to fusion.toolRole'),
  thresholds: thresholdsSchema.prefault({}),
  scoring: scoringSchema.prefault({}),
  stickiness: z.strictObject({
    enabled: z.boolean().default(true),
    implicit: z.boolean().default(true).describe("Recognise a conversation by its start when the client names no session"),
    ttlMs: positive.default(300_000),
  }).prefault({}),
  upstreamFallbacks: z.strictObject({
    enabled: z.boolean().default(false).describe('Send the fallback models to the upstream as OpenRouter models[]'),
    maxModels: z.int().min(1).max(8).default(2),
  }).prefault({}),
  candidates: z.array(candidateSchema).min(1).prefault(DEFAULT_CANDIDATES),
  fallbackRoles: z.array(name).default(['fast', 'writer', 'coder']).describe('Order of roles to fall back to'),
});

const fusionSchema = z.strictObject({
  maxUpstreamCalls: z.int().min(1).max(32).default(6).describe('A plan with more model calls is rejected before any call'),
  minPanel: z.int().min(1).max(8).default(2),
  maxPanel: z.int().min(1).max(8).default(4),
  judgeRole: name.default('verifier'),
  synthesizerRole: name.default('writer'),
  toolRole: name.default('coder').describe('Role that gets tool turns when auto.tools is "fixed"'),
  costEstimate: z.strictObject({
    inputTokensPerCall: positive.optional().describe('Overrides the estimate of input tokens per call'),
    outputTokensPerCall: positive.default(1_000),
    maxUsd: positive.optional().describe('A plan whose estimate is above it is rejected before any call'),
  }).prefault({}),
});

const serverSchema = z.strictObject({
  port: z.int().min(0).max(65_535).default(8787),
  host: name.default('127.0.0.1'),
  token: secretRef.optional().describe('Token that clients must send; a reference, ${env:NAME} or ${secret:NAME}'),
  allowedHosts: z.array(name).default([]).describe('Further Host names, for binds beyond loopback'),
  allowedOrigins: z.array(name).default([]).describe('Browser origins that may call the gateway'),
  maxBodyBytes: z.int().min(1_024).default(20_000_000),
  holdHeadersMs: nonNegative.default(3_000).describe('How long headers wait for the first content, so that an early error is still a status'),
  reportModel: z.enum(['requested', 'actual']).default('requested').describe('What the model field of an answer says'),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  upstream: upstreamSchema.optional().describe('The default upstream'),
  upstreams: z.record(name, upstreamSchema).default({}).describe('Further upstreams by name'),
  server: serverSchema.prefault({}),
  roles: z.record(name, roleSchema).prefault(DEFAULT_ROLES),
  routing: z.strictObject({ rules: z.array(ruleSchema).default([]) }).prefault({}),
  auto: autoSchema.prefault({}),
  fusion: fusionSchema.prefault({}),
  budget: z.strictObject({
    maxUsdPerRequest: positive.optional(),
    maxUsdPerDay: positive.optional(),
    onExceeded: z.enum(['reject', 'cheapest']).default('reject'),
  }).prefault({}),
  trace: z.strictObject({
    store: z.enum(['memory', 'sqlite', 'redis']).default('memory'),
    keepPrompts: z.enum(['none', 'memory', 'redacted', 'full']).default('memory').describe('What happens to the text of prompts and answers'),
    maxTraces: z.int().min(1).max(100_000).default(500),
    maxAgeDays: positive.default(14),
  }).prefault({}),
  fallback: z.enum(['allow', 'same-tier', 'never']).default('allow').describe('May another model answer when the chosen one fails?'),
});

/** The configuration as a file gives it: everything optional. */
export type ConfigInput = z.input<typeof configSchema>;
/** A file's content as parsed, with every default filled in. */
export type ParsedConfig = z.output<typeof configSchema>;
export type UpstreamConfig = z.output<typeof upstreamSchema>;
export type RoleConfig = z.output<typeof roleSchema>;
export type Rule = z.output<typeof ruleSchema>;
export type Pricing = z.output<typeof pricingSchema>;
/** A candidate with its model and upstream resolved. */
export type Candidate = z.output<typeof candidateSchema> & { model: string; upstreamName: string };

/**
 * The configuration that the rest of the program works with: upstreams by name (the default one is called `default`),
 * roles completed, candidates resolved.
 */
export interface Config extends Omit<ParsedConfig, 'upstream' | 'upstreams' | 'auto' | 'roles'> {
  upstreams: Record<string, UpstreamConfig>;
  roles: Record<string, RoleConfig & { upstreamName: string }>;
  auto: Omit<ParsedConfig['auto'], 'candidates'> & { candidates: Candidate[] };
}
