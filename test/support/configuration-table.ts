/** The reference part of docs/configuration.md, made from the schema. `node test/support/configuration-table.ts` writes it anew. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import type { JsonSchema } from '../../src/config/json-schema.ts';
import { repoDir } from './paths.ts';

const BEGIN = '<!-- reference: made from the schema by test/support/configuration-table.ts -->';
const END = '<!-- /reference -->';
export const DOCUMENT = join(repoDir, 'docs', 'configuration.md');

/** One section for each top-level key, one row for each key in it. */
export function configurationReference(): string {
  const { properties = {} } = configJsonSchema();
  return Object.entries(properties).filter(([key]) => key !== '$schema').map(([key, schema]) => section(key, schema)).join('\n\n');
}

/** The document with its reference part made anew. */
export function withReference(document: string): string {
  const [head, rest] = document.split(BEGIN);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) throw new Error(`docs/configuration.md lacks ${BEGIN} … ${END}`);
  return `${head}${BEGIN}\n\n${configurationReference()}\n\n${END}${tail}`;
}

function section(key: string, schema: JsonSchema): string {
  // Its keys are those of `upstream`.
  if (key === 'upstreams') return `### \`upstreams\`\n\n${sentence(schema)} \`upstreams.<name>.…\` takes the keys of \`upstream\`; there \`baseURL\` is required.`;
  const rows = rowsOf(key, schema);
  const table = rows.length === 0 ? [] : [['| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')];
  const self = rows.length === 0 ? [`\`${key}\`: ${valueOf(schema)}, default ${defaultOf(schema)}.`] : [];
  return [`### \`${key}\``, sentence(schema), ...self, ...table].join('\n\n');
}

function rowsOf(path: string, schema: JsonSchema): string[] {
  const inner = schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
  const at = schema.items === undefined ? (inner === undefined ? path : `${path}.<name>`) : `${path}[]`;
  return Object.entries((inner ?? schema).properties ?? {}).flatMap(([key, value]) => {
    const row = `| \`${at}.${key}\` | ${valueOf(value)} | ${defaultOf(value)} | ${(value.description ?? '').replaceAll('|', '\\|')} |`;
    return [row, ...rowsOf(`${at}.${key}`, value)];
  });
}

const sentence = ({ description = '' }: JsonSchema): string => `${description}.`;

function valueOf({ type, enum: values, anyOf, items, properties, additionalProperties, minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  if (Array.isArray(values)) return values.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (anyOf !== undefined) return 'number, or object with p50, p75, p90, p99';
  if (type === 'array') return items?.enum === undefined ? (items?.type === 'object' ? 'list of objects' : 'list of texts') : `list of ${valueOf(items)}`;
  if (type === 'object') return properties === undefined && additionalProperties !== undefined ? 'object by name' : 'object';
  if (type === 'string') return 'text';
  if (type === 'boolean') return '`true`, `false`';
  const low = exclusiveMinimum === undefined ? minimum : `above ${String(exclusiveMinimum)}`;
  const high = maximum === undefined || Number(maximum) >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const range = high !== undefined ? `, ${String(low)} to ${String(high)}` : low === undefined ? '' : typeof low === 'string' ? `, ${low}` : `, at least ${String(low)}`;
  return `${type === 'integer' ? 'whole number' : 'number'}${range}`;
}

function defaultOf({ default: value, type }: JsonSchema): string {
  if (value === undefined || (type === 'object' && JSON.stringify(value) === '{}')) return '';
  return `\`${JSON.stringify(value)}\``;
}

if (process.argv[1] === import.meta.filename) await writeFile(DOCUMENT, withReference(await readFile(DOCUMENT, 'utf8')));
