import { isRecord, type JsonObject } from '../json.ts';
import type { ChatRequest, ReasoningItem } from '../types.ts';
import type { Quirks } from '../wire.ts';
import { itemsOf } from './reasoning-details.ts';

type Owns = (item: ReasoningItem) => boolean;

/** Stands in for reasoning that nobody kept, where a provider insists on some with every tool call. */
export const REASONING_PLACEHOLDER = '.';

/** Must a history that came in this format change before it goes to a provider? */
export function changesMessages(request: ChatRequest, quirks: Quirks, owns: Owns): boolean {
  if (request.hasReasoningItems && request.messages.some(({ reasoningItems }) => reasoningItems?.some((item) => item.carried === true || !goesBack(item, owns)))) return true;
  if (quirks.replayReasoning !== false && quirks.fillReasoning !== true && quirks.callExtras === undefined) return false;
  const { messages } = request.body;
  return Array.isArray(messages) && messages.some((message) => isRecord(message) && adjustTurn(message, quirks) !== message);
}

/** The messages as they came, but for reasoning that this provider does not want, or wants and misses. */
export function adjustMessages(messages: unknown, quirks: Quirks, owns: Owns): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.map((message: unknown) => (isRecord(message) ? adjustDetails(adjustTurn(message, quirks), owns) : message));
}

const goesBack = (item: ReasoningItem, owns: Owns): boolean => item.wire === 'chat' && owns(item);

const adjustTurn = (message: JsonObject, quirks: Quirks): JsonObject => (message['role'] === 'assistant' ? withExtras(adjustText(message, quirks), quirks) : message);

function adjustText(message: JsonObject, { replayReasoning, fillReasoning = false }: Quirks): JsonObject {
  const { reasoning_content: had, ...rest } = message;
  if (replayReasoning === false) return had === undefined ? message : rest;
  if (!fillReasoning || (typeof had === 'string' && had !== '')) return message;
  const { reasoning } = message;
  return { ...message, reasoning_content: typeof reasoning === 'string' && reasoning !== '' ? reasoning : REASONING_PLACEHOLDER };
}

/** Extras stand on the first call of a turn; whatever a provider put on one of them is enough. */
function withExtras(message: JsonObject, { callExtras }: Quirks): JsonObject {
  const calls = message['tool_calls'];
  if (callExtras === undefined || !Array.isArray(calls) || calls.some((call) => isRecord(call) && Object.keys(callExtras).some((key) => key in call))) return message;
  return { ...message, tool_calls: calls.map((call: unknown, place) => (place === 0 && isRecord(call) ? { ...call, ...callExtras } : call)) };
}

function adjustDetails(message: JsonObject, owns: Owns): JsonObject {
  const { reasoning_details: details, ...rest } = message;
  if (!Array.isArray(details)) return message;
  const kept = details.flatMap((entry: unknown) => (isRecord(entry) ? itemsOf(entry) : [])).filter((item) => goesBack(item, owns)).map(({ raw }) => raw);
  return kept.length === 0 ? rest : { ...rest, reasoning_details: kept };
}
