import * as z from 'zod';
import type { Mint } from './mint.ts';
import { demand, onlyFields, Refused, shaped, unique } from './refusal.ts';

const FIELDS = new Set([
  'background', 'context_management', 'conversation', 'include', 'input', 'instructions', 'max_output_tokens', 'max_tool_calls', 'metadata', 'model', 'moderation', 'parallel_tool_calls',
  'previous_response_id', 'prompt', 'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention', 'reasoning', 'safety_identifier', 'service_tier', 'store', 'stream', 'stream_options',
  'temperature', 'text', 'tool_choice', 'tools', 'top_logprobs', 'top_p', 'truncation', 'user',
  // Codex sends it, and OpenAI takes it.
  'client_metadata',
]);
const KNOWN_ITEMS = ['web_search_call', 'file_search_call', 'local_shell_call', 'local_shell_call_output', 'additional_tools', 'item_reference', 'compaction', 'tool_search_call', 'tool_search_output'];

const inputPart = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('input_text'), text: z.string() }),
  z.looseObject({ type: z.literal('input_image'), image_url: z.string().regex(/^(https?:|data:image\/[a-z.+-]+;base64,)/, 'must be an address or a data: URL of an image').nullish(), file_id: z.string().nullish() }),
  z.looseObject({ type: z.literal('input_file') }),
  z.looseObject({ type: z.literal('input_audio') }),
]);
const outputPart = z.discriminatedUnion('type', [z.looseObject({ type: z.literal('output_text'), text: z.string() }), z.looseObject({ type: z.literal('refusal'), refusal: z.string() })]);
const id = z.string().max(64, 'string too long. Expected a string with maximum length 64').nullish();
const callId = z.string().min(1).max(64, 'string too long. Expected a string with maximum length 64');
const callName = z.string().regex(/^[a-zA-Z0-9_-]+$/, "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.");
const output = z.union([z.string(), z.array(inputPart)]);
const said = z.union([
  z.looseObject({ role: z.enum(['user', 'system', 'developer']), content: z.union([z.string(), z.array(inputPart)]), id }),
  z.looseObject({ role: z.literal('assistant'), content: z.union([z.string(), z.array(outputPart)]), id }),
]);
const summary = z.array(z.looseObject({ type: z.literal('summary_text'), text: z.string() }));
/** A message need not say that it is one. */
const messageItem = z.looseObject({ type: z.literal('message').optional() }).and(said);
const itemSchemas = {
  function_call: z.looseObject({ type: z.literal('function_call'), call_id: callId, name: callName, arguments: z.string(), id }),
  function_call_output: z.looseObject({ type: z.literal('function_call_output'), call_id: callId, output, id }),
  custom_tool_call: z.looseObject({ type: z.literal('custom_tool_call'), call_id: callId, name: callName, input: z.string(), id }),
  custom_tool_call_output: z.looseObject({ type: z.literal('custom_tool_call_output'), call_id: callId, output, id }),
  reasoning: z.looseObject({ type: z.literal('reasoning'), id: z.string().max(64), summary, encrypted_content: z.string().nullish() }),
};
/** Items are known by the beginning of their ids. */
const ID_PREFIX = { message: 'msg', function_call: 'fc', function_call_output: 'fc', custom_tool_call: 'ctc', custom_tool_call_output: 'ctc', reasoning: 'rs' } as const;
type ItemType = keyof typeof itemSchemas;
export type CheckedItem = z.infer<typeof messageItem> | z.infer<(typeof itemSchemas)[ItemType]>;

const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.");
const chatShape = z.undefined("Unknown parameter: 'function'.").optional();
const functionTool = z.looseObject({ type: z.literal('function'), name: toolName, parameters: z.looseObject({ type: z.literal('object').optional() }).nullish(), function: chatShape });
const customTool = z.looseObject({ type: z.literal('custom'), name: toolName, function: chatShape });
const builtinTool = z.looseObject({
  type: z.string().regex(/^(web_search|file_search|computer|mcp|code_interpreter|image_generation|local_shell|shell|apply_patch|tool_search|programmatic_tool_calling)/, 'no such tool type'),
});
const namespaceTool = z.looseObject({ type: z.literal('namespace'), name: toolName, tools: z.array(z.union([functionTool, customTool])).min(1) });

const bodySchema = z.looseObject({
  model: z.string().min(1),
  tools: z.array(z.union([functionTool, customTool, namespaceTool, builtinTool])).nullish(),
  max_output_tokens: z.int().min(16).nullish(),
  store: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  instructions: z.string().nullish(),
  previous_response_id: z.string().startsWith('resp').nullish(),
  reasoning: z.strictObject({ effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(), summary: z.enum(['auto', 'concise', 'detailed', 'none']).nullish(), generate_summary: z.unknown().optional(), context: z.unknown().optional() }).nullish(),
  text: z.strictObject({ format: z.looseObject({ type: z.enum(['text', 'json_object', 'json_schema']) }).optional(), verbosity: z.enum(['low', 'medium', 'high']).nullish() }).nullish(),
  include: z.array(z.string()).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
});

/** What the service remembers of stored answers: the whole conversation up to each, by its id. */
export type Stored = ReadonlyMap<string, readonly CheckedItem[]>;

/**
 * Refuses what OpenAI refuses of a Responses request. Returns the whole conversation, what `previous_response_id` stands for included.
 */
export function checkResponses(body: Readonly<Record<string, unknown>>, mint: Mint, stored: Stored): readonly CheckedItem[] {
  onlyFields(body, FIELDS);
  const request = shaped(bodySchema, body);
  const previous = request.previous_response_id ?? undefined;
  const before = previous === undefined ? [] : stored.get(previous);
  demand(before !== undefined, `Previous response with id '${previous}' not found.`, { param: 'previous_response_id', code: 'previous_response_not_found' });
  const items = [...before, ...readItems(body.input)];
  for (const item of items) if (item.type === 'reasoning') checkReasoning(item, request.store !== false, mint);
  checkPairs(items);
  return items;
}

function readItems(input: unknown): CheckedItem[] {
  if (typeof input === 'string') return [{ type: undefined, role: 'user', content: input }];
  demand(Array.isArray(input) && input.length > 0, "Missing required parameter: 'input'.", { param: 'input', code: 'missing_required_parameter' });
  const items = input.flatMap((entry: unknown, at) => {
    const { type, id } = z.looseObject({ type: z.string().optional(), id: z.string().nullish() }).parse(entry);
    if (type !== undefined && KNOWN_ITEMS.includes(type)) return [];
    demand(type === undefined || type in ID_PREFIX, `Invalid value: '${String(type)}'.`, { param: `input[${at}].type`, code: 'invalid_value' });
    const kind = (type ?? 'message') as keyof typeof ID_PREFIX;
    demand(id == null || id.startsWith(ID_PREFIX[kind]), `Invalid 'input[${at}].id': '${String(id)}'. Expected an ID that begins with '${ID_PREFIX[kind]}'.`, { param: `input[${at}].id`, code: 'invalid_value' });
    try {
      return [kind === 'message' ? shaped(messageItem, entry) : shaped<CheckedItem>(itemSchemas[kind], entry)];
    } catch (error) {
      throw error instanceof Refused ? new Refused(`input[${at}] (${kind}): ${error.message}`, { param: `input[${at}]`, code: 'invalid_value' }) : error;
    }
  });
  unique(items.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])), (id) => `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`);
  return items;
}

function checkReasoning({ id, encrypted_content: encrypted }: Extract<CheckedItem, { type: 'reasoning' }>, store: boolean, mint: Mint): void {
  const sealed = encrypted ?? undefined;
  demand(sealed !== undefined || store, `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false.`, { status: 404, param: 'input' });
  demand(sealed === undefined || mint.verifies(sealed, ''), `The encrypted content for item ${id} could not be verified.`, { code: 'invalid_encrypted_content' });
}

/** Every output has its call before it, every call its output, and both are of the same kind. */
function checkPairs(items: readonly CheckedItem[]): void {
  const open = new Map<string, string>();
  const answered = new Set<string>();
  for (const item of items) {
    switch (item.type) {
      case 'function_call':
      case 'custom_tool_call':
        demand(!open.has(item.call_id) && !answered.has(item.call_id), `Duplicate call_id ${item.call_id}.`, { param: 'input' });
        open.set(item.call_id, item.type);
        break;
      case 'function_call_output':
      case 'custom_tool_call_output':
        demand(open.get(item.call_id) === item.type.replace('_output', ''), `No tool call found for ${item.type.replace(/_/g, ' ')} with call_id ${item.call_id}.`, { param: 'input' });
        open.delete(item.call_id);
        answered.add(item.call_id);
        break;
      default:
    }
  }
  const [unanswered] = open.keys();
  demand(unanswered === undefined, `No tool output found for function call ${String(unanswered)}.`, { param: 'input' });
}
