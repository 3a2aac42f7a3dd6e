/**
 * Small checks of shapes: what a message must look like before anything of it is shown. A validation library would be
 * larger than the viewer, and compiles its checks with `new Function`, which the page's own policy forbids.
 */
export type Check<T> = (value: unknown) => value is T;

export const text: Check<string> = (value) => typeof value === 'string';
export const number: Check<number> = (value): value is number => typeof value === 'number' && Number.isFinite(value);
export const flag: Check<boolean> = (value) => typeof value === 'boolean';

/** A name out of a fixed set. Any string passes: a newer gateway may know more names, and they are shown as they are. */
export function name<T extends string>(): Check<T> {
  return text as Check<T>;
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

export function list<T>(check: Check<T>): Check<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every(check);
}

export function dictionary<T, K extends string = string>(check: Check<T>): Check<Record<K, T>> {
  return (value): value is Record<K, T> => isObject(value) && Object.values(value).every(check);
}

/** An object with at least these fields; the compiler wants one check for every field of the type. */
export function object<T extends object>(fields: { [K in keyof T]-?: Check<T[K]> }): Check<T> {
  const checks = Object.entries(fields) as [string, Check<unknown>][];
  return (value): value is T => isObject(value) && checks.every(([key, check]) => check(Object.hasOwn(value, key) ? value[key] : undefined));
}

/** Whatever it is: it is never shown field by field. */
export const anything: Check<unknown> = (_value): _value is unknown => true;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
