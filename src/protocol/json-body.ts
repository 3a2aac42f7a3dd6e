import { apiError, fail, ok, type ApiError, type Result } from './errors.ts';
import { nestsDeeperThan } from './json-depth.ts';
import { parseInSegments } from './json-segments.ts';

/** Nesting beyond this is refused (criterion C1): nothing real comes near it, and it would cost stack everywhere. */
const MAX_DEPTH = 200;
/** Larger bodies are looked through before they are parsed: millions of brackets take the parser seconds, and most of a gigabyte. */
const SCAN_ABOVE_BYTES = 1_000_000;

/** Strict JSON whose top is an object. Errors: 400. */
export function parseJsonObject(bytes: Uint8Array): Result<Readonly<Record<string, unknown>>> {
  if (bytes.length === 0) return fail(apiError(400, 'The request body is empty; send a JSON object.'));
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length > SCAN_ABOVE_BYTES && nestsDeeperThan(buffer, MAX_DEPTH)) return fail(tooDeep());
  const segmented = parseInSegments(buffer);
  if (segmented !== undefined) return deeperThan(segmented, MAX_DEPTH) ? fail(tooDeep()) : ok(segmented);
  let value: unknown;
  const text = buffer.toString('utf8');
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(apiError(400, `The request body is not valid JSON: ${error instanceof Error ? withoutContent(error.message) : 'parse error'}.`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(apiError(400, 'The request body must be a JSON object.'));
  if (mayBeDeeperThan(text, MAX_DEPTH) && deeperThan(value, MAX_DEPTH)) return fail(tooDeep());
  return ok(value as Record<string, unknown>);
}

const tooDeep = (): ApiError => apiError(400, `The request body is nested deeper than ${MAX_DEPTH} levels.`);

/** V8 quotes a piece of the input in its message; a prompt does not belong in an error. */
const withoutContent = (message: string): string => message.replace(/,? ?(\.\.\.)?".*$/s, '').replace(/[.,\s]+$/, '');

/** Few brackets cannot nest deeply: most bodies need no walk. */
function mayBeDeeperThan(text: string, limit: number): boolean {
  let opened = 0;
  for (const bracket of ['{', '[']) for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) if (++opened > limit) return true;
  return false;
}

/** Over values, not keys: the engine gives up on `for in` over objects of many shapes, again and again. */
function deeperThan(value: object, limit: number): boolean {
  if (limit === 0) return true;
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const child of children) if (typeof child === 'object' && child !== null && deeperThan(child, limit - 1)) return true;
  return false;
}
