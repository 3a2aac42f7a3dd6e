/** The one schema of the configuration: defaults, validation, types and the editor's JSON Schema all come from here. */
import * as z from 'zod';
import type { Known } from './known-facts.ts';
import { headerIssue } from './header-rule.ts';
import { isLoopback } from './loopback.ts';

const unit = z.number().min(0).max(1);
const positive = z.number().positive();
const nonNegative = z.number().min(0);
const name = z.string().min(1);
const secretRef = z.string().regex(/^\$\{(env|secret):[A-Za-z_][A-Za-z0-9_.-]*\}$/, 'must be a reference, ${env:NAME} or ${secret:NAME}, never the secret itself');

export const pricingSchema = z.strictObject({
  inputUsdPer1M: nonNegative.describe('USD per one million input tokens'),
  outputUsdPer1M: nonNegative.describe('USD per one million output tokens'),
  cachedInputUsdPer1M: nonNegative.optional().describe('USD per one million input tokens that were read from the prompt cache'),
  cacheWriteUsdPer1M: nonNegative.optional().describe('USD per one million input tokens that are written to the prompt cache'),
});

/** A number means the median; an object gives percentiles. */
const percentiles = z.union([
  positive,
  z.strictObject({
    p50: positive.optional().describe('Median'),
    p75: positive.optional().describe('75th percentile'),
    p90: positive.optional().describe('90th percentile'),
    p99: positive.optional().describe('99th percentile'),
  }),
]);

export const timeoutsSchema = z.strictObject({
  connectMs: positive.default(5_000).describe('Time to connect'),
  firstByteMs: positive.default(300_000).describe('Time from the request to the first byte of the answer'),
  idleMs: positive.default(120_000).describe('Longest silence inside an answer'),
  totalMs: positive.default(900_000).describe('Time for the whole call'),
});

const headersSchema = z.record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be a header name'), z.string()).superRefine((headers, context) => {
  for (const [header, value] of Object.entries(headers)) {
    const message = headerIssue(header, value);
    if (message !== null) context.addIssue({ code: 'custom', path: [header], message });
  }
});

export const upstreamSchema = z.strictObject({
  kind: z.enum(['openai', 'anthropic', 'vscode-lm']).default('openai').describe('How it wants to be called: `anthropic` takes its key as x-api-key, `openai` and all that are compatible as a Bearer token'),
  baseURL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).describe('Base URL up to and including /v1'),
  apiKeyEnv: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable, never the key itself').optional()
    .describe('Name of the environment variable (or stored secret) that holds the key; absent means that no key is sent'),
  protocols: z.array(z.enum(['chat', 'responses', 'messages'])).min(1).optional()
    .describe('Wire formats that it speaks, the preferred one first; absent means `messages` for kind `anthropic`, else `chat`'),
  headers: headersSchema.default({}).describe('Extra headers; a secret only as ${env:NAME} or ${secret:NAME}'),
  timeouts: timeoutsSchema.prefault({}).describe('Limits of one call, in milliseconds'),
  allowInsecureHttp: z.boolean().default(false).describe('Allow http:// beyond loopback'),
});

/** The default upstream: what it does not say is OpenRouter's, but a key never goes to an address that came without its own `apiKeyEnv`. */
export const defaultUpstreamSchema = upstreamSchema.extend({ baseURL: upstreamSchema.shape.baseURL.optional() });

export const roleSchema = z.strictObject({
  model: name.optional().describe('Model id as the upstream names it; a built-in role keeps its own when this is absent'),
  upstreamName: name.optional().describe('Named upstream; absent means the default one'),
  description: z.string().optional().describe('One line for people'),
  pricing: pricingSchema.optional().describe('List price; absent means unknown'),
  contextTokens: positive.optional().describe('Context window in tokens'),
  tools: z.boolean().optional().describe('Can it call tools?'),
  images: z.boolean().optional().describe('Can it read images?'),
  jsonSchema: z.boolean().optional().describe('Can it answer by a JSON schema?'),
});

export const ruleSchema = z.strictObject({
  role: name.describe('Role that the rule speaks for'),
  keywords: z.array(name).default([]).describe('Words or phrases to look for, case-insensitive'),
  patterns: z.array(name).default([]).describe('JavaScript regular expressions, case-insensitive'),
  score: z.number().default(2).describe('Added to the role for each match'),
  reason: z.string().default('custom rule').describe('Shown in explanations'),
});

const skillsSchema = z.strictObject({
  coding: unit.optional().describe('Writing and changing code'),
  reasoning: unit.optional().describe('Trade-offs, algorithms, maths'),
  verification: unit.optional().describe('Checking and reviewing'),
  writing: unit.optional().describe('Clear prose'),
});

export const candidateSchema = z.strictObject({
  id: name.describe('Name of the candidate; openfusion/<id> asks for it directly'),
  role: name.optional().describe('Role that it plays; absent means the role of its own id'),
  model: name.optional().describe("Model id as the upstream names it; absent means the role's model"),
  upstreamName: name.optional().describe("Named upstream; absent means the role's when it has the role's model, else the default one"),
  skills: skillsSchema.default({}).describe('How good it is, 0..1, by skill; a prior that measurements correct'),
  benchmarks: z.record(name, nonNegative.max(100)).default({}).describe('Benchmark percentiles or scores, 0..100, by skill or domain'),
  pricing: pricingSchema.optional().describe('List price; absent means unknown'),
  performance: z.strictObject({
    throughput: percentiles.optional().describe('Output tokens per second'),
    latency: percentiles.optional().describe('Seconds to the first token'),
  }).default({}).describe('Speed: a number is the median, an object gives percentiles'),
  availability: unit.optional().describe('Share of calls that succeed'),
  contextTokens: positive.optional().describe('Context window in tokens; unknown means not checked'),
  maxOutputTokens: positive.optional().describe('Longest answer in tokens'),
  tools: z.boolean().optional().describe('Can it call tools? Absent means yes'),
  images: z.boolean().optional().describe('Can it read images? Absent means no'),
  jsonSchema: z.boolean().optional().describe('Can it answer by a JSON schema? Absent means yes'),
  efforts: z.array(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])).optional().describe('Efforts of reasoning that it takes, from the least to the most; absent means that none is ever asked for'),
  upstream: z.record(z.string(), z.unknown()).default({}).describe('Fields added to the request for the upstream, e.g. OpenRouter provider and plugins'),
});

const weight = nonNegative;
const scoringSchema = z.strictObject({
  costQualityTradeoff: z.number().min(0).max(10).default(5).describe('0 = quality above all, 10 = price above all'),
  weights: z.strictObject({
    skill: weight.default(0.3).describe('Fit of the skills'),
    benchmark: weight.default(0.2).describe('Benchmark percentile'),
    price: weight.default(0.15).describe('Price, the cheaper the better'),
    throughput: weight.default(0.07).describe('Output tokens per second'),
    latency: weight.default(0.08).describe('Time to the first token'),
    availability: weight.default(0.1).describe('Share of calls that succeed'),
    roleFit: weight.default(0.02).describe('Is its role the one that the task asks for?'),
  }).prefault({}).describe('Weights of the score parts; only their ratios matter'),
  preferences: z.strictObject({
    minAvailability: unit.optional().describe('Hard limit: candidates below it are rejected'),
    maxPriceUsdPer1M: positive.optional().describe('Hard limit on the blended price'),
    preferredMinThroughput: percentiles.optional().describe('Soft: output tokens per second'),
    preferredMaxLatency: percentiles.optional().describe('Soft: seconds to the first token'),
  }).prefault({}).describe('Hard limits and soft wishes'),
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
  choose: z.enum(['thresholds', 'value']).default('thresholds').describe('What decides between one model, a verifier and the panel: the thresholds, or the greatest expected value'),
  tools: z.enum(['route', 'fixed']).default('route').describe('Route turns with tools, or send them all to fusion.toolRole'),
  thresholds: thresholdsSchema.prefault({}).describe('From where on more than one model works on a request'),
  scoring: scoringSchema.prefault({}).describe('How candidates are compared'),
  stickiness: z.strictObject({
    enabled: z.boolean().default(true).describe('Keep a session on its model'),
    implicit: z.boolean().default(true).describe("Recognise a conversation by its start when the client names no session"),
    ttlMs: positive.default(300_000).describe('How long a pin lasts after the last answer'),
  }).prefault({}).describe('Session pins'),
  escalation: z.strictObject({
    enabled: z.boolean().default(true).describe('Move a session whose transcript shows that it is stuck (the same error again, failing tests, "still broken") to a stronger model, and back after success'),
  }).prefault({}).describe('Escalation inside a session'),
  upstreamFallbacks: z.strictObject({
    enabled: z.boolean().default(false).describe('Send the fallback models to the upstream as OpenRouter models[]'),
    maxModels: z.int().min(1).max(8).default(2).describe('How many of them'),
  }).prefault({}).describe('Fallbacks inside the upstream'),
  candidates: z.array(candidateSchema).min(1).optional().describe('The whole pool that Auto chooses from; absent means the built-in pool, following roles'),
  learning: z.strictObject({
    enabled: z.boolean().default(true).describe('Learn from verdicts, retries, tests and thumbs which model is right for which kind of task; it stays on this machine. Off: neither learns nor uses what was learned'),
  }).prefault({}).describe('Learning from outcomes'),
  fallbackRoles: z.array(name).default(['fast', 'writer', 'coder']).describe('Order of roles to fall back to'),
});

const fusionSchema = z.strictObject({
  maxUpstreamCalls: z.int().min(1).max(32).default(6).describe('A plan with more model calls is rejected before any call'),
  minPanel: z.int().min(1).max(8).default(2).describe('Fewest models in a panel'),
  maxPanel: z.int().min(1).max(8).default(4).describe('Most models in a panel'),
  judgeRole: name.default('verifier').describe('Role that compares the answers of the panel'),
  synthesizerRole: name.default('writer').describe('Role that writes the final answer'),
  toolRole: name.default('coder').describe('Role that gets tool turns when auto.tools is "fixed"'),
  costEstimate: z.strictObject({
    inputTokensPerCall: positive.optional().describe('Overrides the estimate of input tokens per call'),
    outputTokensPerCall: positive.default(1_000).describe('Output tokens assumed per call'),
    maxUsd: positive.optional().describe('A plan whose estimate is above it is rejected before any call'),
  }).prefault({}).describe('Cost estimate of a plan'),
});

const serverSchema = z.strictObject({
  port: z.int().min(0).max(65_535).default(8787).describe('Port; 0 is any free one'),
  host: name.default('127.0.0.1').describe('Address to listen on; beyond loopback only with a token'),
  token: secretRef.optional().describe('Token that clients must send; a reference, ${env:NAME} or ${secret:NAME}'),
  allowedHosts: z.array(name).default([]).describe('Further Host names, for binds beyond loopback'),
  allowedOrigins: z.array(name).default([]).describe('Browser origins that may call the gateway'),
  maxBodyBytes: z.int().min(1_024).default(20_000_000).describe('Largest request body; beyond it the answer is 413'),
  holdHeadersMs: nonNegative.default(3_000).describe('How long headers wait for the first content, so that an early error is still a status'),
  reportModel: z.enum(['requested', 'actual']).default('requested').describe('What the model field of an answer says'),
});

const listAddress = z.url({ protocol: /^https?$/, error: 'must be an https:// URL' })
  .refine((address) => URL.parse(address)?.protocol === 'https:' || isLoopback(URL.parse(address)?.hostname ?? ''), 'must be an https:// URL');

const catalogueSchema = z.strictObject({
  refresh: z.enum(['manual', 'daily']).default('manual').describe('When public lists of prices, windows and abilities are fetched: when asked to, or once a day while a gateway runs'),
  sources: z.strictObject({
    openrouter: listAddress.default('https://openrouter.ai/api/v1/models').describe('List of models in the form of OpenRouter'),
    modelsDev: listAddress.default('https://models.dev/api.json').describe('List of models in the form of models.dev'),
    litellm: listAddress.default('https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json').describe('Price file in the form of LiteLLM'),
  }).prefault({}).describe('Where they are fetched from'),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors; not read'),
  upstream: defaultUpstreamSchema.optional().describe('The default upstream'),
  upstreams: z.record(name, upstreamSchema).default({}).describe('Further upstreams by name'),
  server: serverSchema.prefault({}).describe('The local endpoint'),
  roles: z.record(name, roleSchema).default({}).describe('Roles by name; what a built-in role (fast, reasoner, coder, verifier, writer) does not say keeps its default'),
  routing: z.strictObject({ rules: z.array(ruleSchema).default([]).describe('Rules beside the built-in signals') }).prefault({}).describe('Signals'),
  auto: autoSchema.prefault({}).describe('How openfusion/auto decides'),
  fusion: fusionSchema.prefault({}).describe('Panel, judge and synthesis'),
  budget: z.strictObject({
    maxUsdPerRequest: positive.optional().describe('Most that one request may cost, by estimate'),
    maxUsdPerDay: positive.optional().describe('Most that one day may cost'),
    onExceeded: z.enum(['reject', 'cheapest']).default('reject').describe('Refuse (402), or take the cheapest capable candidate'),
  }).prefault({}).describe('Limits on spending'),
  trace: z.strictObject({
    store: z.enum(['memory', 'sqlite', 'redis']).default('sqlite').describe('Where traces, sessions and spending are kept'),
    keepPrompts: z.enum(['none', 'memory', 'redacted', 'full']).default('memory').describe('What happens to the text of prompts and answers'),
    maxTraces: z.int().min(1).max(100_000).default(500).describe('Oldest go first'),
    maxAgeDays: positive.default(14).describe('Older ones go'),
    redis: z.strictObject({
      url: secretRef.describe('Its address as a reference, ${env:NAME} or ${secret:NAME}: rediss://[user]:password@host[:port][/database]; without TLS on this machine only'),
      prefix: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/, 'must be 1 to 40 letters, digits or _ . -').default('openfusion').describe('Stands before every key, so that several teams can share a server'),
    }).optional().describe('Where the Redis is, for store "redis"'),
  }).prefault({}).describe('What is recorded'),
  catalogue: catalogueSchema.prefault({}).describe('What is known of models beside what stands here'),
  fallback: z.enum(['allow', 'same-tier', 'never']).default('allow').describe('May another model answer when the chosen one fails?'),
});

/** The configuration as a file gives it: everything optional. */
export type ConfigInput = z.input<typeof configSchema>;
/** A file's content as parsed, with every default filled in. */
export type ParsedConfig = z.output<typeof configSchema>;
/** An upstream as the file gives it. */
export type UpstreamInput = z.output<typeof upstreamSchema>;
export type UpstreamConfig = UpstreamInput & { protocols: ('chat' | 'responses' | 'messages')[] };
/** A role as the file gives it. */
export type RoleInput = z.output<typeof roleSchema>;
export type RoleConfig = RoleInput & Known & { model: string };
export type Rule = z.output<typeof ruleSchema>;
export type Pricing = z.output<typeof pricingSchema>;
/** A candidate as the file gives it. */
export type CandidateInput = z.output<typeof candidateSchema>;
/** A candidate with its role, model, upstream and abilities resolved. */
export type Candidate = CandidateInput & Known & { role: string; model: string; upstreamName: string; tools: boolean; images: boolean; jsonSchema: boolean };

/**
 * The configuration that the rest of the program works with: upstreams by name (the default one is called `default`),
 * roles completed, candidates resolved.
 */
export interface Config extends Omit<ParsedConfig, 'upstream' | 'upstreams' | 'auto' | 'roles'> {
  upstreams: Record<string, UpstreamConfig>;
  roles: Record<string, RoleConfig & { upstreamName: string }>;
  auto: Omit<ParsedConfig['auto'], 'candidates'> & { candidates: Candidate[] };
}
