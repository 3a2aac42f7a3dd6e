import { isRecord } from './json.ts';
import type { Quirks } from './wire.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Would {@link adjustFields} change a body with these fields set? Decides whether it can go on as its own bytes. */
export function wouldAdjust(body: Fields, set: Fields, { drop, rename, exclusive, dropInside }: Quirks): boolean {
  if (drop === undefined && rename === undefined && exclusive === undefined && dropInside === undefined) return false;
  const fields = { ...body, ...set };
  for (const field of drop ?? []) if (field in fields) return true;
  for (const field in rename) if (field in fields) return true;
  for (const [kept, other] of exclusive ?? []) if (kept in fields && other in fields) return true;
  for (const path of dropInside ?? []) {
    const [field, key] = split(path);
    if (withoutKey(fields[field], key) !== fields[field]) return true;
  }
  return false;
}

/** A body's top-level fields as this model's API knows them: renamed, and without what it refuses. In place. */
export function adjustFields(fields: Record<string, unknown>, { drop = [], rename = {}, exclusive = [], dropInside = [] }: Quirks): void {
  for (const [from, to] of Object.entries(rename)) {
    if (!(from in fields)) continue;
    if (!(to in fields)) fields[to] = fields[from];
    Reflect.deleteProperty(fields, from);
  }
  for (const field of drop) Reflect.deleteProperty(fields, field);
  for (const [kept, other] of exclusive) if (kept in fields) Reflect.deleteProperty(fields, other);
  for (const path of dropInside) {
    const [field, key] = split(path);
    if (field in fields) fields[field] = withoutKey(fields[field], key);
  }
}

const split = (path: string): [field: string, key: string] => [path.slice(0, path.indexOf('.')), path.slice(path.indexOf('.') + 1)];

/** Under these stands what clients and models made up: their keys are nobody's business. */
const OPAQUE: ReadonlySet<string> = new Set(['input', 'arguments', 'input_schema', 'parameters', 'schema']);

/** The same value when the key does not stand in it. */
function withoutKey(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => withoutKey(item, key));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isRecord(value)) return value;
  let changed = key in value;
  const kept: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (name === key) continue;
    kept[name] = OPAQUE.has(name) ? inner : withoutKey(inner, key);
    if (kept[name] !== inner) changed = true;
  }
  return changed ? kept : value;
}
