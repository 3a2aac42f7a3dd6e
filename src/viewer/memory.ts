import { STATUS_FILTERS } from './filter.ts';
import { flag, isObject, text } from './shape.ts';
import type { Memory } from './state.ts';

/** What the page remembered of itself, field by field; what is not right is left out. */
export function parseMemory(value: unknown): Partial<Memory> {
  if (!isObject(value)) return {};
  const memory: Partial<Memory> = {};
  if (text(value.selectedId)) memory.selectedId = value.selectedId;
  if (flag(value.follow)) memory.follow = value.follow;
  if (isObject(value.filter) && text(value.filter.text)) {
    const { text: words, status } = value.filter;
    memory.filter = { text: words, status: STATUS_FILTERS.find((known) => known === status) ?? 'all' };
  }
  return memory;
}
