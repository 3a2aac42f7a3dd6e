/** From a value or a text to a configuration. No I/O. */
import { findNodeAtLocation, parseTree, getNodeValue, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import * as z from 'zod';
import type { ConfigIssue, IssuePath } from './issue.ts';
import { resolveConfig } from './resolve.ts';
import type { Resolved } from './resolve.ts';
import { candidateSchema, configSchema } from './schema.ts';
import type { CandidateInput } from './schema.ts';
import { schemaIssues } from './schema-issues.ts';

/** Where in a file a key stands, from 1. */
export type Locate = (path: string) => { line: number; column: number } | undefined;
export type ParsedText = { ok: true; value: unknown; locate: Locate } | { ok: false; errors: ConfigIssue[] };

/**
 * Validates a configuration as an object and lays it over the defaults.
 * @param source what to name in messages, e.g. the file's path
 * @param locate finds a key's line, where the object came from a text
 */
export function parseConfig(value: unknown, source: string, locate?: Locate): Resolved {
  const parsed = configSchema.safeParse(value);
  const resolved: Resolved = parsed.success
    ? resolveConfig(parsed.data, source)
    : { ok: false, errors: schemaIssues(parsed.error.issues).map(({ steps: _, ...issue }) => ({ source, ...issue })) };
  if (resolved.ok || locate === undefined) return resolved;
  return { ok: false, errors: resolved.errors.map((issue) => ({ ...issue, ...locate(issue.path) })) };
}

/** The same from a text: JSON with comments and trailing commas. A syntax error says where. */
export function parseConfigText(text: string, source: string): Resolved {
  const parsed = parseJsonc(text, source);
  return parsed.ok ? parseConfig(parsed.value, source, parsed.locate) : parsed;
}

/** Reads JSON with comments and trailing commas. */
export function parseJsonc(text: string, source: string): ParsedText {
  const problems: ParseError[] = [];
  const root = parseTree(text, problems, { allowTrailingComma: true, disallowComments: false });
  const first = problems[0];
  if (first !== undefined || root === undefined) {
    const place = lineAndColumn(text, first?.offset ?? 0);
    return { ok: false, errors: [{ source, path: '', message: `is not valid JSON: ${spaced(first)}`, expected: 'JSON; comments are fine', ...place }] };
  }
  return { ok: true, value: getNodeValue(root) as unknown, locate: (path) => locate(root, text, path) };
}

/** Validates a candidate pool: a JSON array in the form of `auto.candidates`. */
export function parsePool(value: unknown, source: string): { ok: true; pool: CandidateInput[] } | { ok: false; errors: ConfigIssue[] } {
  const parsed = z.array(candidateSchema).min(1).safeParse(value);
  if (parsed.success) return { ok: true, pool: parsed.data };
  return { ok: false, errors: schemaIssues(parsed.error.issues, 'pool').map(({ steps: _, ...issue }) => ({ source, ...issue })) };
}

function spaced(error: ParseError | undefined): string {
  return error === undefined ? 'it is empty' : printParseErrorCode(error.error).replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The key itself, or the nearest thing around it when it is missing. */
function locate(root: Node, text: string, path: string): { line: number; column: number } {
  for (let steps = stepsOf(path); ; steps = steps.slice(0, -1)) {
    const node = findNodeAtLocation(root, [...steps]);
    if (node === undefined && steps.length > 0) continue;
    const shown = node?.parent?.type === 'property' ? node.parent : (node ?? root);
    return lineAndColumn(text, shown.offset);
  }
}

function stepsOf(path: string): IssuePath {
  return [...path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map(([, index, quoted, plain]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? (plain ?? '') : (JSON.parse(quoted) as string);
  });
}
