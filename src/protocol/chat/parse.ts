import * as z from 'zod/mini';
import { askedEffort } from '../effort.ts';
import { fail, ok, type Result } from '../errors.ts';
import { fieldError } from '../field-error.ts';
import { parseJsonObject } from '../json-body.ts';
import { isRecord } from '../json.ts';
import { listOf } from '../list-of.ts';
import { itemsOf, wordsOf } from './reasoning-details.ts';
import { isUsualBody } from './usual-body.ts';
import type { ChatMessage, ChatRequest, ContentPart, ReasoningItem, SessionFields, ToolCall, ToolDefinition } from '../types.ts';

const toolCallSchema = z.looseObject({
  id: z.optional(z.nullable(z.string())),
  function: z.optional(z.looseObject({ name: z.optional(z.string()), arguments: z.optional(z.nullable(z.string())) })),
  custom: z.optional(z.looseObject({ name: z.optional(z.string()), input: z.optional(z.string()) })),
});

const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.optional(z.nullable(z.union([z.string(), listOf(z.looseObject({ type: z.string() }))]))),
  tool_calls: z.optional(z.nullable(listOf(toolCallSchema))),
  tool_call_id: z.optional(z.nullable(z.string())),
  reasoning_content: z.optional(z.nullable(z.string())),
});

/** What we read of a chat-completions body; everything else passes through untouched. */
export const bodySchema = z.looseObject({
  model: z.optional(z.nullable(z.string())),
  messages: listOf(messageSchema, { min: 1 }),
  tools: z.optional(z.nullable(listOf(z.looseObject({ type: z.optional(z.string()) })))),
  response_format: z.optional(z.nullable(z.looseObject({ type: z.optional(z.string()) }))),
  max_tokens: z.optional(z.nullable(z.number().check(z.gt(0)))),
  max_completion_tokens: z.optional(z.nullable(z.number().check(z.gt(0)))),
  n: z.optional(z.nullable(z.number())),
  stream: z.optional(z.nullable(z.boolean())),
  stream_options: z.optional(z.nullable(z.looseObject({ include_usage: z.optional(z.nullable(z.boolean())) }))),
  session_id: z.optional(z.nullable(z.string())),
  prompt_cache_key: z.optional(z.nullable(z.string())),
  previous_response_id: z.optional(z.nullable(z.string())),
  metadata: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
  models: z.optional(z.nullable(listOf(z.string()))),
  plugins: z.optional(z.nullable(listOf(z.unknown()))),
  openfusion: z.optional(z.nullable(z.looseObject({ trace: z.optional(z.boolean()) }))),
});
export type Body = z.infer<typeof bodySchema>;
type WireMessage = Body['messages'][number];

/**
 * Parses a chat-completions body, once.
 * Errors: 400 `invalid_request_error` that names the offending field in `param`.
 */
export function parseChatRequest(bytes: Uint8Array): Result<ChatRequest> {
  const parsed = parseJsonObject(bytes);
  return parsed.ok ? chatRequestFrom(parsed.value, bytes) : parsed;
}

/** The same for a body that is parsed already. */
export function chatRequestFrom(body: Readonly<Record<string, unknown>>, bytes: Uint8Array): Result<ChatRequest> {
  if (isUsualBody(body)) return ok(toRequest(body, body, bytes));
  const checked = bodySchema.safeParse(body);
  if (!checked.success) return fail(fieldError(checked.error.issues, body));
  return ok(toRequest(checked.data, body, bytes));
}

function toRequest(data: Body, body: Readonly<Record<string, unknown>>, bytes: Uint8Array): ChatRequest {
  const format = data.response_format?.type;
  const messages = data.messages.map(toMessage);
  return {
    wire: 'chat',
    model: data.model == null || data.model.trim() === '' ? 'openfusion/auto' : data.model,
    messages,
    tools: toolsOf(data),
    toolChoice: body['tool_choice'] ?? body['function_call'],
    responseFormat: format === 'json_schema' || format === 'json_object' ? format : 'text',
    maxOutputTokens: data.max_completion_tokens ?? data.max_tokens ?? undefined,
    effort: askedEffort('chat', body),
    stream: data.stream === true,
    includeUsage: data.stream_options?.include_usage === true,
    session: sessionFields(data),
    openrouter: { models: data.models ?? undefined, provider: body['provider'] ?? undefined, plugins: data.plugins ?? undefined },
    options: { trace: data.openfusion?.trace !== false },
    hasReasoningItems: messages.some(({ reasoningItems }) => reasoningItems !== undefined),
    body,
    bytes,
  };
}

function sessionFields(data: Body): SessionFields {
  const user = data.metadata?.['user_id'];
  return {
    sessionId: data.session_id ?? undefined,
    promptCacheKey: data.prompt_cache_key ?? undefined,
    previousResponseId: data.previous_response_id ?? undefined,
    metadataUserId: typeof user === 'string' ? user : undefined,
  };
}

function toMessage(message: WireMessage): ChatMessage {
  const { content } = message;
  const details = message['reasoning_details'];
  return {
    role: message.role === 'function' ? 'tool' : message.role,
    content: content == null || typeof content === 'string' ? (content ?? null) : content.map(toPart),
    toolCalls: message.tool_calls == null ? legacyCalls(message['function_call']) : message.tool_calls.map(toToolCall),
    toolCallId: message.tool_call_id ?? (message.role === 'function' ? legacyId(message['name']) : undefined),
    reasoning: message.reasoning_content ?? reasoningText(message['reasoning'], details),
    reasoningItems: reasoningItems(details),
  };
}

/** OpenRouter's names for what others call `reasoning_content`. */
function reasoningText(reasoning: unknown, details: unknown): string | undefined {
  if (typeof reasoning === 'string') return reasoning;
  const words = Array.isArray(details) ? details.map(wordsOf).join('') : '';
  return words === '' ? undefined : words;
}

function reasoningItems(details: unknown): ReasoningItem[] | undefined {
  if (!Array.isArray(details) || details.length === 0) return undefined;
  return details.filter(isRecord).flatMap(itemsOf);
}

/** The form before `tools` names no ids: a function's name stands for the call's. */
const legacyId = (name: unknown): string | undefined => (typeof name === 'string' ? `call_${name}` : undefined);

function legacyCalls(call: unknown): ToolCall[] | undefined {
  if (!isRecord(call) || typeof call['name'] !== 'string') return undefined;
  return [{ id: `call_${call['name']}`, name: call['name'], arguments: typeof call['arguments'] === 'string' ? call['arguments'] : '' }];
}

function toPart(part: { type: string; [key: string]: unknown }): ContentPart {
  const cache = part['cache_control'] === undefined ? undefined : { cacheControl: part['cache_control'] };
  if ((part.type === 'text' || part.type === 'input_text') && typeof part['text'] === 'string') return { type: 'text', text: part['text'], ...cache };
  if (part.type === 'image_url') {
    const image = part['image_url'];
    if (typeof image === 'string') return { type: 'image', url: image, ...cache };
    if (isRecord(image) && typeof image['url'] === 'string') return { type: 'image', url: image['url'], ...(typeof image['detail'] === 'string' ? { detail: image['detail'] } : {}), ...cache };
  }
  if (part.type === 'file' && isRecord(part['file']) && typeof part['file']['file_data'] === 'string') {
    const { file_data: url, filename } = part['file'];
    return { type: 'file', url: url as string, ...(typeof filename === 'string' ? { filename } : {}), ...cache };
  }
  return { type: 'other', raw: part };
}

const toToolCall = (call: z.infer<typeof toolCallSchema>): ToolCall => ({
  id: call.id ?? '',
  name: call.function?.name ?? call.custom?.name ?? '',
  arguments: call.function?.arguments ?? call.custom?.input ?? '',
  ...(call.custom == null ? {} : { custom: true }),
});

function toolsOf(data: Body): ToolDefinition[] {
  const tools = (data.tools ?? []).map(toTool);
  const { functions } = data;
  if (!Array.isArray(functions)) return tools;
  return [...tools, ...functions.filter(isRecord).map((raw) => toTool({ type: 'function', function: raw })).filter(({ kind }) => kind === 'function')];
}

function toTool(tool: Record<string, unknown>): ToolDefinition {
  const custom = isRecord(tool['custom']);
  const inner = tool['function'] ?? tool['custom'] ?? tool;
  const name = isRecord(inner) ? inner['name'] : undefined;
  if (typeof name === 'string') return { kind: custom ? 'custom' : 'function', name, raw: tool };
  return { kind: 'builtin', name: String(tool['type'] ?? 'tool'), raw: tool };
}
