import * as z from 'zod';
import { candidateSchema, configSchema } from './schema.ts';

/** The part of a JSON Schema that we read ourselves. */
export interface JsonSchema {
  description?: string;
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  [keyword: string]: unknown;
}

/** The JSON Schema of a configuration file, made from the one schema; the editor completes and checks by it. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-07' }) as JsonSchema;
  // Comments and trailing commas are part of the format, whatever the file is called.
  return { ...schema, title: 'OpenFusion configuration', allowComments: true, allowTrailingCommas: true };
}

let known: { config: JsonSchema; pool: JsonSchema } | undefined;

/** The keys that may stand at a place of a configuration or of a candidate pool; empty where any name may. */
export function knownKeys(path: readonly (string | number)[], root: 'config' | 'pool'): string[] {
  known ??= { config: configJsonSchema(), pool: { items: z.toJSONSchema(candidateSchema, { io: 'input' }) as JsonSchema } };
  const at = path.reduce<JsonSchema[]>((schemas, step) => schemas.flatMap((schema) => below(schema, step)), [known[root]]);
  return at.flatMap(alternatives).flatMap(({ properties }) => Object.keys(properties ?? {}));
}

/** Every dotted place of a key in the configuration: `candidates` → `auto.candidates`. */
export function placesOf(key: string): string[] {
  known ??= { config: configJsonSchema(), pool: {} };
  return allKeys(known.config).filter((place) => place === key || place.endsWith(`.${key}`));
}

/** Every key of a schema by its dotted place; `*` stands for any name, `[]` for any element. */
export function allKeys(schema: JsonSchema, prefix = ''): string[] {
  const inside = alternatives(schema).flatMap(({ properties, additionalProperties, items }) => [
    ...Object.entries(properties ?? {}).flatMap(([key, value]) => {
      const place = prefix === '' ? key : `${prefix}.${key}`;
      return [place, ...allKeys(value, place)];
    }),
    ...(typeof additionalProperties === 'object' ? allKeys(additionalProperties, `${prefix}.*`) : []),
    ...(items === undefined ? [] : allKeys(items, `${prefix}[]`)),
  ]);
  return [...new Set(inside)];
}

const alternatives = (schema: JsonSchema): JsonSchema[] => [schema, ...(schema.anyOf ?? [])];

function below(schema: JsonSchema, step: string | number): JsonSchema[] {
  return alternatives(schema).flatMap(({ properties, additionalProperties, items }) => {
    if (typeof step === 'number') return items === undefined ? [] : [items];
    const found = properties?.[step] ?? additionalProperties;
    return typeof found === 'object' ? [found] : [];
  });
}
