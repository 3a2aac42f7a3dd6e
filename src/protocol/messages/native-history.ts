import { isRecord, type JsonObject } from '../json.ts';
import type { ChatRequest } from '../types.ts';
import type { CallBody } from '../wire.ts';
import { isThinking, reasoningItemsOf } from './read-content.ts';
import { reminder } from './reminder.ts';
import { ToolIds } from './tool-ids.ts';

type Call = Pick<CallBody, 'ownsReasoning' | 'quirks'>;

export interface History {
  messages: unknown;
  /** Messages that lost thinking of others. */
  lost: ReadonlySet<unknown>;
}

/**
 * The body's messages as this provider takes them: without thinking that others minted, with thinking of its own that we carried,
 * with ids and roles that it knows. The same value where nothing has to change, and every other field as it came.
 */
export function historyFor(request: ChatRequest, call: Call): History {
  const { messages } = request.body;
  const lost = new Set<unknown>();
  if (!Array.isArray(messages)) return { messages, lost };
  let kept: readonly unknown[] = messages;
  if (request.hasReasoningItems) kept = mapped(kept, (message) => withOwnThinking(message, call, lost));
  if (call.quirks.refusesSystemTurns === true) kept = mapped(kept, asUserTurn);
  if (hasUnfitIds(request)) {
    const ids = new ToolIds();
    kept = mapped(kept, (message) => withBlocks(message, (block) => withFitId(block, ids)));
  }
  return { messages: kept, lost };
}

/** Null takes a message out. */
function mapped(messages: readonly unknown[], change: (message: JsonObject) => JsonObject | null): readonly unknown[] {
  let changed = false;
  const next = messages.flatMap((message) => {
    const changedTo = isRecord(message) ? change(message) : message;
    if (changedTo !== message) changed = true;
    return changedTo === null ? [] : [changedTo];
  });
  return changed ? next : messages;
}

function withBlocks(message: JsonObject, change: (block: JsonObject) => readonly JsonObject[]): JsonObject {
  const { content } = message;
  if (!Array.isArray(content)) return message;
  const next = content.flatMap((block: unknown): readonly unknown[] => (isRecord(block) ? change(block) : [block]));
  return next.length === content.length && next.every((block, index) => block === content[index]) ? message : { ...message, content: next };
}

function withOwnThinking(message: JsonObject, { ownsReasoning }: Call, lost: Set<unknown>): JsonObject | null {
  if (message['role'] !== 'assistant') return message;
  let dropped = false;
  const next = withBlocks(message, (block) => {
    if (!isThinking(block)) return [block];
    const own = reasoningItemsOf(block).filter((item) => item.wire === 'messages' && ownsReasoning(item)).map(({ raw }) => raw);
    if (own.length === 0) dropped = true;
    return own;
  });
  if (Array.isArray(next['content']) && next['content'].length === 0 && next !== message) return null;
  if (dropped) lost.add(next);
  return next;
}

function asUserTurn(message: JsonObject): JsonObject {
  if (message['role'] !== 'system') return message;
  const { content } = message;
  if (typeof content === 'string') return { ...message, role: 'user', content: reminder(content) };
  return withBlocks({ ...message, role: 'user' }, (block) => [block['type'] === 'text' ? { ...block, text: reminder(String(block['text'])) } : block]);
}

/** Other providers' ids may hold any character, and come again. */
function hasUnfitIds({ messages }: ChatRequest): boolean {
  const ids = new ToolIds();
  for (const { toolCalls } of messages) if (toolCalls !== undefined) for (const { id } of toolCalls) ids.call(id);
  return ids.changed;
}

function withFitId(block: JsonObject, ids: ToolIds): JsonObject[] {
  const { type, id, tool_use_id: answers } = block;
  if (type === 'tool_use') return [changedId(block, 'id', ids.call(String(id)))];
  return [type === 'tool_result' ? changedId(block, 'tool_use_id', ids.result(String(answers))) : block];
}

const changedId = (block: JsonObject, key: string, id: string): JsonObject => (block[key] === id ? block : { ...block, [key]: id });
