/**
 * YAML, by the places that the library tells: it would move comments if it printed the document anew. New keys go to the end of
 * their map, new elements to the front of their list.
 */
import { isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, parseDocument, stringify } from 'yaml';
import type { Document, Node, Pair, ParsedNode, YAMLMap, YAMLSeq } from 'yaml';
import type { Json, Path, Step } from './data.ts';
import { pathName, sameData, withoutValue } from './data.ts';
import type { TextFormat } from './format.ts';
import { jsonFormat } from './json.ts';
import { BrokenText, eolOf, lineEnd, lineStart, placeOf, splice } from './text.ts';

const LINE_ENDS = /(?:\r?\n)+$/;

type Entry = Pair<Node, Node | null>;

export const yamlFormat: TextFormat = {
  name: 'YAML',
  parse: (text) => documentOf(text).toJS() as unknown,
  raw(text, path) {
    const node = find(documentOf(text), path);
    return node === undefined ? undefined : text.slice(...rangeOf(node));
  },
  set(text, path, value) {
    const document = documentOf(text);
    if (isFlowRoot(document)) return jsonFormat.set(text, path, value);
    const found = find(document, path);
    if (found !== undefined && isNothing(found)) return splice(text, ...placeOfNothing(text, document, path), ` ${inFlow(value)}`);
    if (found !== undefined) return replace(text, found, value);
    const { node, depth } = deepest(document, path);
    return add(text, document, node, path.slice(depth), value, path.slice(0, depth));
  },
  restore(text, path, raw) {
    const document = documentOf(text);
    const node = find(document, path);
    if (node === undefined) return text;
    const [start, end] = rangeOf(node);
    // A key without a value has no blank behind its colon; some values reach over the end of their line, and others do not.
    const from = raw === '' ? placeOfNothing(text, document, path)[0] : start;
    return splice(text, from, end, `${raw.replace(LINE_ENDS, '')}${LINE_ENDS.exec(text.slice(start, end))?.[0] ?? ''}`);
  },
  remove(text, path) {
    const document = documentOf(text);
    if (isFlowRoot(document)) return jsonFormat.remove(text, path);
    const parent = path.length === 1 ? document.contents : find(document, path.slice(0, -1));
    const step = path.at(-1);
    if (parent === undefined || parent === null || step === undefined || find(document, path) === undefined) return text;
    const done = cut(text, parent, step);
    if (sameData(emptied(yamlFormat.parse(done)), emptied(withoutValue(document.toJS(), path)))) return done;
    throw new BrokenText(`\`${pathName(path)}\` cannot be taken out without touching what is beside it`, placeOf(text, rangeOf(parent)[0]));
  },
};

/** YAML says "an empty list" and "an empty map" with nothing at all. */
function emptied(data: unknown): unknown {
  if (Array.isArray(data)) return data.length === 0 ? null : data.map(emptied);
  if (typeof data !== 'object' || data === null || data instanceof Date) return data;
  const entries = Object.entries(data);
  return entries.length === 0 ? null : Object.fromEntries(entries.map(([key, value]) => [key, emptied(value)]));
}

function documentOf(text: string): Document.Parsed {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const [document, second] = Array.isArray(documents) ? documents : [];
  const error = document?.errors[0];
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new BrokenText(`is not valid YAML: ${lowerFirst(error.message)}`, { line, column: col });
  }
  if (second !== undefined) throw new BrokenText('holds several documents', placeOf(text, second.range[0]));
  return document ?? parseDocument(text);
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
const isFlowRoot = ({ contents }: Document.Parsed): boolean => isCollection(contents) && contents.flow === true;
const isNothing = (node: Node): boolean => isScalar(node) && node.value === null && rangeOf(node)[0] === rangeOf(node)[1];

function rangeOf(node: Node): [number, number] {
  const [start, end] = node.range ?? [0, 0];
  return [start, end];
}

function entryOf(map: YAMLMap, key: string): Entry | undefined {
  return (map.items as Entry[]).find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function childOf(node: Node | null | undefined, step: Step): Node | undefined {
  if (typeof step === 'string') return isMap(node) ? entryOf(node, step)?.value ?? undefined : undefined;
  return isSeq(node) ? (node.items as Node[]).find((item) => step.matches(item.toJSON())) : undefined;
}

function find(document: Document.Parsed, path: Path): Node | undefined {
  return path.reduce<Node | undefined>((node, step) => childOf(node, step), document.contents ?? undefined);
}

function deepest(document: Document.Parsed, path: Path): { node: ParsedNode | Node | null; depth: number } {
  let node: Node | null = document.contents;
  for (const [depth, step] of path.entries()) {
    const child = childOf(node, step);
    if (child === undefined || isNothing(child)) return { node: child === undefined ? node : child, depth: child === undefined ? depth : depth + 1 };
    node = child;
  }
  return { node, depth: path.length };
}

/** Scalars and lists in one line, as JSON where it is no plain word. */
function inFlow(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const plain = stringify(value, { lineWidth: 0 }).trimEnd();
  return plain.includes('\n') || /[,[\]{}]/.test(plain) ? JSON.stringify(value) : plain;
}

function replace(text: string, node: Node, value: Json): string {
  if (isAlias(node) || node.anchor !== undefined) throw new BrokenText('is an alias or has an anchor, and others may mean it too', placeOf(text, rangeOf(node)[0]));
  const [start, end] = rangeOf(node);
  const tail = LINE_ENDS.exec(text.slice(start, end))?.[0] ?? '';
  return splice(text, start, end, inFlow(value) + tail);
}

/** Behind the colon of a key, where a value would begin: a comment may stand there, and the library puts the nothing behind it. */
function placeOfNothing(text: string, document: Document.Parsed, path: Path): [number, number] {
  const key = keyOf(document, path);
  const colon = text.indexOf(':', key === undefined ? 0 : rangeOf(key)[1]);
  return [colon + 1, colon + 1];
}

/** Puts what is missing below the deepest container that is there. */
function add(text: string, document: Document.Parsed, node: Node | null, left: Path, value: Json, done: Path): string {
  const [step, ...rest] = left;
  if (step === undefined) throw new BrokenText('is there already', { line: 1, column: 1 });
  const inner = rest.reduceRight<Json>((wrapped, one) => (typeof one === 'string' ? { [one]: wrapped } : [wrapped]), value);
  const content: Json = typeof step === 'string' ? { [step]: inner } : [inner];
  if (isCollection(node) && node.flow === true) return addInFlow(text, node, step, inner);
  if (isMap(node) && typeof step === 'string') return addToMap(text, document, node, content);
  if (isSeq(node) && typeof step !== 'string') return addToList(text, document, node, content, done);
  if (node === null || (isNothing(node) && done.length === 0)) return withLines(text, endOfContents(text, document), content, '');
  if (isNothing(node)) return addBelowKey(text, document, content, done);
  throw new BrokenText(`${done.length === 0 ? 'the file' : `\`${pathName(done)}\``} is no ${typeof step === 'string' ? 'map' : 'list'}`, placeOf(text, rangeOf(node)[0]));
}

function withLines(text: string, at: number, content: Json, indent: string): string {
  const eol = eolOf(text);
  const lines = stringify(content, { lineWidth: 0 }).trimEnd().split('\n').map((line) => `${indent}${line}`).join(eol);
  return splice(text, at, at, at > 0 && !text.slice(0, at).endsWith('\n') ? `${eol}${lines}` : `${lines}${eol}`);
}

function endOfContents(text: string, document: Document.Parsed): number {
  const marker = /^\.\.\.(?:\s|$)/m.exec(text.slice(document.range[0]))?.index;
  return marker === undefined ? text.length : document.range[0] + marker;
}

function addToMap(text: string, document: Document.Parsed, map: YAMLMap, content: Json): string {
  const first = map.items[0] as Entry | undefined;
  const start = first === undefined ? rangeOf(map)[0] : rangeOf(first.key)[0];
  const indent = ' '.repeat(start - lineStart(text, start));
  return withLines(text, map === document.contents ? endOfContents(text, document) : endOf(text, map), content, indent);
}

/** Before the first element and before the comments above it. */
function addToList(text: string, document: Document.Parsed, list: YAMLSeq, content: Json, path: Path): string {
  const dash = dashOf(text, list.items[0] as Node);
  const indent = ' '.repeat(dash - lineStart(text, dash));
  return withLines(text, path.length === 0 ? lineStart(text, dash) : behindKey(text, document, path), content, indent);
}

function addBelowKey(text: string, document: Document.Parsed, content: Json, path: Path): string {
  const key = keyOf(document, path);
  const start = key === undefined ? 0 : rangeOf(key)[0];
  return withLines(text, behindKey(text, document, path), content, ' '.repeat(start - lineStart(text, start) + 2));
}

function keyOf(document: Document.Parsed, path: Path): Node | undefined {
  const parent = path.length === 1 ? document.contents : find(document, path.slice(0, -1));
  const name = path.at(-1);
  return isMap(parent) && typeof name === 'string' ? entryOf(parent as YAMLMap, name)?.key : undefined;
}

function behindKey(text: string, document: Document.Parsed, path: Path): number {
  const key = keyOf(document, path);
  return key === undefined ? 0 : lineEnd(text, rangeOf(key)[1]);
}

function addInFlow(text: string, node: YAMLMap | YAMLSeq, step: Step, inner: Json): string {
  const [start] = rangeOf(node);
  const member = typeof step === 'string' ? `${inFlow(step)}: ${JSON.stringify(inner)}` : JSON.stringify(inner);
  return splice(text, start + 1, start + 1, node.items.length === 0 ? member : `${member}, `);
}

/** Where the element's dash stands. */
function dashOf(text: string, item: Node): number {
  const [start] = rangeOf(item);
  const dash = text.slice(0, start).lastIndexOf('-');
  if (dash >= 0 && /^-\s*$/.test(text.slice(dash, start)) && text.slice(lineStart(text, dash), dash).trim() === '') return dash;
  throw new BrokenText('holds a list in a form that cannot be changed', placeOf(text, start));
}

/** The end of the last line that belongs to the node; blank lines and comments behind it do not. */
function endOf(text: string, node: Node | null): number {
  if (node === null) return 0;
  if (isCollection(node) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    if (last !== undefined) return isMap(node) ? endOfEntry(text, last as Entry) : endOf(text, last as Node);
  }
  const [, end] = rangeOf(node);
  return text.charAt(end - 1) === '\n' ? end : lineEnd(text, end);
}

const endOfEntry = (text: string, { key, value }: Entry): number => Math.max(endOf(text, key), value === null || isNothing(value) ? 0 : endOf(text, value));

function cut(text: string, parent: Node, step: Step): string {
  if (isCollection(parent) && parent.flow === true) return cutFromFlow(text, parent, step);
  if (isMap(parent) && typeof step === 'string') {
    const entry = entryOf(parent, step);
    return entry === undefined ? text : splice(text, lineStart(text, rangeOf(entry.key)[0]), endOfEntry(text, entry), '');
  }
  const item = childOf(parent, step);
  return item === undefined ? text : splice(text, lineStart(text, dashOf(text, item)), endOf(text, item), '');
}

function cutFromFlow(text: string, parent: YAMLMap | YAMLSeq, step: Step): string {
  const startOf = (member: unknown): number => rangeOf(isMap(parent) ? (member as Entry).key : (member as Node))[0];
  const endAt = (member: unknown): number => rangeOf((isMap(parent) ? (member as Entry).value ?? (member as Entry).key : member) as Node)[1];
  const members = parent.items as unknown[];
  const child = childOf(parent, step);
  const at = members.findIndex((member) => (isMap(parent) ? (member as Entry).value : member) === child);
  const [before, member, after] = [members[at - 1], members[at], members[at + 1]];
  if (after !== undefined) return splice(text, startOf(member), startOf(after), '');
  return splice(text, before === undefined ? startOf(member) : endAt(before), endAt(member), '');
}
