import { WIRES } from '../../src/protocol/wires.ts';
import { CompletionCollector } from '../../src/protocol/completion.ts';
import type { Completion, WireFormat } from '../../src/protocol/types.ts';

export const FORMATS: readonly WireFormat[] = ['chat', 'responses', 'messages'];
export const PATHS: Readonly<Record<WireFormat, string>> = { chat: '/v1/chat/completions', responses: '/v1/responses', messages: '/v1/messages' };

export interface AskedTurn {
  call: { id: string; name: string; arguments: string };
  result: string;
}

export interface Asked {
  model?: string;
  prompt?: string;
  stream?: boolean;
  /** A tool `read(path)` and a tool `run(command)`. */
  tools?: boolean;
  /** Calls made and answered before, after which the model goes on. */
  turns?: readonly AskedTurn[];
  more?: Readonly<Record<string, unknown>>;
}

const TOOLS = [
  { name: 'read', description: 'Reads a file', schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] } },
  { name: 'run', description: 'Runs a command', schema: { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] } },
];

/** The same request in each format, as its clients write it. */
export function bodyOf(wire: WireFormat, { model = 'openfusion/auto', prompt = 'Say hello', stream = false, tools = false, turns = [], more = {} }: Asked = {}): Record<string, unknown> {
  const base = { model, ...(stream ? { stream } : {}), ...more };
  const system = 'You are a test.';
  switch (wire) {
    case 'chat': return {
      ...base, ...(tools ? { tools: TOOLS.map(({ name, description, schema }) => ({ type: 'function', function: { name, description, parameters: schema } })) } : {}),
      messages: [{ role: 'system', content: system }, { role: 'user', content: prompt }, ...turns.flatMap(({ call, result }) => [
        { role: 'assistant', content: null, tool_calls: [{ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }] }, { role: 'tool', tool_call_id: call.id, content: result },
      ])],
    };
    case 'responses': return {
      ...base, instructions: system, ...(tools ? { tools: TOOLS.map(({ name, description, schema }) => ({ type: 'function', name, description, parameters: schema, strict: false })) } : {}),
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] }, ...turns.flatMap(({ call, result }) => [
        { type: 'function_call', call_id: call.id, name: call.name, arguments: call.arguments }, { type: 'function_call_output', call_id: call.id, output: result },
      ])],
    };
    case 'messages': return {
      max_tokens: 8_000, ...base, system, ...(tools ? { tools: TOOLS.map(({ name, description, schema }) => ({ name, description, input_schema: schema })) } : {}),
      messages: [{ role: 'user', content: prompt }, ...turns.flatMap(({ call, result }) => [
        { role: 'assistant', content: [{ type: 'tool_use', id: call.id, name: call.name, input: JSON.parse(call.arguments) as unknown }] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: result }] },
      ])],
    };
  }
}

export interface ReadBack {
  completion: Completion;
  /** Our object, wherever the format has it. */
  openfusion: Record<string, unknown> | null;
  /** Did the stream come to the end that its format has? */
  finished: boolean;
  error: { message: string; code: string | null } | null;
  /** The model that the answer names first. */
  model: string | null;
}

/** What a client reads out of an answer's body. */
export function readBack(wire: WireFormat, body: string, stream: boolean): ReadBack {
  const reading = { provider: 'test/', tools: null };
  if (!stream) {
    const whole = WIRES[wire].readWhole(Buffer.from(body), reading);
    if (!whole.ok) throw new Error(`${whole.message}: ${body}`);
    return { completion: whole.completion, openfusion: (whole.object['openfusion'] ?? null) as ReadBack['openfusion'], finished: true, error: null, model: whole.object['model'] as string };
  }
  const reader = WIRES[wire].createReader(reading);
  const collector = new CompletionCollector();
  const back: Omit<ReadBack, 'completion'> = { openfusion: null, finished: false, error: null, model: null };
  for (const event of [...reader.push(Buffer.from(body)), ...reader.end()]) {
    for (const delta of event.deltas) collector.add(delta);
    if (event.usage !== null) collector.add({ type: 'usage', usage: event.usage });
    back.finished ||= event.finishes;
    back.error ??= event.error;
    back.model ??= event.model;
    const { object } = event;
    const holder = [object, object?.['response'], object?.['message']].find((value) => typeof value === 'object' && value !== null && 'openfusion' in value) as Record<string, unknown> | undefined;
    if (holder !== undefined) back.openfusion = holder['openfusion'] as Record<string, unknown>;
  }
  return { ...back, completion: collector.result() };
}
