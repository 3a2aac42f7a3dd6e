/** Reads a whole chat-completions answer: JSON from our own gateway or from any relay. */
import type { FinishReason, ToolCall, Usage } from '../protocol/types.ts';
import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from './guards.ts';

const FINISH_REASONS: readonly string[] = ['stop', 'length', 'tool_calls', 'content_filter'] satisfies FinishReason[];

export interface ChatBodyAnswer {
  text: string;
  toolCalls: ToolCall[];
  finishReason: FinishReason | null;
  usage: Usage | null;
  openfusion: JsonObject;
}

/** Null when the value is not a chat completion with a message. */
export function readChatBody(value: unknown): ChatBodyAnswer | null {
  const choice = asArray(asObject(value).choices)[0];
  const message = asObject(choice).message;
  if (!isObject(message)) return null;
  return {
    text: textOf(message.content),
    toolCalls: asArray(message.tool_calls).flatMap(readToolCall),
    finishReason: readFinishReason(asObject(choice).finish_reason),
    usage: readUsage(asObject(value).usage),
    openfusion: asObject(asObject(value).openfusion),
  };
}

/** The error message of an OpenAI- or Anthropic-style error body; null when there is none. */
export function readErrorBody(value: unknown): { message: string; code: string | null } | null {
  const error = asObject(value).error;
  if (typeof error === 'string') return { message: error, code: null };
  const message = asString(asObject(error).message);
  return message === null ? null : { message, code: asString(asObject(error).code) };
}

export const readFinishReason = (value: unknown): FinishReason | null =>
  typeof value === 'string' && FINISH_REASONS.includes(value) ? (value as FinishReason) : null;

/** Usage as OpenAI writes it, as the `openfusion` object does, or in our own internal names. */
export function readUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  const inputTokens = asNumber(usage.prompt_tokens) ?? asNumber(usage.input_tokens) ?? asNumber(usage.inputTokens);
  const outputTokens = asNumber(usage.completion_tokens) ?? asNumber(usage.output_tokens) ?? asNumber(usage.outputTokens);
  if (inputTokens === null || outputTokens === null) return null;
  const inputDetails = asObject(usage.prompt_tokens_details ?? usage.input_tokens_details);
  const outputDetails = asObject(usage.completion_tokens_details ?? usage.output_tokens_details);
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens: asNumber(inputDetails.cached_tokens) ?? asNumber(usage.cached_input_tokens) ?? asNumber(usage.cachedInputTokens) ?? 0,
    reasoningTokens: asNumber(outputDetails.reasoning_tokens) ?? asNumber(usage.reasoning_tokens) ?? asNumber(usage.reasoningTokens) ?? 0,
    estimated: usage.estimated === true,
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content).map((part) => asString(asObject(part).text) ?? '').join('');
}

function readToolCall(value: unknown): ToolCall[] {
  const call = asObject(value);
  const fn = asObject(call.function);
  const name = asString(fn.name);
  return name === null ? [] : [{ id: asString(call.id) ?? '', name, arguments: asString(fn.arguments) ?? '' }];
}
