/**
 * TOML, as Codex keeps it. Scalars are replaced where they stand, new keys get lines and new tables blocks of their own; only
 * what is written in an unusual way (a table inside a line) goes through the library that re-prints that one line.
 */
import { patch, TomlDocument } from '@decimalturn/toml-patch';
import { parse, TomlError } from 'smol-toml';
import type { Json, Path } from './data.ts';
import { isEmpty, isTable, pathName, sameData, valueAt, withoutValue, withValue } from './data.ts';
import type { TextFormat } from './format.ts';
import { BrokenText, eolOf, lineEnd, lineStart, splice } from './text.ts';

type Block = TomlDocument['cst'][number];
type Table = Extract<Block, { items: unknown; key: { item: unknown } }>;
type KeyValue = Extract<Block, { equals: number }>;

export const tomlFormat: TextFormat = {
  name: 'TOML',
  parse(text) {
    try {
      return parse(text, { integersAsBigInt: 'asNeeded' });
    } catch (error) {
      if (error instanceof TomlError) throw new BrokenText(`is not valid TOML: ${firstLine(error.message)}`, error);
      throw error;
    }
  },
  raw(text, path) {
    const found = entryOf(text, path);
    return found === undefined ? undefined : text.slice(...rangeOf(text, found.value));
  },
  set(text, path, value) {
    const expected = withValue(tomlFormat.parse(text), path, value);
    return firstThatReads([() => setPlainly(text, path, value), () => patched(text, (old) => withValue(old, path, value))], [expected], path);
  },
  restore(text, path, raw) {
    const found = entryOf(text, path);
    return found === undefined ? text : splice(text, ...rangeOf(text, found.value), raw);
  },
  remove(text, path) {
    const old = tomlFormat.parse(text);
    const expected = withoutValue(old, path);
    if (sameData(old, expected)) return text;
    // A table that only the tables below it made goes with the last of them.
    const pruned = path.slice(1).reduceRight<unknown>((data, _, depth) => (isEmpty(valueAt(data, path.slice(0, depth + 1))) ? withoutValue(data, path.slice(0, depth + 1)) : data), expected);
    return firstThatReads([() => cut(text, path), () => patched(text, (data) => withoutValue(data, path))], [expected, pruned], path);
  },
};

const firstLine = (message: string): string => message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '';

/** What changed must be what was asked for, and nothing else. */
function firstThatReads(ways: readonly (() => string)[], expected: readonly unknown[], path: Path): string {
  for (const way of ways) {
    try {
      const text = way();
      const data = tomlFormat.parse(text);
      if (expected.some((one) => sameData(data, one))) return text;
    } catch {
      // The next way may do.
    }
  }
  throw new BrokenText(`\`${pathName(path)}\` stands in a form that cannot be changed without touching what is beside it`, { line: 1, column: 1 });
}

/** The library that knows where things stand is another one than the one that judges validity. */
function documentOf(text: string): TomlDocument {
  try {
    return new TomlDocument(text);
  } catch (error) {
    throw new BrokenText(`is TOML that cannot be edited safely: ${firstLine(String(error))}`, { line: 1, column: 1 });
  }
}

const patched = (text: string, change: (old: unknown) => unknown): string => patch(text, change(documentOf(text).toJsObject));

function setPlainly(text: string, path: Path, value: Json): string {
  const names = path.map(String);
  const found = entryOf(text, path);
  if (found !== undefined) return splice(text, ...rangeOf(text, found.value), inLine(value));
  if (isTable(value)) return withBlock(text, names, value as Record<string, Json>);
  const line = `${keyText(names.slice(-1))} = ${inLine(value)}`;
  const blocks = documentOf(text).cst;
  if (names.length === 1) return withLine(text, blocks.filter(isKeyValue).at(-1), line);
  const table = blocks.find((block): block is Table => isPlainTable(block) && sameNames(namesOf(block), names.slice(0, -1)));
  if (table === undefined) throw new Error('no such table');
  return withLine(text, table.items.filter(isKeyValue).at(-1) ?? table.key, line);
}

/** Behind the line of what stands there, else at the top. */
function withLine(text: string, behind: Pick<KeyValue, 'loc'> | undefined, line: string): string {
  const eol = eolOf(text);
  if (behind === undefined) return `${line}${eol}${text}`;
  const at = lineEnd(text, offsetOf(text, behind.loc.end));
  return splice(text, at, at, text.slice(0, at).endsWith('\n') ? `${line}${eol}` : `${eol}${line}`);
}

function withBlock(text: string, names: readonly string[], table: Record<string, Json>): string {
  const eol = eolOf(text);
  const lines = [`[${keyText(names)}]`, ...Object.entries(table).map(([key, value]) => `${keyText([key])} = ${inLine(value)}`)];
  const gap = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  return `${text}${gap}${lines.join(eol)}${eol}`;
}

const keyText = (names: readonly string[]): string => names.map((name) => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name))).join('.');

function inLine(value: Json): string {
  if (value === null) throw new Error('TOML knows no null');
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => inLine(item)).join(', ')}]`;
  if (!isTable(value)) return String(value);
  return `{ ${Object.entries(value as Record<string, Json>).map(([key, inner]) => `${keyText([key])} = ${inLine(inner)}`).join(', ')} }`;
}

function cut(text: string, path: Path): string {
  const names = path.map(String);
  const blocks = documentOf(text).cst;
  const tables = blocks.filter((block): block is Table => isPlainTable(block) && sameNames(namesOf(block).slice(0, names.length), names));
  // From the last one on, so that the offsets before stay right.
  if (tables.length > 0) return tables.toReversed().reduce((rest, table) => withoutTable(rest, text, table), text);
  const entry = entryOf(text, path);
  if (entry === undefined) throw new Error('stands nowhere by itself');
  return splice(text, lineStart(text, offsetOf(text, entry.loc.start)), lineEnd(text, offsetOf(text, entry.loc.end)), '');
}

/** With the blank line before it, which came with it. */
function withoutTable(text: string, original: string, table: Table): string {
  const start = lineStart(original, offsetOf(original, table.loc.start));
  const last = table.items.filter(isKeyValue).at(-1) ?? table.key;
  const end = lineEnd(original, offsetOf(original, last.loc.end));
  const blank = /(?:^|\n)(\r?\n)$/.exec(text.slice(0, start))?.[1] ?? '';
  return splice(text, start - blank.length, end, '');
}

/** The key with its value, at the top or in a table of its own; not inside of a line. */
function entryOf(text: string, path: Path): KeyValue | undefined {
  const names = path.map(String);
  for (const block of documentOf(text).cst) {
    if (isKeyValue(block) && sameNames(block.key.value, names)) return block;
    if (!isPlainTable(block)) continue;
    const prefix = namesOf(block);
    const found = block.items.filter(isKeyValue).find(({ key }) => sameNames([...prefix, ...key.value], names));
    if (found !== undefined) return found;
  }
  return undefined;
}

const isKeyValue = (block: { type: unknown }): block is KeyValue => block.type === 'KeyValue';
const isPlainTable = (block: Block): block is Table => String(block.type) === 'Table';
const namesOf = (table: Table): string[] => table.key.item.value;
const sameNames = (one: readonly string[], other: readonly string[]): boolean => one.length === other.length && one.every((name, index) => name === other[index]);

function rangeOf(text: string, node: Pick<KeyValue, 'loc'>): [number, number] {
  return [offsetOf(text, node.loc.start), offsetOf(text, node.loc.end)];
}

/** Of the library's lines (from 1) and columns (from 0). */
function offsetOf(text: string, { line, column }: { line: number; column: number }): number {
  let start = 0;
  for (let at = 1; at < line; at += 1) start = lineEnd(text, start);
  return start + column;
}
