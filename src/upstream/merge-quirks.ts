import type { Quirks } from '../protocol/wire.ts';

/** Both together; where they contradict each other, `over` is right. */
export function mergeQuirks(under: Quirks, over: Quirks): Quirks {
  const merged: Quirks = { ...under, ...over };
  if (under.rename !== undefined && over.rename !== undefined) merged.rename = { ...under.rename, ...over.rename };
  for (const list of ['drop', 'dropInside', 'dropSchemaKeywords'] as const) {
    const [a, b] = [under[list], over[list]];
    if (a !== undefined && b !== undefined) merged[list] = [...new Set([...a, ...b])];
  }
  if (under.exclusive !== undefined && over.exclusive !== undefined) merged.exclusive = [...under.exclusive, ...over.exclusive.filter(([kept, other]) => !under.exclusive?.some(([a, b]) => a === kept && b === other))];
  return merged;
}
