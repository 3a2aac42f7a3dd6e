import * as z from 'zod/mini';
import { isRecord, type JsonObject } from '../json.ts';
import { listOf } from '../list-of.ts';

/** A content block as it came; which fields it has follows from its type ({@link contentCheck}). */
export type Block = JsonObject & { readonly type: string };

/** What a block of a type that we read must hold; blocks of other types pass as they are. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, 'string' | 'object' | 'string?' | 'object?'>>>> = {
  text: { text: 'string' },
  image: { source: 'object' },
  document: { source: 'object' },
  thinking: { thinking: 'string', signature: 'string?' },
  redacted_thinking: { data: 'string' },
  tool_use: { id: 'string', name: 'string', input: 'object?' },
  tool_result: { tool_use_id: 'string' },
};

interface Context { value: unknown; issues: z.core.$ZodRawIssue[] }
type Path = (string | number)[];

/** A string or a list of blocks; the issue names the one field that is wrong, which a union of schemas would not. */
function contentCheck({ value, issues }: Context): void {
  if (value !== undefined && typeof value !== 'string') checkBlocks(value, [], issues);
  else if (value === undefined) complain(issues, value, 'string or array', []);
}

function checkBlocks(value: unknown, path: Path, issues: Context['issues']): void {
  if (!Array.isArray(value)) { complain(issues, value, 'string or array', path); return; }
  // The first wrong block is all that is told: there may be millions.
  for (let index = 0; index < value.length && issues.length === 0; index++) checkBlock(value[index], [...path, index], issues);
}

function checkBlock(block: unknown, path: Path, issues: Context['issues']): void {
  if (!isRecord(block)) { complain(issues, block, 'object', path); return; }
  const { type, content } = block;
  if (typeof type !== 'string') { complain(issues, type, 'string', [...path, 'type']); return; }
  const fields = FIELDS[type];
  for (const name in fields) {
    const expected = fields[name] ?? '', value = block[name];
    if (expected.endsWith('?') && value == null) continue;
    if (expected.startsWith('string') ? typeof value !== 'string' : !isRecord(value)) complain(issues, value, expected.replace('?', ''), [...path, name]);
  }
  if (type === 'tool_result' && content != null && typeof content !== 'string') checkBlocks(content, [...path, 'content'], issues);
}

const complain = (issues: Context['issues'], input: unknown, expected: string, path: Path): void => {
  issues.push({ code: 'invalid_type', expected: expected as 'string', input, path, message: `expected ${expected}` });
};

function toolCheck({ value, issues }: { value: JsonObject; issues: Context['issues'] }): void {
  const { type, name, input_schema: schema } = value;
  // A tool of Anthropic's own has a versioned type; some of those (toolsets) have no name.
  if (typeof type === 'string' && type !== 'custom') return;
  if (typeof name !== 'string') complain(issues, name, 'string', ['name']);
  if (!isRecord(schema)) complain(issues, schema, 'object', ['input_schema']);
}

const content = z.custom<string | Block[]>().check(contentCheck);
const maybe = <T extends z.core.SomeType>(schema: T): z.ZodMiniOptional<z.ZodMiniNullable<T>> => z.optional(z.nullable(schema));

/** What we read of a Messages body; everything else passes through untouched: https://docs.anthropic.com/en/api/messages */
const fields = {
  model: maybe(z.string()),
  messages: listOf(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content }), { min: 1 }),
  system: maybe(content),
  tools: maybe(listOf(z.looseObject({ type: maybe(z.string()) }).check(toolCheck))),
  tool_choice: maybe(z.looseObject({ type: z.string(), name: z.optional(z.string()) })),
  stop_sequences: maybe(listOf(z.string())),
  temperature: maybe(z.number()),
  top_p: maybe(z.number()),
  top_k: maybe(z.number()),
  thinking: maybe(z.looseObject({ type: z.string(), budget_tokens: maybe(z.number()) })),
  output_config: maybe(z.looseObject({ effort: maybe(z.string()), format: maybe(z.looseObject({})) })),
  metadata: maybe(z.looseObject({ user_id: maybe(z.string()) })),
  stream: maybe(z.boolean()),
  session_id: maybe(z.string()),
  prompt_cache_key: maybe(z.string()),
  models: maybe(listOf(z.string())),
  plugins: maybe(listOf(z.unknown())),
  openfusion: maybe(z.looseObject({ trace: z.optional(z.boolean()) })),
};

/** 0 fills the prompt cache and generates nothing. */
const maxTokens = z.number().check(z.gte(0));
export const bodySchema = z.looseObject({ ...fields, max_tokens: maxTokens });
/** A request to count tokens is one without a limit. */
export const countSchema = z.looseObject({ ...fields, max_tokens: maybe(maxTokens) });
export type Body = z.infer<typeof countSchema>;
