/** `npm test` runs the cases that stand for the others; `npm run test:hostile` runs all of them. */
export const isShort = process.env['OPENFUSION_HOSTILE'] === 'short';

/** A case of the full suite alone. */
export const itInFull: (title: string, run: Mocha.Func | Mocha.AsyncFunc) => void = isShort ? () => undefined : it;

/** All of a list in the full suite, in the short one only so many of it, spread over it. */
export function some<T>(list: readonly T[], count: number): readonly T[] {
  if (!isShort || list.length <= count) return list;
  return Array.from({ length: count }, (_, at) => list[Math.floor((at * list.length) / count)] as T);
}
