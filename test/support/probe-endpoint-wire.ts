/** Right answers in each wire format, for {@link startProbeEndpoint}. Written out by hand: what is judged must not come from the judge. */

export type WireFormat = 'chat' | 'responses' | 'messages';

export interface WireAnswer {
  text: string;
  calls: readonly { id: string; name: string; arguments: string }[];
  usage: { input: number; output: number; cached: number };
}

export interface WireEvent {
  name: string | null;
  data: unknown;
}

/** A call of the probes' tool. */
export const callOf = (branch: string) => ({ id: `call_${branch}`, name: 'read_build_status', arguments: JSON.stringify({ branch }) });

const total = ({ input, output }: WireAnswer['usage']): number => input + output;
const chatUsage = (usage: WireAnswer['usage']) => ({ prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: total(usage), prompt_tokens_details: { cached_tokens: usage.cached } });
const responsesUsage = (usage: WireAnswer['usage']) => ({
  input_tokens: usage.input, output_tokens: usage.output, total_tokens: total(usage), input_tokens_details: { cached_tokens: usage.cached }, output_tokens_details: { reasoning_tokens: 0 },
});
const messagesUsage = (usage: WireAnswer['usage']) => ({ input_tokens: usage.input, output_tokens: usage.output, cache_read_input_tokens: usage.cached });

/** Three pieces, so that there is something to join. */
const pieces = (text: string): string[] => {
  const size = Math.max(1, Math.ceil(text.length / 3));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
};

export function plainBody(format: WireFormat, model: string, { text, calls, usage }: WireAnswer): object {
  switch (format) {
    case 'chat': {
      const tools = calls.length === 0 ? {} : { tool_calls: calls.map(({ id, name, arguments: args }) => ({ id, type: 'function', function: { name, arguments: args } })) };
      const message = { role: 'assistant', content: text === '' ? null : text, ...tools };
      return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model, choices: [{ index: 0, message, finish_reason: calls.length > 0 ? 'tool_calls' : 'stop' }], usage: chatUsage(usage) };
    }
    case 'responses':
      return response(model, 'completed', responseItems(text, calls), responsesUsage(usage));
    case 'messages':
      return { id: 'msg_1', type: 'message', role: 'assistant', model, content: blocks(text, calls), stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn', stop_sequence: null, usage: messagesUsage(usage) };
  }
}

export function streamEvents(format: WireFormat, model: string, answer: WireAnswer, includeUsage: boolean): WireEvent[] {
  if (format === 'chat') return chatEvents(model, answer, includeUsage);
  return format === 'responses' ? responsesEvents(model, answer) : messagesEvents(model, answer);
}

function chatEvents(model: string, { text, calls, usage }: WireAnswer, includeUsage: boolean): WireEvent[] {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model };
  const chunk = (delta: object, finish: string | null = null): WireEvent => ({ name: null, data: { ...head, choices: [{ index: 0, delta, finish_reason: finish }] } });
  return [
    chunk({ role: 'assistant', content: '' }),
    ...pieces(text).map((content) => chunk({ content })),
    ...calls.map(({ id, name }, index) => chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] })),
    // The fragments of the calls in turns: who does not look at the index mixes them up.
    ...[0, 1, 2].flatMap((at) => calls.map(({ arguments: args }, index) => chunk({ tool_calls: [{ index, function: { arguments: pieces(args)[at] ?? '' } }] }))),
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    ...(includeUsage ? [{ name: null, data: { ...head, choices: [], usage: chatUsage(usage) } }] : []),
    { name: null, data: '[DONE]' },
  ];
}

const response = (model: string, status: string, output: unknown[], usage: object | null): object => ({ id: 'resp_1', object: 'response', created_at: 1, status, model, output, usage, error: null, incomplete_details: null });

function responseItems(text: string, calls: WireAnswer['calls']): object[] {
  return [
    ...(text === '' ? [] : [{ type: 'message', id: 'item_0', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }]),
    ...calls.map(({ id, name, arguments: args }, at) => ({ type: 'function_call', id: `item_${text === '' ? at : at + 1}`, status: 'completed', call_id: id, name, arguments: args })),
  ];
}

function responsesEvents(model: string, { text, calls, usage }: WireAnswer): WireEvent[] {
  const items = responseItems(text, calls);
  const types: object[] = [
    { type: 'response.created', response: response(model, 'in_progress', [], null) },
    { type: 'response.in_progress', response: response(model, 'in_progress', [], null) },
  ];
  items.forEach((item, output_index) => {
    const at = { output_index, item_id: `item_${output_index}` };
    const call = text === '' ? calls[output_index] : calls[output_index - 1];
    types.push({ type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', ...(call === undefined ? { content: [] } : { arguments: '' }) } });
    if (call === undefined) {
      types.push({ type: 'response.content_part.added', ...at, content_index: 0, part: { type: 'output_text', text: '', annotations: [] } });
      types.push(...pieces(text).map((delta) => ({ type: 'response.output_text.delta', ...at, content_index: 0, delta })));
      types.push({ type: 'response.output_text.done', ...at, content_index: 0, text }, { type: 'response.content_part.done', ...at, content_index: 0, part: { type: 'output_text', text, annotations: [] } });
    } else {
      types.push(...pieces(call.arguments).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })));
      types.push({ type: 'response.function_call_arguments.done', ...at, arguments: call.arguments });
    }
    types.push({ type: 'response.output_item.done', output_index, item });
  });
  types.push({ type: 'response.completed', response: response(model, 'completed', items, responsesUsage(usage)) });
  return types.map((event, sequence_number) => named({ ...event, sequence_number }));
}

const blocks = (text: string, calls: WireAnswer['calls']): object[] => [
  ...(text === '' ? [] : [{ type: 'text', text }]),
  ...calls.map(({ id, name, arguments: args }) => ({ type: 'tool_use', id, name, input: JSON.parse(args) as object })),
];

function messagesEvents(model: string, { text, calls, usage }: WireAnswer): WireEvent[] {
  const block = (index: number, start: object, deltas: object[]): object[] => [
    { type: 'content_block_start', index, content_block: start }, ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })), { type: 'content_block_stop', index },
  ];
  const first = text === '' ? 0 : 1;
  return [
    { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage: { ...messagesUsage(usage), output_tokens: 1 } } },
    { type: 'ping' },
    ...(text === '' ? [] : block(0, { type: 'text', text: '' }, pieces(text).map((piece) => ({ type: 'text_delta', text: piece })))),
    ...calls.flatMap(({ id, name, arguments: args }, at) => block(first + at, { type: 'tool_use', id, name, input: {} }, ['', ...pieces(args)].map((piece) => ({ type: 'input_json_delta', partial_json: piece })))),
    { type: 'message_delta', delta: { stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn', stop_sequence: null }, usage: { output_tokens: usage.output } },
    { type: 'message_stop' },
  ].map(named);
}

const named = (event: object): WireEvent => ({ name: (event as { type: string }).type, data: event });

export function errorBody(format: WireFormat, type: string, message: string, code: string | null = null): object {
  return format === 'messages' ? { type: 'error', error: { type, message }, request_id: 'req_1' } : { error: { message, type, param: null, code } };
}
