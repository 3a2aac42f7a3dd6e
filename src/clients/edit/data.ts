/** Configuration as plain data, whatever text it came from. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An element of a list, known by what it says and not by where it stands. New ones go to the front. */
export interface ItemStep {
  name: string;
  matches: (value: unknown) => boolean;
}
export type Step = string | ItemStep;
export type Path = readonly Step[];

/** For messages and as a key: `provider.openfusion`, `models[openfusion]`. */
export function pathName(path: Path): string {
  return path.reduce<string>((name, step) => (typeof step === 'string' ? `${name === '' ? '' : `${name}.`}${step}` : `${name}[${step.name}]`), '');
}

/** A table, map or object; dates and lists are none. */
export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** What stands there; undefined when nothing does. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof step !== 'string') return Array.isArray(value) ? value.find((item) => step.matches(item)) : undefined;
    return isTable(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, root);
}

/** A copy with the value there; containers that are missing come into being. */
export function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'string') {
    const table = isTable(root) ? root : {};
    return { ...table, [step]: withValue(Object.hasOwn(table, step) ? table[step] : undefined, rest, value) };
  }
  const list: readonly unknown[] = Array.isArray(root) ? root : [];
  const at = list.findIndex((item) => step.matches(item));
  return at < 0 ? [withValue(undefined, rest, value), ...list] : list.map((item, index) => (index === at ? withValue(item, rest, value) : item));
}

/** A copy without what stands there; containers stay, even when they are empty then. */
export function withoutValue(root: unknown, path: Path): unknown {
  const [step, ...rest] = path;
  if (step === undefined || valueAt(root, [step]) === undefined) return root;
  if (typeof step === 'string') {
    const { [step]: inner, ...others } = root as Record<string, unknown>;
    return rest.length === 0 ? others : { ...(root as Record<string, unknown>), [step]: withoutValue(inner, rest) };
  }
  const list = root as readonly unknown[];
  const at = list.findIndex((item) => step.matches(item));
  return rest.length === 0 ? list.filter((_, index) => index !== at) : list.map((item, index) => (index === at ? withoutValue(item, rest) : item));
}

/** A container in which nothing is left; YAML says so with an empty value. */
export function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0) || (isTable(value) && Object.keys(value).length === 0);
}

/** The same data? Prototypes do not count: parsers differ there. */
export function sameData(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((item, index) => sameData(item, other[index]));
  if (one instanceof Date && other instanceof Date) return String(one) === String(other) && (one.getTime() === other.getTime() || Number.isNaN(one.getTime()));
  if (!isTable(one) || !isTable(other)) return Object.is(one, other);
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && sameData(one[key], other[key]));
}

/** Is everything that `wanted` says also said by `found`, which may say more? */
export function saysAll(found: unknown, wanted: unknown): boolean {
  if (!isTable(found) || !isTable(wanted)) return sameData(found, wanted);
  return Object.keys(wanted).every((key) => Object.hasOwn(found, key) && saysAll(found[key], wanted[key]));
}

/** The single changes that make `found` say all that `wanted` says, keys that only `found` has left alone. */
export function leafChanges(found: unknown, wanted: Json, path: Path): { path: Path; value: Json }[] {
  if (sameData(found, wanted)) return [];
  if (!isTable(found) || !isTable(wanted)) return [{ path, value: wanted }];
  return Object.entries(wanted as Record<string, Json>).flatMap(([key, value]) => leafChanges(Object.hasOwn(found, key) ? found[key] : undefined, value, [...path, key]));
}
