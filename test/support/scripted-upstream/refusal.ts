import type * as z from 'zod';
import type { WireError } from './wire.ts';

/** Why a request is answered with an error before the script is asked. */
export interface Refusal extends WireError {
  readonly status: number;
}

/** Thrown by the checks of a request. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(message: string, more: Partial<Refusal> = {}) {
    super(message);
    this.refusal = { status: 400, message, ...more };
  }
}

/** Refuses with this message unless the condition holds. */
export function demand(condition: boolean, message: string, more: Partial<Refusal> = {}): asserts condition {
  if (!condition) throw new Refused(message, more);
}

/** The value by the schema; refuses with the path of the first thing that is wrong, as providers do. */
export function shaped<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = clearest(parsed.error.issues, []) ?? { path: [], message: 'invalid' };
  const where = path.join('.');
  throw new Refused(`${where === '' ? '' : `${where}: `}${message}`, { param: where === '' ? null : where });
}

/** Of several forms that a value could have had, the one that it came closest to says best what is wrong. */
function clearest(issues: readonly z.core.$ZodIssue[], above: readonly PropertyKey[]): { path: PropertyKey[]; message: string } | undefined {
  const [issue] = issues;
  if (issue === undefined) return undefined;
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') return { path: [...path, issue.keys.join(', ')], message: 'Extra inputs are not permitted' };
  if (issue.code !== 'invalid_union') return { path, message: issue.message };
  const deeper = issue.errors.flatMap((branch) => clearest(branch, path) ?? []).toSorted((one, other) => other.path.length - one.path.length);
  return deeper[0] ?? { path, message: issue.message };
}

/** Refuses top-level fields that this endpoint does not have. */
export function onlyFields(body: object, allowed: ReadonlySet<string>): void {
  for (const key of Object.keys(body)) demand(allowed.has(key), `Unknown parameter: '${key}'.`, { param: key, code: 'unknown_parameter' });
}

/** Each at most once. */
export function unique(values: readonly string[], message: (value: string) => string): void {
  const seen = new Set<string>();
  for (const value of values) {
    demand(!seen.has(value), message(value));
    seen.add(value);
  }
}
