/** Content blocks of Messages, which plain answers and streams share. */
import { asNumber, asObject, asString, isObject, type JsonObject } from '../guards.ts';
import type { ProbeAnswer, ProbeCall, ProbeUsage } from './format.ts';

/** The answer that these content blocks make; they are repeated as they came, thinking and its signature too. */
export function messageAnswer(content: readonly unknown[], usage: ProbeUsage | null): ProbeAnswer {
  const blocks = content.filter(isObject);
  return {
    text: blocks.map(({ type, text }) => (type === 'text' ? asString(text) ?? '' : '')).join(''),
    calls: blocks.flatMap(readCall),
    usage,
    turn: blocks.length === 0 ? [] : [{ role: 'assistant', content: blocks }],
  };
}

const readCall = ({ type, id, name, input }: JsonObject): ProbeCall[] =>
  type === 'tool_use' ? [{ id: asString(id) ?? '', name: asString(name) ?? '', arguments: JSON.stringify(input) }] : [];

export function readMessagesUsage(value: unknown): ProbeUsage | null {
  const usage = asObject(value);
  const inputTokens = asNumber(usage.input_tokens), outputTokens = asNumber(usage.output_tokens);
  if (inputTokens === null || outputTokens === null) return null;
  return { inputTokens, outputTokens, cachedInputTokens: asNumber(usage.cache_read_input_tokens) };
}
