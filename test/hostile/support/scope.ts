/** `npm test` runs the cases that stand for the others; `npm run test:hostile` runs all of them. */
export const isShort = process.env['OPENFUSION_HOSTILE'] === 'short';

/** A number of `npm run test:hostile`: its flag comes as an environment variable. */
function given(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is no number: ${process.env[name] ?? ''}`);
  return value;
}

/** What all that is random in this suite is drawn from (`--seed`). */
export const SEED = given('OPENFUSION_HOSTILE_SEED', 20_261_122);
/** Mutations of requests in each format (`--fuzz`); of answers there are two thirds of that. */
export const FUZZ = given('OPENFUSION_HOSTILE_FUZZ', isShort ? 102 : 660);
/** How long the soak lasts, seconds (`--soak`). */
export const SOAK_S = given('OPENFUSION_HOSTILE_SOAK_S', isShort ? 8 : 60);
/** How to see the same again. */
export const REPLAY = `npm run test:hostile -- --seed ${SEED}`;

/** A case of the full suite alone. */
export const itInFull: (title: string, run: Mocha.Func | Mocha.AsyncFunc) => void = isShort ? () => undefined : it;

/** All of a list in the full suite, in the short one only so many of it, spread over it. */
export function some<T>(list: readonly T[], count: number): readonly T[] {
  if (!isShort || list.length <= count) return list;
  return Array.from({ length: count }, (_, at) => list[Math.floor((at * list.length) / count)] as T);
}
