/** JSON with comments, as agents keep it. New members go to the front of their object, so that no line of somebody else's needs a comma. */
import { createScanner, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import type { Json, Path, Step } from './data.ts';
import { pathName, sameData, withoutValue } from './data.ts';
import type { TextFormat } from './format.ts';
import { printJson } from './json-print.ts';
import { BrokenText, eolOf, indentAt, indentUnitOf, placeOf, splice } from './text.ts';

/** `SyntaxKind.CommaToken`: the enum exists in the types alone. */
const COMMA = 5;

export const jsonFormat: TextFormat = {
  name: 'JSON',
  parse: (text) => dataOf(treeOf(text)),
  raw(text, path) {
    const node = find(text, treeOf(text), path);
    return node === undefined ? undefined : text.slice(node.offset, endOf(node));
  },
  set(text, path, value) {
    const { node, left } = walk(text, treeOf(text), path);
    const [step, ...rest] = left;
    if (step === undefined) return splice(text, node.offset, endOf(node), print(text, value, indentAt(text, node.offset)));
    return insert(text, node, step, nested(rest, value));
  },
  restore(text, path, raw) {
    const node = find(text, treeOf(text), path);
    return node === undefined ? text : splice(text, node.offset, endOf(node), raw);
  },
  remove(text, path) {
    const node = find(text, treeOf(text), path);
    if (node === undefined) return text;
    const expected = withoutValue(jsonFormat.parse(text), path);
    const done = cuts(text, node.parent?.type === 'property' ? node.parent : node).find((cut) => reads(cut, expected));
    if (done === undefined) throw new BrokenText(`\`${pathName(path)}\` cannot be taken out without touching what is beside it`, placeOf(text, node.offset));
    return done;
  },
};

function treeOf(text: string): Node {
  const problems: ParseError[] = [];
  const root = parseTree(text, problems, { allowTrailingComma: true, disallowComments: false });
  const [first] = problems;
  if (first === undefined && root !== undefined) return root;
  const what = first === undefined || text.trim() === '' ? 'it is empty' : printParseErrorCode(first.error).replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  throw new BrokenText(`is not valid JSON: ${what}`, placeOf(text, first?.offset ?? 0));
}

const endOf = (node: Node): number => node.offset + node.length;

/** Without prototypes, so that no key of a file means anything but itself. */
function dataOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(dataOf);
  if (node.type !== 'object') return node.value as unknown;
  const table = Object.create(null) as Record<string, unknown>;
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key !== undefined && value !== undefined) table[String(key.value)] = dataOf(value);
  }
  return table;
}

function childOf(text: string, node: Node, step: Step): Node | undefined {
  if (typeof step !== 'string') return node.type === 'array' ? node.children?.find((item) => step.matches(dataOf(item))) : undefined;
  if (node.type !== 'object') return undefined;
  const [first, second] = (node.children ?? []).filter((property) => property.children?.[0]?.value === step);
  if (second !== undefined) throw new BrokenText(`has \`${step}\` twice`, placeOf(text, second.offset));
  return first?.children?.[1];
}

/** The deepest node that is there, and the steps that are left. */
function walk(text: string, root: Node, path: Path): { node: Node; left: Path } {
  let node = root;
  for (const [depth, step] of path.entries()) {
    const child = childOf(text, node, step);
    if (child === undefined) {
      const wanted = typeof step === 'string' ? 'object' : 'array';
      if (node.type === wanted) return { node, left: path.slice(depth) };
      throw new BrokenText(`${depth === 0 ? 'the file' : `\`${pathName(path.slice(0, depth))}\``} is no ${wanted === 'array' ? 'list' : 'object'}`, placeOf(text, node.offset));
    }
    node = child;
  }
  return { node, left: [] };
}

function find(text: string, root: Node, path: Path): Node | undefined {
  return path.reduce<Node | undefined>((node, step) => (node === undefined ? undefined : childOf(text, node, step)), root);
}

/** The value inside the containers that are still missing. */
const nested = (steps: Path, value: Json): Json => steps.reduceRight<Json>((inner, step) => (typeof step === 'string' ? { [step]: inner } : [inner]), value);

const print = (text: string, value: Json, indent: string): string => printJson(value, { indent, unit: indentUnitOf(text), eol: eolOf(text) });

function insert(text: string, container: Node, step: Step, value: Json): string {
  const children = container.children ?? [];
  const eol = eolOf(text);
  const outer = indentAt(text, container.offset);
  const [first] = children;
  const indent = first !== undefined && placeOf(text, first.offset).line > placeOf(text, container.offset).line ? indentAt(text, first.offset) : outer + indentUnitOf(text);
  const member = `${eol}${indent}${typeof step === 'string' ? `${JSON.stringify(step)}: ` : ''}${print(text, value, indent)}`;
  const open = container.offset + 1;
  const close = endOf(container) - 1;
  if (first !== undefined) {
    const at = behindSameLine(text, schemaEnd(text, children) ?? open);
    return splice(text, at, at, `${member},`);
  }
  if (text.slice(open, close).trim() === '') return splice(text, open, close, `${member}${eol}${outer}`);
  const at = behindSameLine(text, open);
  return splice(text, at, at, member);
}

/** Behind the comma of a `$schema` that stands first: it goes on standing first. */
function schemaEnd(text: string, children: readonly Node[]): number | undefined {
  const [first, second] = children;
  if (second === undefined || first?.children?.[0]?.value !== '$schema') return undefined;
  return commaBehind(text, endOf(first));
}

/** Behind the comments that end this line; the offset itself when something else stands on the line. */
function behindSameLine(text: string, offset: number): number {
  const trivia = /^[ \t]*(?:\/\*(?:(?!\*\/)[^\n])*\*\/[ \t]*)*(?:\/\/[^\r\n]*)?/.exec(text.slice(offset))?.[0] ?? '';
  const end = offset + trivia.length;
  return text.startsWith('\n', end) || text.startsWith('\r\n', end) ? end : offset;
}

/** The offset behind the next comma, when nothing but comments and blanks come before it. */
function commaBehind(text: string, offset: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  return Number(scanner.scan()) === COMMA ? scanner.getTokenOffset() + 1 : undefined;
}

/** The text without this member, in the ways that may do; the tidiest first. */
function cuts(text: string, member: Node): string[] {
  const siblings = member.parent?.children ?? [];
  const before = siblings[siblings.indexOf(member) - 1];
  const after = commaBehind(text, endOf(member));
  const tidy = text.slice(0, member.offset).trimEnd().length;
  const end = after ?? endOf(member);
  if (after === undefined && before !== undefined) {
    const comma = commaBehind(text, endOf(before)) ?? endOf(before);
    const without = (start: number): string => text.slice(0, comma - 1) + text.slice(comma, Math.max(start, comma)) + text.slice(end);
    return [without(tidy), without(member.offset)];
  }
  const container = member.parent;
  if (container !== undefined && siblings.length === 1) {
    const inside = text.slice(container.offset + 1, member.offset) + text.slice(end, endOf(container) - 1);
    if (inside.trim() === '') return [splice(text, container.offset + 1, endOf(container) - 1, '')];
  }
  return [splice(text, tidy, end, ''), splice(text, member.offset, end, '')];
}

function reads(text: string, expected: unknown): boolean {
  try {
    return sameData(jsonFormat.parse(text), expected);
  } catch {
    return false;
  }
}
