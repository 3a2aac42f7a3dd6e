import * as z from 'zod/mini';
import { apiError, fail, ok, type ApiError, type Result } from '../errors.ts';
import { isUsualBody } from './usual-body.ts';
import type { ChatMessage, ChatRequest, ContentPart, SessionFields, ToolCall, ToolDefinition } from '../types.ts';

/** Nesting beyond this is refused (criterion C1): nothing real comes near it, and it would cost stack everywhere. */
const MAX_DEPTH = 200;

const toolCallSchema = z.looseObject({
  id: z.optional(z.nullable(z.string())),
  function: z.optional(z.looseObject({ name: z.optional(z.string()), arguments: z.optional(z.nullable(z.string())) })),
  custom: z.optional(z.looseObject({ name: z.optional(z.string()), input: z.optional(z.string()) })),
});

const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.optional(z.nullable(z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]))),
  tool_calls: z.optional(z.nullable(z.array(toolCallSchema))),
  tool_call_id: z.optional(z.nullable(z.string())),
  reasoning_content: z.optional(z.nullable(z.string())),
});

/** What we read of a chat-completions body; everything else passes through untouched. */
export const bodySchema = z.looseObject({
  model: z.optional(z.nullable(z.string())),
  messages: z.array(messageSchema).check(z.minLength(1)),
  tools: z.optional(z.nullable(z.array(z.looseObject({ type: z.optional(z.string()) })))),
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
  models: z.optional(z.nullable(z.array(z.string()))),
  plugins: z.optional(z.nullable(z.array(z.unknown()))),
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

/** Strict JSON whose top is an object. Errors: 400. */
export function parseJsonObject(bytes: Uint8Array): Result<Readonly<Record<string, unknown>>> {
  if (bytes.length === 0) return fail(apiError(400, 'The request body is empty; send a JSON object.'));
  let value: unknown;
  const text = (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString('utf8');
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(apiError(400, `The request body is not valid JSON: ${error instanceof Error ? withoutContent(error.message) : 'parse error'}.`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(apiError(400, 'The request body must be a JSON object.'));
  if (mayBeDeeperThan(text, MAX_DEPTH) && deeperThan(value, MAX_DEPTH)) return fail(apiError(400, `The request body is nested deeper than ${MAX_DEPTH} levels.`));
  return ok(value as Record<string, unknown>);
}

/** V8 quotes a piece of the input in its message; a prompt does not belong in an error. */
const withoutContent = (message: string): string => message.replace(/,? ?(\.\.\.)?".*$/s, '').replace(/[.,\s]+$/, '');

/** Few brackets cannot nest deeply: most bodies need no walk. */
function mayBeDeeperThan(text: string, limit: number): boolean {
  let opened = 0;
  for (const bracket of ['{', '[']) for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) if (++opened > limit) return true;
  return false;
}

/** Over values, not keys: the engine gives up on `for in` over objects of many shapes, again and again. */
function deeperThan(value: object, limit: number): boolean {
  if (limit === 0) return true;
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const child of children) if (typeof child === 'object' && child !== null && deeperThan(child, limit - 1)) return true;
  return false;
}

interface Issue { path: readonly PropertyKey[]; message: string; code?: string | undefined; expected?: unknown }

function fieldError(issues: readonly Issue[], body: unknown): ApiError {
  const issue = issues[0];
  const param = issue === undefined ? null : pathText(issue.path);
  const missing = issue !== undefined && valueAt(body, issue.path) === undefined;
  const what = issue === undefined ? 'invalid' : missing ? 'is missing' : `is invalid: ${detail(issue)}`;
  return apiError(400, `${param === null || param === '' ? 'The request body' : `\`${param}\``} ${what}.`, { param: param === '' ? null : param });
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined), value);

function detail(issue: Issue): string {
  if (issue.code === 'invalid_type' && typeof issue.expected === 'string') return `expected ${issue.expected}`;
  if (issue.code === 'too_small') return 'it must not be empty or below its minimum';
  return issue.message.replace(/^Invalid input: ?/, '').replace(/\.$/, '') || 'wrong value';
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`), '');

function toRequest(data: Body, body: Readonly<Record<string, unknown>>, bytes: Uint8Array): ChatRequest {
  const rawMessages = body['messages'] as Record<string, unknown>[];
  const format = data.response_format?.type;
  return {
    wire: 'chat',
    model: data.model == null || data.model.trim() === '' ? 'openfusion/auto' : data.model,
    messages: data.messages.map((message, index) => toMessage(message, rawMessages[index] ?? {})),
    tools: (data.tools ?? []).map(toTool),
    toolChoice: body['tool_choice'],
    responseFormat: format === 'json_schema' || format === 'json_object' ? format : 'text',
    maxOutputTokens: data.max_completion_tokens ?? data.max_tokens ?? undefined,
    stream: data.stream === true,
    includeUsage: data.stream_options?.include_usage === true,
    session: sessionFields(data),
    openrouter: { models: data.models ?? undefined, provider: body['provider'] ?? undefined, plugins: data.plugins ?? undefined },
    options: { trace: data.openfusion?.trace !== false },
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

function toMessage(message: WireMessage, raw: Record<string, unknown>): ChatMessage {
  const { content } = message;
  return {
    role: message.role === 'function' ? 'tool' : message.role,
    content: content == null || typeof content === 'string' ? (content ?? null) : content.map(toPart),
    toolCalls: message.tool_calls == null ? undefined : message.tool_calls.map(toToolCall),
    toolCallId: message.tool_call_id ?? undefined,
    reasoning: message.reasoning_content ?? undefined,
    raw,
  };
}

function toPart(part: { type: string; [key: string]: unknown }): ContentPart {
  if ((part.type === 'text' || part.type === 'input_text') && typeof part['text'] === 'string') return { type: 'text', text: part['text'] };
  if (part.type === 'image_url') {
    const image = part['image_url'];
    const url = typeof image === 'string' ? image : typeof image === 'object' && image !== null && 'url' in image ? image.url : undefined;
    if (typeof url === 'string') return { type: 'image', url };
  }
  return { type: 'other', raw: part };
}

const toToolCall = (call: z.infer<typeof toolCallSchema>): ToolCall => ({
  id: call.id ?? '',
  name: call.function?.name ?? call.custom?.name ?? '',
  arguments: call.function?.arguments ?? call.custom?.input ?? '',
});

function toTool(tool: Record<string, unknown>): ToolDefinition {
  const inner = tool['function'] ?? tool['custom'] ?? tool;
  const name = typeof inner === 'object' && inner !== null && 'name' in inner ? inner.name : undefined;
  return { name: typeof name === 'string' ? name : String(tool['type'] ?? 'tool'), raw: tool };
}
