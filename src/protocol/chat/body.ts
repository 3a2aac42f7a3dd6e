import type { ChatRequest } from '../types.ts';

/** Below this, joining the pieces is cheaper than sending them one by one (measured: `docs/benchmarks.md`). */
const JOIN_BELOW_BYTES = 16_384;
const MODEL_KEY = Buffer.from('"model"');
const QUOTE = 0x22, BACKSLASH = 0x5c, COLON = 0x3a, OPEN_BRACE = 0x7b;

const NOTHING: Readonly<Record<string, unknown>> = {};

export interface BodyChanges {
  model: string;
  stream: boolean;
  /** Top-level fields to set. */
  set?: Readonly<Record<string, unknown>>;
  /** Top-level fields to leave out. */
  drop?: readonly string[];
}

/**
 * The client's own bytes with another model and few top-level fields set: head, model, tail, without parsing or copying a
 * large body again. Falls back to serialising where a field that stands in the body must change.
 */
export function nativeBody(request: ChatRequest, { model, stream, set = {}, drop = [] }: BodyChanges): Uint8Array[] {
  const { body } = request;
  const asked = usageField(request, stream);
  const fields: Readonly<Record<string, unknown>> = asked === NOTHING ? set : { ...set, ...asked };
  const clash = stream !== request.stream || Object.keys(fields).some((key) => key in body) || drop.some((key) => key in body);
  const span = clash ? null : modelSpan(request);
  if (span === null) return [serialised(request, { model, stream, set: fields, drop })];
  const { bytes } = request;
  const modelText = JSON.stringify(model);
  let added = '';
  for (const key in fields) added += `${JSON.stringify(key)}:${JSON.stringify(fields[key])},`;
  const open = Buffer.from(`{${added}`);
  const brace = bytes.indexOf(OPEN_BRACE);
  const pieces = span === 'absent'
    ? [Buffer.from(`{${added}"model":${modelText}${isEmptyObject(bytes, brace) ? '' : ','}`), bytes.subarray(brace + 1)]
    : [...(added === '' ? [bytes.subarray(0, span.start)] : [open, bytes.subarray(brace + 1, span.start)]), Buffer.from(modelText), bytes.subarray(span.end)];
  return bytes.length < JOIN_BELOW_BYTES ? [Buffer.concat(pieces)] : pieces;
}

/** The body written anew, for calls whose messages or tools are ours. */
export function serialised(request: ChatRequest, { model, stream, set = {}, drop = [] }: BodyChanges): Uint8Array {
  const left = new Set([...drop, 'stream', ...(stream ? [] : ['stream_options'])]);
  const kept = Object.entries({ ...request.body, ...set, ...usageField(request, stream), model }).filter(([key]) => !left.has(key));
  return Buffer.from(JSON.stringify(Object.fromEntries(stream ? [...kept, ['stream', true]] : kept)));
}

/** Usage is always asked of the upstream; what the client did not ask for is taken out again on the way back. */
function usageField(request: ChatRequest, stream: boolean): Readonly<Record<string, unknown>> {
  if (!stream || (request.stream && request.includeUsage)) return NOTHING;
  const options = request.body['stream_options'];
  return { stream_options: { ...(typeof options === 'object' && options !== null ? options : {}), include_usage: true } };
}

/**
 * Where the top-level model value stands, `absent` when the body has none, or null when that is not certain.
 * Inside a JSON string the quote after `model` would be escaped, so `"model"` can only be a key or a whole string value;
 * if it occurs once, with the value that was parsed, it is the top-level one.
 */
function modelSpan({ body, bytes: view }: ChatRequest): { start: number; end: number } | 'absent' | null {
  const bytes = Buffer.isBuffer(view) ? view : Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const at = bytes.indexOf(MODEL_KEY);
  if (!('model' in body)) return 'absent';
  if (at < 0 || bytes.indexOf(MODEL_KEY, at + 1) >= 0) return at < 0 ? null : topLevelModelSpan(bytes, body['model']);
  return valueSpan(bytes, at + MODEL_KEY.length, body['model']);
}

function valueSpan(bytes: Buffer, from: number, expected: unknown): { start: number; end: number } | null {
  let i = skipSpace(bytes, from);
  if (bytes[i] !== COLON) return null;
  i = skipSpace(bytes, i + 1);
  const text = JSON.stringify(expected);
  const end = i + Buffer.byteLength(text);
  return bytes.toString('utf8', i, end) === text ? { start: i, end } : null;
}

/** Tool schemas have properties called `model` too: walk the top level until ours comes. Duplicates are not certain. */
function topLevelModelSpan(bytes: Buffer, expected: unknown): { start: number; end: number } | null {
  let depth = 0, found: { start: number; end: number } | null = null;
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
