import { askedEffort } from '../effort.ts';
import { ok, type Result } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { ChatRequest, SessionFields } from '../types.ts';
import { messagesOf } from './conversation.ts';
import { checkBody, type Body, type CheckedBody } from './schema.ts';
import { readTools } from './tools.ts';

/**
 * Reads a Responses body that is parsed already.
 * Errors: 400 `invalid_request_error` that names the offending field in `param`.
 */
export function readRequest(body: Readonly<JsonObject>, bytes: Uint8Array): Result<ChatRequest> {
  const checked = checkBody(body);
  return checked.ok ? ok(toRequest(checked.value, body, bytes)) : checked;
}

function toRequest({ data, items, tools }: CheckedBody, body: Readonly<JsonObject>, bytes: Uint8Array): ChatRequest {
  const format = data.text?.format?.type;
  const messages = messagesOf(items);
  return {
    wire: 'responses',
    model: data.model == null || data.model.trim() === '' ? 'openfusion/auto' : data.model,
    messages: data.instructions == null || data.instructions === '' ? messages : [{ role: 'system', content: data.instructions }, ...messages],
    tools: readTools(tools, items),
    toolChoice: body['tool_choice'],
    responseFormat: format === 'json_schema' || format === 'json_object' ? format : 'text',
    maxOutputTokens: data.max_output_tokens ?? undefined,
    effort: askedEffort('responses', body),
    stream: data.stream === true,
    includeUsage: true,
    session: sessionFields(data),
    openrouter: { models: data.models ?? undefined, provider: body['provider'] ?? undefined, plugins: data.plugins ?? undefined },
    options: { trace: data.openfusion?.trace !== false },
    hasReasoningItems: items.some(({ type }) => type === 'reasoning'),
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
