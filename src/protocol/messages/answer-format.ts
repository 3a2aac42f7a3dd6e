import { isRecord, type JsonObject } from '../json.ts';
import { withoutKeywords } from '../schema-keywords.ts';
import type { Quirks, RequestSettings } from '../wire.ts';

/** What structured outputs do not take: https://docs.claude.com/en/docs/build-with-claude/structured-outputs */
const REFUSED = [
  '$schema', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems',
  'minProperties', 'maxProperties', 'patternProperties', 'propertyNames', 'pattern', 'if', 'then', 'else', 'not',
];

export interface FormatFields {
  /** For `output_config.format`. */
  format?: JsonObject;
  /** For the system prompt, where the model has no such field. */
  instruction?: string;
}

/** How to ask for an answer of a form: by its schema where the model can be held to one, else by words. */
export function formatFields(format: RequestSettings['format'], { drop = [], dropInside = [] }: Quirks): FormatFields {
  if (format.type === 'text') return {};
  if (format.type !== 'json_schema' || !isRecord(format.schema)) return { instruction: 'Answer with one JSON object and nothing else: no prose, no code fence.' };
  if (!drop.includes('output_config') && !dropInside.includes('output_config.format')) return { format: { type: 'json_schema', schema: closed(withoutKeywords(format.schema, REFUSED)) } };
  return { instruction: `Answer with one JSON value that follows this JSON Schema and nothing else: no prose, no code fence.\n${JSON.stringify(format.schema)}` };
}

/** Every object says that it holds nothing else, and alternatives are `anyOf`: both are wanted. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isRecord(schema)) return schema;
  const { oneOf, ...rest } = schema;
  const next: Record<string, unknown> = { ...rest };
  if (oneOf !== undefined && next['anyOf'] === undefined) next['anyOf'] = oneOf;
  for (const key of ['anyOf', 'allOf', 'items']) if (next[key] !== undefined) next[key] = closed(next[key]);
  for (const key of ['properties', '$defs', 'definitions']) {
    const named = next[key];
    if (isRecord(named)) next[key] = Object.fromEntries(Object.entries(named).map(([name, inner]) => [name, closed(inner)]));
  }
  const { type } = next;
  if (type === 'object' || (Array.isArray(type) && type.includes('object')) || isRecord(next['properties'])) next['additionalProperties'] = false;
  return next;
}
