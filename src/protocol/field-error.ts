import { apiError, type ApiError } from './errors.ts';

interface Issue { path: readonly PropertyKey[]; message: string; code?: string | undefined; expected?: unknown; values?: readonly unknown[] | undefined }

/** The 400 that names the first field that a schema complains of. */
export function fieldError(issues: readonly Issue[], body: unknown): ApiError {
  const issue = issues[0];
  const param = issue === undefined ? null : pathText(issue.path);
  const missing = issue !== undefined && valueAt(body, issue.path) === undefined;
  const what = issue === undefined ? 'invalid' : missing ? 'is missing' : `is invalid: ${detail(issue)}`;
  return apiError(400, `${param === null || param === '' ? 'The request body' : `\`${param}\``} ${what}.`, { param: param === '' ? null : param });
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined), value);

function detail(issue: Issue): string {
  if (issue.code === 'invalid_type' && typeof issue.expected === 'string') return `expected ${issue.expected}`;
  if (issue.code === 'too_small') return 'it must not be empty or below its minimum';
  if (issue.code === 'invalid_value' && issue.values !== undefined) return `expected one of ${issue.values.join(', ')}`;
  return issue.message.replace(/^Invalid input(: ?|$)/, '').replace(/\.$/, '') || 'wrong value';
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`), '');
