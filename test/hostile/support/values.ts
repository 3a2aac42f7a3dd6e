/** Walks and changes of plain JSON values. */

export type Path = readonly (string | number)[];

/** Every place in a value but its top, the outer ones first. */
export function placesIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return keys.flatMap((key) => [[...at, key], ...placesIn((value as Record<string | number, unknown>)[key], [...at, key])]);
}

/** A copy with another value at a place; `undefined` takes it away. */
export function withValue(value: unknown, path: Path, change: (before: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (Array.isArray(value)) return value.flatMap((inner: unknown, index) => { const next = index === key ? withValue(inner, rest, change) : inner; return next === undefined ? [] : [next]; });
  return Object.fromEntries(Object.entries(value as Record<string, unknown>).map(([name, inner]) => [name, name === key ? withValue(inner, rest, change) : inner]));
}

/** Pseudo-random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
