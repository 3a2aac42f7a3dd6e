import * as z from 'zod/mini';
import { apiError, fail, ok, type Result } from '../errors.ts';
import { fieldError } from '../field-error.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { listOf } from '../list-of.ts';
import { isUsualItem } from './usual-items.ts';

const text = z.optional(z.nullable(z.string()));
const flag = z.optional(z.nullable(z.boolean()));
const count = z.optional(z.nullable(z.number().check(z.gt(0))));
const record = z.record(z.string(), z.unknown());

/** What we read of a Responses body beside `input` and `tools`; everything else passes through untouched. */
const bodySchema = z.looseObject({
  model: text,
  instructions: text,
  text: z.optional(z.nullable(z.looseObject({ format: z.optional(z.nullable(z.looseObject({ type: z.string() }))), verbosity: text }))),
  reasoning: z.optional(z.nullable(z.looseObject({ effort: text, summary: text }))),
  max_output_tokens: count,
  parallel_tool_calls: flag,
  store: flag,
  stream: flag,
  include: z.optional(z.nullable(listOf(z.string()))),
  session_id: text,
  prompt_cache_key: text,
  previous_response_id: text,
  metadata: z.optional(z.nullable(record)),
  models: z.optional(z.nullable(listOf(z.string()))),
  plugins: z.optional(z.nullable(listOf(z.unknown()))),
  openfusion: z.optional(z.nullable(z.looseObject({ trace: z.optional(z.boolean()) }))),
});
export type Body = z.infer<typeof bodySchema>;

const named = { name: z.string().check(z.minLength(1)) };
const called = { call_id: z.string() };
const list = listOf(record);
const output = z.union([z.string(), list]);

/** A type is a client's word: none may find what objects inherit, such as `toString`. */
function byType(schemas: Readonly<Record<string, z.ZodMiniType>>): ReadonlyMap<string, z.ZodMiniType> {
  return new Map(Object.entries(schemas));
}

/** Types that we know nothing of are tolerated. */
const TOOLS: ReadonlyMap<string, z.ZodMiniType> = byType({
  function: z.looseObject({ ...named, description: text, parameters: z.optional(z.nullable(record)) }),
  custom: z.looseObject({ ...named, description: text }),
  namespace: z.looseObject({ ...named, tools: list }),
});

const ITEMS: ReadonlyMap<string, z.ZodMiniType> = byType({
  message: z.looseObject({ role: z.enum(['system', 'developer', 'user', 'assistant']), content: z.optional(z.nullable(output)) }),
  function_call: z.looseObject({ ...called, ...named, namespace: text, arguments: z.string() }),
  function_call_output: z.looseObject({ ...called, output }),
  custom_tool_call: z.looseObject({ ...called, ...named, namespace: text, input: z.string() }),
  custom_tool_call_output: z.looseObject({ ...called, output }),
  reasoning: z.looseObject({ summary: z.optional(z.nullable(list)), content: z.optional(z.nullable(list)), encrypted_content: text }),
  additional_tools: z.looseObject({ tools: list }),
});

const PARTS: ReadonlyMap<string, z.ZodMiniType> = byType({
  input_text: z.looseObject({ text: z.string() }),
  output_text: z.looseObject({ text: z.string() }),
  refusal: z.looseObject({ refusal: z.string() }),
  input_image: z.looseObject({ image_url: text, file_id: text, detail: text }),
  input_file: z.looseObject({ file_data: text, file_url: text, file_id: text, filename: text }),
});

/** Names of things that a provider keeps: another model would answer without them and nobody would know. */
const ELSEWHERE = ['conversation', 'prompt'] as const;

export interface CheckedBody { data: Body; items: readonly JsonObject[]; tools: readonly JsonObject[] }

/** Errors: 400 `invalid_request_error` that names the offending field in `param`, e.g. `input[3].call_id`. */
export function checkBody(body: Readonly<JsonObject>): Result<CheckedBody> {
  const checked = bodySchema.safeParse(body);
  if (!checked.success) return fail(fieldError(checked.error.issues, body));
  for (const field of ELSEWHERE) if (body[field] != null) return fail(apiError(400, `\`${field}\` is not supported: what it names is known to one provider only. Send the conversation as \`input\`, or continue with \`previous_response_id\`.`, { param: field }));
  const { input, tools } = body;
  const issue = inputIssue(input, checked.data) ?? listIssue(tools ?? [], ['tools'], toolIssue);
  if (issue !== null) return fail(fieldError([issue], body));
  const items = typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : (input as JsonObject[]);
  return ok({ data: checked.data, items, tools: (tools ?? []) as JsonObject[] });
}

interface Issue { path: PropertyKey[]; message: string; code?: string | undefined; expected?: unknown }
type Check = (value: JsonObject, path: PropertyKey[]) => Issue | null;

function inputIssue(input: unknown, { instructions, previous_response_id: previous }: Body): Issue | null {
  if (typeof input === 'string') return null;
  if (Array.isArray(input) && input.length === 0 && instructions == null && previous == null) return { path: ['input'], message: '', code: 'too_small' };
  return listIssue(input, ['input'], itemIssue, 'string or array');
}

function listIssue(value: unknown, path: PropertyKey[], check: Check, expected = 'array'): Issue | null {
  if (!Array.isArray(value)) return { path, message: '', code: 'invalid_type', expected };
  for (let index = 0; index < value.length; index++) {
    const one: unknown = value[index];
    const at = [...path, index];
    const issue = isRecord(one) ? check(one, at) : { path: at, message: '', code: 'invalid_type', expected: 'object' };
    if (issue !== null) return issue;
  }
  return null;
}

const itemIssue: Check = (item, path) => (isUsualItem(item) ? null : unusualItemIssue(item, path));

/** Exported for the test that holds {@link isUsualItem} to it. */
export const unusualItemIssue: Check = (item, path) => {
  const type = item['type'] ?? (item['role'] === undefined ? undefined : 'message');
  if (typeof type !== 'string') return { path: [...path, 'type'], message: '', code: 'invalid_type', expected: 'string' };
  const issue = schemaIssue(ITEMS.get(type), item, path);
  if (issue !== null) return issue;
  if (type === 'additional_tools') return listIssue(item['tools'], [...path, 'tools'], toolIssue);
  const holder = type === 'message' ? 'content' : type === 'function_call_output' || type === 'custom_tool_call_output' ? 'output' : null;
  return holder === null ? null : firstPartIssue(item[holder], [...path, holder]);
};

const firstPartIssue = (parts: unknown, path: PropertyKey[]): Issue | null =>
  (Array.isArray(parts) ? listIssue(parts, path, (part, at) => schemaIssue(PARTS.get(String(part['type'])), part, at)) : null);

const toolIssue: Check = (tool, path) => {
  const { type } = tool;
  if (typeof type !== 'string') return { path: [...path, 'type'], message: '', code: 'invalid_type', expected: 'string' };
  return schemaIssue(TOOLS.get(type), tool, path) ?? (type === 'namespace' ? listIssue(tool['tools'], [...path, 'tools'], toolIssue) : null);
};

function schemaIssue(schema: z.ZodMiniType | undefined, value: unknown, path: PropertyKey[]): Issue | null {
  const issue = schema?.safeParse(value).error?.issues[0];
  return issue === undefined ? null : { ...issue, path: [...path, ...issue.path] };
}
