import type { ApiError } from '../errors.ts';
import { isRecord, type JsonObject } from '../json.ts';
import type { ChatRequest, Usage } from '../types.ts';

/** Usage in the Responses format. `estimated` stands in it only when it is true. */
export function usageBody(usage: Usage): JsonObject {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedInputTokens, ...(usage.cacheWriteTokens === undefined ? {} : { cache_write_tokens: usage.cacheWriteTokens }) },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
    ...(usage.estimated ? { estimated: true } : {}),
  };
}

export function readUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const { input_tokens: input, output_tokens: output, input_tokens_details: read, output_tokens_details: written } = value;
  if (typeof input !== 'number' && typeof output !== 'number') return null;
  const cacheWrite = detail(read, 'cache_write_tokens');
  return {
    inputTokens: typeof input === 'number' ? input : 0,
    outputTokens: typeof output === 'number' ? output : 0,
    cachedInputTokens: detail(read, 'cached_tokens') ?? 0,
    ...(cacheWrite === undefined ? {} : { cacheWriteTokens: cacheWrite }),
    reasoningTokens: detail(written, 'reasoning_tokens') ?? 0,
    estimated: false,
  };
}

const detail = (holder: unknown, key: string): number | undefined => (isRecord(holder) && typeof holder[key] === 'number' ? holder[key] : undefined);

/** The fields of the request that a response repeats, with OpenAI's defaults: https://platform.openai.com/docs/api-reference/responses/object */
export function echoOf({ body }: ChatRequest): JsonObject {
  const { reasoning, text } = body;
  return {
    background: false,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: body['max_tool_calls'] ?? null,
    metadata: body['metadata'] ?? {},
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    reasoning: { effort: null, summary: null, ...(isRecord(reasoning) ? reasoning : {}) },
    safety_identifier: body['safety_identifier'] ?? null,
    service_tier: body['service_tier'] ?? 'default',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: { format: { type: 'text' }, ...(isRecord(text) ? text : {}) },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_logprobs: body['top_logprobs'] ?? 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    user: body['user'] ?? null,
  };
}

/** The `error` of a failed response. Codex waits as long as the message of a rate limit says, and tries again on codes that it does not know. */
export function errorBody({ status, code, message, retryAfterS }: ApiError): JsonObject {
  const wait = retryAfterS === undefined || /try again in/i.test(message) ? '' : ` Please try again in ${retryAfterS}s.`;
  return { code: status === 429 ? 'rate_limit_exceeded' : (code ?? 'server_error'), message: message + wait };
}

/** What an upstream says of its failure; also where it says next to nothing. */
export function errorOf(value: unknown): { message: string; code: string | null } {
  if (typeof value === 'string' && value !== '') return { message: value, code: null };
  if (!isRecord(value)) return { message: 'the upstream reported a failed response', code: null };
  const code = value['code'] ?? (value['type'] === 'error' ? null : value['type']);
  return { message: typeof value['message'] === 'string' ? value['message'] : 'the upstream reported an error', code: code == null ? null : String(code) };
}
