import { randomUUID } from 'node:crypto';
import { isRecord } from './json.ts';

/**
 * V8 puts a string above 128 KB on pages of its own, fresh from the system for each one; getting those costs a third of decoding and parsing
 * a body of 200 KB. Texts of this many bytes stay below it, also where a character takes two.
 */
const SEGMENT_BYTES = 64_000;
/** Between two messages. In a string the quote would be escaped, so this stands only between two objects of one array. */
const CUTS = ['},{"role"', '}, {"role"'].map((text) => ({ bytes: Buffer.from(text), next: text.indexOf('{') }));
/** Marks the array that was cut. Nobody outside knows it, so it is no part of a body. */
const MARK = randomUUID();

/**
 * Parses a large JSON object in segments, cut between the elements of one of its arrays. The same as `JSON.parse` of the whole, which is
 * for the caller to do when this gives undefined: small, nothing to cut at, a cut that was no such place, or no JSON at all.
 */
export function parseInSegments(bytes: Buffer): Record<string, unknown> | undefined {
  if (bytes.length <= 2 * SEGMENT_BYTES) return undefined;
  try {
    return parseSegments(bytes);
  } catch {
    return undefined;
  }
}

function parseSegments(bytes: Buffer): Record<string, unknown> | undefined {
  const first = cutBefore(bytes, 0);
  if (first === null) return undefined;
  // Valid only where the cut lies in an array that is a property of the top object.
  const head = JSON.parse(`${bytes.toString('utf8', 0, first.end)},"${MARK}"]}`) as unknown;
  const elements = isRecord(head) ? markedArray(head) : undefined;
  if (!isRecord(head) || elements === undefined) return undefined;
  let at = first.next;
  while (bytes.length - at > SEGMENT_BYTES) {
    const cut = cutBefore(bytes, at);
    if (cut === null) return undefined;
    for (const element of JSON.parse(`[${bytes.toString('utf8', at, cut.end)}]`) as unknown[]) elements.push(element);
    at = cut.next;
  }
  const { [MARK]: rest, ...members } = JSON.parse(`{"${MARK}":[${bytes.toString('utf8', at, bytes.length)}`) as Record<string, unknown>;
  if (!Array.isArray(rest) || Object.hasOwn(members, '__proto__')) return undefined;
  for (const element of rest) elements.push(element);
  return Object.assign(head, members);
}

/** The last place to cut in the segment that begins at `from`: where its last element ends, and where the next one begins. */
function cutBefore(bytes: Buffer, from: number): { end: number; next: number } | null {
  for (const cut of CUTS) {
    const at = bytes.lastIndexOf(cut.bytes, from + SEGMENT_BYTES);
    if (at > from) return { end: at + 1, next: at + cut.next };
  }
  return null;
}

function markedArray(head: Readonly<Record<string, unknown>>): unknown[] | undefined {
  for (const key in head) {
    const value = head[key];
    if (Array.isArray(value) && value.at(-1) === MARK) { value.pop(); return value; }
  }
  return undefined;
}
