/** Where secrets stand in a text or in bytes. The same search for both: `string` and `Buffer` have the same `indexOf`. */

export interface Range {
  start: number;
  /** Exclusive. */
  end: number;
}

interface Searchable<Needle> {
  indexOf(needle: Needle, from: number): number;
}

/** All places where a needle stands; overlapping ones are merged, in order. Empty when nothing matches: then nothing was allocated but the list. */
export function findRanges<Needle extends { readonly length: number }>(haystack: Searchable<Needle>, needles: readonly Needle[]): Range[] {
  const found: Range[] = [];
  for (const needle of needles) {
    for (let at = haystack.indexOf(needle, 0); at !== -1; at = haystack.indexOf(needle, at + 1)) found.push({ start: at, end: at + needle.length });
  }
  return found.length > 1 ? mergeRanges(found) : found;
}

/**
 * All places where a needle stands or was cut off: at least its first `headChars` characters. For texts that somebody may have
 * shortened before; a head may also be innocent text (all tokens of one issuer begin alike), so it is not looked for in answers.
 */
export function findCutRanges(text: string, needles: readonly string[], headChars: number): Range[] {
  const found: Range[] = [];
  for (const needle of needles) {
    const head = needle.slice(0, headChars);
    for (let at = text.indexOf(head); at !== -1; at = text.indexOf(head, at + 1)) {
      let end = at + head.length;
      while (end - at < needle.length && text[end] === needle[end - at]) end++;
      found.push({ start: at, end });
    }
  }
  return found.length > 1 ? mergeRanges(found) : found;
}

/** Sorts ranges and joins those that touch or overlap. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
  }
  return merged;
}
