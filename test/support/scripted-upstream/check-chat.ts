import * as z from 'zod';
import { demand, shaped, unique } from './refusal.ts';

/** Fields of the other two formats, and our own: what a translation may have forgotten to take out. */
const FOREIGN = [
  'input', 'instructions', 'previous_response_id', 'include', 'max_output_tokens', 'text', 'truncation', 'background', 'conversation', 'client_metadata', 'context_management',
  'max_tool_calls', 'reasoning', 'system', 'thinking', 'output_config', 'stop_sequences', 'anthropic_version', 'mcp_servers', 'container', 'betas', 'openfusion',
] as const;

const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const toolName = z.string().regex(TOOL_NAME, `string does not match pattern. Expected a string that matches the pattern '${TOOL_NAME.source}'.`);
/** OpenAI takes no longer ones. */
const callId = z.string().max(40, 'string too long. Expected a string with maximum length 40');
const parameters = z.looseObject({ type: z.literal('object').optional() });

const toolSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: toolName, parameters: parameters.optional() }) }),
  z.looseObject({ type: z.literal('custom'), custom: z.looseObject({ name: toolName }) }),
]);
const callSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('function'), id: callId, function: z.looseObject({ name: toolName, arguments: z.string() }) }),
  z.looseObject({ type: z.literal('custom'), id: callId, custom: z.looseObject({ name: toolName, input: z.string() }) }),
]);
const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });
const userPart = z.discriminatedUnion('type', [
  textPart,
  z.looseObject({ type: z.literal('image_url'), image_url: z.looseObject({ url: z.string().regex(/^(https?:|data:image\/[a-z.+-]+;base64,)/, 'must be an address or a data: URL of an image') }) }),
  z.looseObject({ type: z.literal('input_audio') }),
  z.looseObject({ type: z.literal('file'), file: z.looseObject({}) }),
]);
const texts = z.union([z.string(), z.array(textPart).min(1)]);
const assistantParts = z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, z.looseObject({ type: z.literal('refusal') })])).min(1)]);
const messageSchema = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content: texts }),
  z.looseObject({ role: z.literal('developer'), content: texts }),
  z.looseObject({ role: z.literal('user'), content: z.union([z.string(), z.array(userPart).min(1)]) }),
  z.looseObject({ role: z.literal('assistant'), content: assistantParts.nullish(), tool_calls: z.array(callSchema).min(1).optional() }),
  z.looseObject({ role: z.literal('tool'), content: texts, tool_call_id: z.string() }),
  z.looseObject({ role: z.literal('function'), content: z.string().nullable(), name: z.string() }),
]);
const bodySchema = z.looseObject({
  messages: z.array(messageSchema),
  tools: z.array(toolSchema).min(1, '[] is too short').optional(),
  tool_choice: z.unknown().optional(),
  parallel_tool_calls: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({}).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
});
type Message = z.infer<typeof messageSchema>;

/** Refuses what OpenAI refuses of a chat completions request. */
export function checkChat(body: Readonly<Record<string, unknown>>): void {
  for (const key of FOREIGN) demand(!(key in body), `Unknown parameter: '${key}'.`, { param: key, code: 'unknown_parameter' });
  const { messages, tools, tool_choice: choice, parallel_tool_calls: parallel, stream, stream_options: options } = shaped(bodySchema, body);
  demand(choice === undefined || choice === null || tools !== undefined, "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", { param: 'tool_choice' });
  demand(parallel === undefined || parallel === null || tools !== undefined, "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.", { param: 'parallel_tool_calls' });
  demand(options === undefined || options === null || stream === true, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", { param: 'stream_options' });
  unique((tools ?? []).map((tool) => (tool.type === 'function' ? tool.function.name : tool.custom.name)), (name) => `tools: the name '${name}' is there twice`);
  checkPairs(messages);
}

/** Every tool message answers a call of the assistant message before it, and every call is answered. */
function checkPairs(messages: readonly Message[]): void {
  let open = new Set<string>();
  for (const [at, message] of messages.entries()) {
    if (message.role === 'tool') {
      demand(open.delete(message.tool_call_id), `Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'. (${message.tool_call_id})`, { param: `messages.[${at}].role` });
      continue;
    }
    allAnswered(open, at);
    open = new Set();
    if (message.role !== 'assistant') continue;
    const calls = message.tool_calls ?? [];
    unique(calls.map(({ id }) => id), (id) => `Duplicate value for 'tool_call_id' of '${id}'`);
    open = new Set(calls.map(({ id }) => id));
    const silent = message.content === undefined || message.content === null;
    demand(!silent || calls.length > 0 || 'function_call' in message, "Invalid value for 'content': expected a string, got null.", { param: `messages.[${at}].content` });
  }
  allAnswered(open, messages.length);
}

function allAnswered(open: ReadonlySet<string>, at: number): void {
  demand(
    open.size === 0,
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    { param: `messages.[${at}].role` },
  );
}
