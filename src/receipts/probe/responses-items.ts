/** Output items of Responses, which plain answers and streams share. */
import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '../guards.ts';
import type { ProbeAnswer, ProbeCall, ProbeUsage } from './format.ts';

/** The answer that these output items make. */
export function answerOf(output: readonly unknown[], usage: unknown): ProbeAnswer {
  const items = output.filter(isObject);
  return { text: items.map(textOfItem).join(''), calls: items.flatMap(readCallItem), usage: readResponsesUsage(usage), turn: items.flatMap(replayItem) };
}

/** The text of a `message` item; empty for any other. */
export const textOfItem = (item: JsonObject): string =>
  item.type === 'message' ? asArray(item.content).map((part) => (asObject(part).type === 'output_text' ? asString(asObject(part).text) ?? '' : '')).join('') : '';

const readCallItem = (item: JsonObject): ProbeCall[] =>
  item.type === 'function_call' ? [{ id: asString(item.call_id) ?? '', name: asString(item.name) ?? '', arguments: asString(item.arguments) ?? '' }] : [];

export const callItem = ({ id, name, arguments: args }: ProbeCall): object => ({ type: 'function_call', call_id: id, name, arguments: args });

/** Without the ids of items that were not stored. Reasoning is worth something only with its encrypted content. */
function replayItem(item: JsonObject): object[] {
  if (item.type === 'message') return [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: textOfItem(item) }] }];
  if (item.type === 'reasoning') return typeof item.encrypted_content === 'string' ? [item] : [];
  return readCallItem(item).map(callItem);
}

function readResponsesUsage(value: unknown): ProbeUsage | null {
  const usage = asObject(value);
  const inputTokens = asNumber(usage.input_tokens), outputTokens = asNumber(usage.output_tokens);
  if (inputTokens === null || outputTokens === null) return null;
  return { inputTokens, outputTokens, cachedInputTokens: asNumber(asObject(usage.input_tokens_details).cached_tokens) };
}
