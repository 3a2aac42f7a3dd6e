import { placesIn, withValue, type Path } from './values.ts';

type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const ODD: readonly unknown[] = [
  null, true, false, 0, -0, -1, 0.1, 1e308, -1e308, 2 ** 53, '', ' ', 'null', '0', '\u0000', '\ud800', '\uFEFF', '\u202e', '🦊', '__proto__', '../../etc/passwd', '<script>', '${env:HOME}', '%00', '\u001b[31m', 'x'.repeat(5_000), [], {}, [[]], [{}], { type: '__proto__' }, { $ref: '#' }, [null, 1, 'x'],
  { role: 'user', content: 'x' }, { type: 'text', text: 'x' }, { type: 'tool_use', id: 'x', name: 'x', input: {} }, { type: 'function_call_output', call_id: 'none', output: 'x' }, { type: 'input_image', image_url: 'x' },
];
const KEYS = ['__proto__', 'constructor', 'type', 'role', 'content', 'id', 'text', 'name', 'model', 'stream', '', 'x'.repeat(300), 'toString', '0', 'messages', 'input'];

const at = (random: Random, body: unknown): Path => pick(random, placesIn(body));

const CHANGES: readonly ((random: Random, body: unknown) => unknown)[] = [
  (random, body) => withValue(body, at(random, body), () => pick(random, ODD)),
  (random, body) => withValue(body, at(random, body), () => undefined),
  (random, body) => { const places = placesIn(body), from = pick(random, places), value = valueAt(body, from); return withValue(body, pick(random, places), () => value); },
  (random, body) => withValue(body, at(random, body), (before) => (Array.isArray(before) ? [...before as unknown[], ...before as unknown[]] : typeof before === 'object' && before !== null ? { ...before, [pick(random, KEYS)]: pick(random, ODD) } : before)),
  (random, body) => withValue(body, at(random, body), (before) => (Array.isArray(before) ? [...before as unknown[]].reverse() : before)),
  (random, body) => withValue(body, at(random, body), (before) => (typeof before === 'object' && before !== null && !Array.isArray(before) ? Object.fromEntries(Object.entries(before).map(([key, value]): [string, unknown] => [random() < 0.4 ? pick(random, KEYS) : key, value])) : before)),
  (random, body) => withValue(body, at(random, body), (before) => { let deep = before; for (let depth = Math.floor(random() * 60); depth > 0; depth--) deep = random() < 0.5 ? [deep] : { type: deep }; return deep; }),
  (random, body) => withValue(body, at(random, body), (before) => (typeof before === 'string' ? pick(random, [before.slice(0, before.length >> 1), before.repeat(20), before.toUpperCase(), `${before}\u0000`, [...before].reverse().join('')]) : before)),
  (random, body) => withValue(body, at(random, body), (before) => (typeof before === 'number' ? pick(random, [-before, before * 1e12, before + 0.5, String(before)]) : before)),
];

/** A body that was changed in one to four places, then in one of five cases also as text or bytes. The same random numbers make the same body. */
export function mutate(random: Random, body: unknown): { bytes: Buffer; what: string } {
  let changed = body;
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) changed = placesIn(changed).length === 0 ? body : pick(random, CHANGES)(random, changed);
  const bytes = Buffer.from(JSON.stringify(changed));
  const torn = random() < 0.2 ? tear(random, bytes) : bytes;
  return { bytes: torn, what: torn.toString('latin1').slice(0, 600) };
}

/** Cuts, doubles, overwrites or inserts some bytes. */
export function tear(random: Random, bytes: Buffer): Buffer {
  const from = Math.floor(random() * bytes.length), to = Math.min(bytes.length, from + Math.floor(random() * 40));
  const junk = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 8) }, () => Math.floor(random() * 256)));
  switch (Math.floor(random() * 5)) {
    case 0: return bytes.subarray(0, from);
    case 1: return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    case 2: return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
    case 3: return Buffer.concat([bytes.subarray(0, from), junk, bytes.subarray(to)]);
    default: return Buffer.concat([bytes.subarray(0, from), junk, bytes.subarray(from)]);
  }
}

const valueAt = (value: unknown, path: Path): unknown => path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);
