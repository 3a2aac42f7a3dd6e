import { bytesToSearch } from './json-segments.ts';
import type { ChatRequest } from './types.ts';

/** Below this, joining the pieces is cheaper than sending them one by one (measured: `docs/benchmarks.md`). */
const JOIN_BELOW_BYTES = 16_384;
const MODEL_KEY = Buffer.from('"model"');
const QUOTE = 0x22, BACKSLASH = 0x5c, COLON = 0x3a, OPEN_BRACE = 0x7b;

interface Span { start: number; end: number }

/**
 * A request's own bytes with another model and some top-level fields before the rest: head, model, tail, without parsing or copying
 * a large body again. `fields` may not stand in the body already. Null when it is not certain where the model stands.
 */
export function splicedBody(request: ChatRequest, model: string, fields: Readonly<Record<string, unknown>>): Uint8Array[] | null {
  const span = modelSpan(request);
  if (span === null) return null;
  const { bytes } = request;
  const modelText = JSON.stringify(model);
  let added = '';
  for (const key in fields) if (fields[key] !== undefined) added += `${JSON.stringify(key)}:${JSON.stringify(fields[key])},`;
  const brace = bytes.indexOf(OPEN_BRACE);
  const pieces = span === 'absent'
    ? [Buffer.from(`{${added}"model":${modelText}${isEmptyObject(bytes, brace) ? '' : ','}`), bytes.subarray(brace + 1)]
    : [...(added === '' ? [bytes.subarray(0, span.start)] : [Buffer.from(`{${added}`), bytes.subarray(brace + 1, span.start)]), Buffer.from(modelText), bytes.subarray(span.end)];
  return bytes.length < JOIN_BELOW_BYTES ? [Buffer.concat(pieces)] : pieces;
}

/**
 * Where the top-level model value stands, `absent` when the body has none, or null when that is not certain.
 * Inside a JSON string the quote after `model` would be escaped, so `"model"` can only be a key or a whole string value;
 * if it occurs once, with the value that was parsed, it is the top-level one.
 */
export function modelSpan({ body, bytes: view }: ChatRequest): Span | 'absent' | null {
  const bytes = Buffer.from(view.buffer, view.byteOffset, bytesToSearch(body, 'model', view.byteLength));
  const at = bytes.indexOf(MODEL_KEY);
  if (!('model' in body)) return 'absent';
  if (at < 0 || bytes.indexOf(MODEL_KEY, at + 1) >= 0) return at < 0 ? null : topLevelModelSpan(bytes, body['model']);
  return valueSpan(bytes, at + MODEL_KEY.length, body['model']);
}

function valueSpan(bytes: Buffer, from: number, expected: unknown): Span | null {
  let i = skipSpace(bytes, from);
  if (bytes[i] !== COLON) return null;
  i = skipSpace(bytes, i + 1);
  const text = JSON.stringify(expected);
  const end = i + Buffer.byteLength(text);
  return bytes.toString('utf8', i, end) === text ? { start: i, end } : null;
}

/** Tool schemas have properties called `model` too: walk the top level until ours comes. Duplicates are not certain. */
function topLevelModelSpan(bytes: Buffer, expected: unknown): Span | null {
  let depth = 0, found: Span | null = null;
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i];
    if (c === QUOTE) {
      const end = stringEnd(bytes, i);
      if (depth === 1 && end - i === 6 && bytes.compare(MODEL_KEY, 0, 7, i, end + 1) === 0) {
        const span = valueSpan(bytes, end + 1, expected);
        if (span !== null) {
          if (found !== null) return null;
          found = span;
          i = span.end - 1;
          continue;
        }
      }
      i = end;
    } else if (c === OPEN_BRACE || c === 0x5b) depth++;
    else if (c === 0x7d || c === 0x5d) depth--;
  }
  return found;
}

function stringEnd(bytes: Buffer, at: number): number {
  for (let i = at + 1; i < bytes.length; i++) {
    if (bytes[i] === QUOTE) return i;
    if (bytes[i] === BACKSLASH) i++;
  }
  return bytes.length;
}

function skipSpace(bytes: Buffer, from: number): number {
  let i = from;
  while (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09) i++;
  return i;
}

const isEmptyObject = (bytes: Uint8Array, brace: number): boolean => {
  for (let i = brace + 1; i < bytes.length; i++) {
    const c = bytes[i];
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return c === 0x7d;
  }
  return true;
};
