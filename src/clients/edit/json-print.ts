import type { Json } from './data.ts';
import { isTable } from './data.ts';

const WIDTH = 100;

/** JSON as people write it: inside of a file, what is short and holds nothing deep stands on one line. */
export function printJson(value: Json, { indent = '', unit = '  ', eol = '\n' }: { indent?: string; unit?: string; eol?: string } = {}): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent + unit;
  const members = Array.isArray(value)
    ? value.map((item: Json) => ({ key: '', value: item }))
    : Object.entries(value as Record<string, Json>).map(([key, member]) => ({ key: `${JSON.stringify(key)}: `, value: member }));
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (members.length === 0) return `${open ?? ''}${close ?? ''}`;
  if (indent !== '' && members.every(({ value: member }) => isFlat(member))) {
    const blank = Array.isArray(value) ? '' : ' ';
    const line = `${open ?? ''}${blank}${members.map(({ key, value: member }) => key + inOneLine(member)).join(', ')}${blank}${close ?? ''}`;
    if (inner.length + line.length <= WIDTH && members.length <= 4) return line;
  }
  const lines = members.map(({ key, value: member }) => `${inner}${key}${printJson(member, { indent: inner, unit, eol })}`);
  return `${open ?? ''}${eol}${lines.join(`,${eol}`)}${eol}${indent}${close ?? ''}`;
}

/** No objects in it, and lists of single values at most. */
const isFlat = (value: Json): boolean => !isTable(value) && (!Array.isArray(value) || value.every((item: Json) => typeof item !== 'object' || item === null));

const inOneLine = (value: Json): string => (Array.isArray(value) ? `[${value.map((item: Json) => JSON.stringify(item)).join(', ')}]` : JSON.stringify(value));
