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
/** Of bodies that were parsed in segments: where the first element of the array that was cut ends, and the names of the members behind that array. */
const cuts = new WeakMap<object, { headEnd: number; tail: readonly string[] }>();

/** How many of a body's first bytes have to be looked at for the members of that name of its top object. */
export function bytesToSearch(body: object, name: string, length: number): number {
  const cut = cuts.get(body);
  return cut === undefined || cut.tail.includes(name) ? length : cut.headEnd;
}

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
  // The first cut as early as can be: what stands before the array is searched again.
  const first = firstCut(bytes);
  if (first === null) return undefined;
  // Valid only where the cut lies in an array that is a property of the top object.
  const head = JSON.parse(`${bytes.toString('utf8', 0, first.end)},"${MARK}"]}`) as unknown;
  const elements = isRecord(head) ? markedArray(head) : undefined;
  if (!isRecord(head) || elements === undefined) return undefined;
  let at = first.next;
  while (bytes.length - at > SEGMENT_BYTES) {
    const cut = nextCut(bytes, at);
    if (cut === null) break;
    for (const element of JSON.parse(`[${bytes.toString('utf8', at, cut.end)}]`) as unknown[]) elements.push(element);
    at = cut.next;
  }
  const { [MARK]: rest, ...members } = JSON.parse(`{"${MARK}":[${bytes.toString('utf8', at, bytes.length)}`) as Record<string, unknown>;
  if (!Array.isArray(rest) || Object.hasOwn(members, '__proto__')) return undefined;
  for (const element of rest) elements.push(element);
  cuts.set(head, { headEnd: first.end, tail: Object.keys(members) });
  return Object.assign(head, members);
}

/** Where one element ends, and where the next one begins. */
interface Cut { end: number; next: number }

function firstCut(bytes: Buffer): Cut | null {
  const within = bytes.subarray(0, 2 * SEGMENT_BYTES);
  for (const cut of CUTS) {
    const at = within.indexOf(cut.bytes);
    if (at >= 0) return { end: at + 1, next: at + cut.next };
  }
  return null;
}

/** The last place to cut in the segment that begins at `from`; where one element is larger than that, its end. */
function nextCut(bytes: Buffer, from: number): Cut | null {
  for (const cut of CUTS) {
    const last = bytes.lastIndexOf(cut.bytes, from + SEGMENT_BYTES);
    const at = last > from ? last : bytes.indexOf(cut.bytes, from + SEGMENT_BYTES);
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
