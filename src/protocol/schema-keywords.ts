import { isRecord } from './json.ts';

/** Under these stand schemas by names that are no keywords. */
const NAMED: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
/** Under these stand values, not schemas. */
const VALUES: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'example', 'examples', 'required']);

/** A JSON Schema without some keywords, at any depth; a property of such a name stays. Gives back `schema` itself when it has none of them. */
export function withoutKeywords(schema: unknown, keywords: readonly string[]): unknown {
  if (keywords.length === 0) return schema;
  if (Array.isArray(schema)) return same(schema, schema.map((item) => withoutKeywords(item, keywords)));
  if (!isRecord(schema)) return schema;
  let changed = false;
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (keywords.includes(key)) { changed = true; continue; }
    const next = VALUES.has(key) ? value : NAMED.has(key) ? named(value, keywords) : withoutKeywords(value, keywords);
    if (next !== value) changed = true;
    kept[key] = next;
  }
  return changed ? kept : schema;
}

function named(schemas: unknown, keywords: readonly string[]): unknown {
  if (!isRecord(schemas)) return schemas;
  let changed = false;
  const kept = Object.entries(schemas).map(([name, schema]) => {
    const next = withoutKeywords(schema, keywords);
    if (next !== schema) changed = true;
    return [name, next] as const;
  });
  return changed ? Object.fromEntries(kept) : schemas;
}

const same = (before: readonly unknown[], after: readonly unknown[]): unknown => (after.every((item, index) => item === before[index]) ? before : after);
