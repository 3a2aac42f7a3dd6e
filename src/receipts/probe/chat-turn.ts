/** Parts of chat completions that plain answers and streams share. */
import { asNumber, asObject, isObject, type JsonObject } from '../guards.ts';
import type { ProbeCall, ProbeUsage } from './format.ts';

/** Agents send the reasoning back; some providers insist on it. */
export function assistantTurn(text: string, calls: readonly ProbeCall[], reasoning: string | null): JsonObject {
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    ...(reasoning === null || reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(({ id, name, arguments: args }) => ({ id, type: 'function', function: { name, arguments: args } })) }),
  };
}

export function readChatUsage(value: unknown): ProbeUsage | null {
  if (!isObject(value)) return null;
  const inputTokens = asNumber(value.prompt_tokens), outputTokens = asNumber(value.completion_tokens);
  if (inputTokens === null || outputTokens === null) return null;
  return { inputTokens, outputTokens, cachedInputTokens: asNumber(asObject(value.prompt_tokens_details).cached_tokens) };
}
