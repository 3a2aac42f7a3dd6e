import { askedEffort } from '../effort.ts';
import { fail, ok, type Result } from '../errors.ts';
import { fieldError } from '../field-error.ts';
import type { JsonObject } from '../json.ts';
import type { ChatMessage, ChatRequest, ToolDefinition } from '../types.ts';
import { bodySchema, countSchema, type Body } from './body-schema.ts';
import { assistantMessages, systemMessage, userMessages } from './read-content.ts';

/** Reads a Messages body. Errors: 400 that names the offending field in `param`; a missing `max_tokens` is one, as with Anthropic. */
export function readMessages(body: Readonly<JsonObject>, bytes: Uint8Array): Result<ChatRequest> {
  const checked = bodySchema.safeParse(body);
  return checked.success ? ok(toRequest(checked.data, body, bytes)) : fail(fieldError(checked.error.issues, body));
}

/** The same for a request to count tokens, which has no limit and no stream. */
export function readForCount(body: Readonly<JsonObject>, bytes: Uint8Array): Result<ChatRequest> {
  const checked = countSchema.safeParse(body);
  return checked.success ? ok(toRequest(checked.data, body, bytes)) : fail(fieldError(checked.error.issues, body));
}

function toRequest(data: Body, body: Readonly<JsonObject>, bytes: Uint8Array): ChatRequest {
  const messages = conversationOf(data);
  return {
    wire: 'messages',
    model: data.model == null || data.model.trim() === '' ? 'openfusion/auto' : data.model,
    messages,
    tools: (data.tools ?? []).map(toTool),
    toolChoice: neutralChoice(data.tool_choice),
    responseFormat: formatType(data) === 'json_schema' ? 'json_schema' : 'text',
    maxOutputTokens: data.max_tokens ?? undefined,
    effort: askedEffort('messages', body),
    stream: data.stream === true,
    // Usage is part of every stream in this format.
    includeUsage: true,
    session: { sessionId: data.session_id ?? undefined, promptCacheKey: data.prompt_cache_key ?? undefined, metadataUserId: data.metadata?.user_id ?? undefined },
    openrouter: { models: data.models ?? undefined, provider: body['provider'] ?? undefined, plugins: data.plugins ?? undefined },
    options: { trace: data.openfusion?.trace !== false },
    hasReasoningItems: messages.some(({ reasoningItems }) => reasoningItems !== undefined),
    body,
    bytes,
  };
}

function conversationOf({ system, messages }: Body): ChatMessage[] {
  return [
    ...(system == null || system === '' ? [] : [systemMessage(system)]),
    ...messages.flatMap(({ role, content }) => (role === 'user' ? userMessages(content) : role === 'assistant' ? assistantMessages(content) : [systemMessage(content)])),
  ];
}

function toTool(tool: JsonObject): ToolDefinition {
  const { type, name } = tool;
  const builtin = typeof type === 'string' && type !== 'custom';
  return { kind: builtin ? 'builtin' : 'function', name: String(name ?? type), raw: tool };
}

/** In OpenAI's words, which the neutral request speaks; a named tool stays as it came. */
function neutralChoice(choice: Body['tool_choice']): unknown {
  if (choice == null) return undefined;
  return choice.type === 'any' ? 'required' : choice.type === 'auto' || choice.type === 'none' ? choice.type : choice;
}

/** `output_config.format`, and `output_format` of the beta before it. */
export const answerFormat = (body: Readonly<JsonObject>): JsonObject | null => {
  const { output_config: config, output_format: older } = body as { output_config?: { format?: unknown } | null; output_format?: unknown };
  const format = config?.format ?? older;
  return typeof format === 'object' && format !== null ? (format as JsonObject) : null;
};

const formatType = (data: Body): unknown => answerFormat(data)?.['type'];
