import { isRecord } from '../json.ts';
import type { ChatDelta, ReasoningItem, ToolCall } from '../types.ts';

/** Our own kind of reasoning item: what a provider put on a call (Gemini's thought signatures), which other formats have no place for. */
const TYPE = 'openfusion.tool_call';

/** Puts such an item before each call that has extras, so that it comes back with the history. For translated answers. */
export function carryExtras(deltas: ChatDelta[], provider: string): ChatDelta[] {
  if (!deltas.some(hasExtras)) return deltas;
  return deltas.flatMap((delta): ChatDelta[] => (hasExtras(delta) ? [{ type: 'reasoning_item', item: { wire: 'chat', provider, raw: { type: TYPE, id: delta.id, more: delta.more } } }, delta] : [delta]));
}

/** The items of a history that stand for extras of calls, by the call's id; and the others, which are reasoning. */
export function extrasOf(items: readonly ReasoningItem[]): { extras: Map<string, NonNullable<ToolCall['more']>>; reasoning: ReasoningItem[] } {
  const extras = new Map<string, NonNullable<ToolCall['more']>>();
  const reasoning = items.filter(({ raw: { type, id, more } }) => {
    if (type === TYPE && typeof id === 'string' && isRecord(more)) extras.set(id, more);
    return type !== TYPE;
  });
  return { extras, reasoning };
}

const hasExtras = (delta: ChatDelta): delta is Extract<ChatDelta, { type: 'tool_call' }> & { id: string; more: NonNullable<ToolCall['more']> } =>
  delta.type === 'tool_call' && delta.id !== undefined && delta.more !== undefined;
