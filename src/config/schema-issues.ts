/** From what zod says to what a person can act on. */
import { distance } from 'fastest-levenshtein';
import type * as z from 'zod';
import type { ConfigIssue } from './issue.ts';
import { pathText } from './issue.ts';
import { knownKeys, placesOf } from './json-schema.ts';

type ZodIssue = z.core.$ZodIssue;

/** Issues without their source and place in the file, each with the steps that lead to it. */
export type PlacedIssue = Omit<ConfigIssue, 'source'> & { steps: (string | number)[] };

/** One issue for each thing that is wrong; an unknown key names the nearest known one. */
export function schemaIssues(issues: readonly ZodIssue[], root: 'config' | 'pool' = 'config', prefix: readonly (string | number)[] = []): PlacedIssue[] {
  return issues.flatMap((issue) => {
    const steps = [...prefix, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, steps, root));
    if (issue.code === 'invalid_union') return closestBranch(issue, root, steps);
    if (issue.code === 'invalid_key') return schemaIssues(issue.issues, root, steps);
    return [{ steps, path: pathText(steps), ...wording(issue) }];
  });
}

function unknownKey(key: string, steps: (string | number)[], root: 'config' | 'pool'): PlacedIssue {
  const known = knownKeys(steps, root);
  const nearest = [...known].sort((a, b) => closeness(key, a) - closeness(key, b))[0];
  const isClose = nearest !== undefined && closeness(key, nearest) <= Math.max(2, key.length / 3);
  const elsewhere = isClose || root === 'pool' ? undefined : placesOf(key)[0];
  const guess = elsewhere ?? (nearest === undefined ? undefined : pathText([...steps, nearest]));
  return {
    steps: [...steps, key],
    path: pathText([...steps, key]),
    message: `unknown key${guess === undefined ? '' : `; did you mean \`${guess}\`?`}`,
    expected: `one of ${known.join(', ')}`,
  };
}

const closeness = (a: string, b: string): number => distance(a.toLowerCase(), b.toLowerCase());

/** Of the alternatives of a value, the one that got furthest tells the most. */
function closestBranch(issue: Extract<ZodIssue, { code: 'invalid_union' }>, root: 'config' | 'pool', steps: (string | number)[]): PlacedIssue[] {
  const branches = issue.errors.map((errors) => schemaIssues(errors, root, steps));
  const deepest = Math.max(...branches.flat().map((one) => one.steps.length));
  const inside = branches.find((branch) => branch.some((one) => one.steps.length === deepest));
  if (inside !== undefined && deepest > steps.length) return inside;
  return [{ steps, path: pathText(steps), message: 'has the wrong type', expected: [...new Set(branches.flat().map(({ expected }) => expected))].join(' or ') }];
}

function wording(issue: ZodIssue): { message: string; expected: string } {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? { message: 'is missing', expected: a(issue.expected) } : { message: 'has the wrong type', expected: a(issue.expected) };
    case 'invalid_value':
      return { message: 'is not one of the allowed values', expected: issue.values.map((value) => JSON.stringify(value)).join(' or ') };
    case 'too_small':
      return { message: 'is too small', expected: `${unitOf(issue.origin)}${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}` };
    case 'too_big':
      return { message: 'is too big', expected: `${unitOf(issue.origin)}${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}` };
    case 'invalid_format':
      return { message: 'has the wrong form', expected: issue.message.replace(/^must be /, '') };
    default:
      return issue.message.startsWith('must be ') ? { message: 'is not allowed', expected: issue.message.slice('must be '.length) } : { message: issue.message, expected: '' };
  }
}

const a = (type: string): string => (type === 'int' ? 'an integer' : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type === 'record' ? 'object' : type}`.replace('a object', 'an object'));

function unitOf(origin: string): string {
  if (origin === 'string') return 'a text of length ';
  return origin === 'array' ? 'a list of length ' : '';
}
