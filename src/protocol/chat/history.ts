import { isRecord, type JsonObject } from '../json.ts';
import type { ChatRequest, ReasoningItem } from '../types.ts';
import type { Quirks } from '../wire.ts';
import { itemsOf } from './reasoning-details.ts';

type Owns = (item: ReasoningItem) => boolean;

/** Stands in for reasoning that nobody kept, where a provider insists on some with every tool call. */
export const REASONING_PLACEHOLDER = '.';

/** Must a history that came in this format change before it goes to a provider? */
export function changesMessages(request: ChatRequest, { replayReasoning, fillReasoning = false }: Quirks, owns: Owns): boolean {
  if (request.hasReasoningItems && request.messages.some(({ reasoningItems }) => reasoningItems?.some((item) => item.carried === true || !goesBack(item, owns)))) return true;
  if (replayReasoning !== false && !fillReasoning) return false;
  const { messages } = request.body;
  return Array.isArray(messages) && messages.some((message) => isRecord(message) && adjustText(message, replayReasoning, fillReasoning) !== message);
}

/** The messages as they came, but for reasoning that this provider does not want, or wants and misses. */
export function adjustMessages(messages: unknown, { replayReasoning, fillReasoning = false }: Quirks, owns: Owns): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.map((message: unknown) => (isRecord(message) ? adjustDetails(adjustText(message, replayReasoning, fillReasoning), owns) : message));
}

const goesBack = (item: ReasoningItem, owns: Owns): boolean => item.wire === 'chat' && owns(item);

function adjustText(message: JsonObject, replay: boolean | undefined, fill: boolean): JsonObject {
  const { reasoning_content: had, ...rest } = message;
  if (replay === false) return had === undefined ? message : rest;
  const { reasoning, tool_calls: calls } = message;
  if (!fill || message['role'] !== 'assistant' || !Array.isArray(calls) || calls.length === 0 || (typeof had === 'string' && had !== '')) return message;
  return { ...message, reasoning_content: typeof reasoning === 'string' && reasoning !== '' ? reasoning : REASONING_PLACEHOLDER };
}

function adjustDetails(message: JsonObject, owns: Owns): JsonObject {
  const { reasoning_details: details, ...rest } = message;
  if (!Array.isArray(details)) return message;
  const kept = details.flatMap((entry: unknown) => (isRecord(entry) ? itemsOf(entry) : [])).filter((item) => goesBack(item, owns)).map(({ raw }) => raw);
  return kept.length === 0 ? rest : { ...rest, reasoning_details: kept };
}
