import type { Wire } from './wire.ts';

/** A tool as the request offers it. */
export interface OfferedTool {
  readonly name: string;
  readonly kind: 'function' | 'custom' | 'builtin';
  /** Responses: the namespace that it stands in. */
  readonly namespace?: string;
  /** Names of its parameters. */
  readonly properties: readonly string[];
}

export interface MadeCall {
  readonly id: string;
  readonly name: string;
  /** JSON text of the arguments; a custom tool's input as it is. */
  readonly arguments: string;
}

/** One thing said, called or returned. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** Images beside the text. */
  readonly images: number;
  readonly calls: readonly MadeCall[];
  /** On a tool's result. */
  readonly callId?: string;
}

/** What a request says, whatever wire format it says it in. */
export interface Conversation {
  readonly tools: readonly OfferedTool[];
  /** There are tools, and `tool_choice` does not forbid to call them. */
  readonly mayCall: boolean;
  readonly turns: readonly Turn[];
}

type Json = Readonly<Record<string, unknown>>;

/** Reads any of the three wire formats; what is not understood is left out. */
export function readConversation(wire: Wire, body: Json): Conversation {
  const added = records(body.input).filter(({ type }) => type === 'additional_tools');
  const tools = [...records(body.tools), ...added.flatMap((item) => records(item.tools))].flatMap((tool) => offered(tool));
  const choice = record(body.tool_choice).type ?? body.tool_choice;
  return { tools, mayCall: tools.length > 0 && choice !== 'none', turns: turnsOf(wire, body) };
}

function turnsOf(wire: Wire, body: Json): Turn[] {
  switch (wire) {
    case 'chat':
      return records(body.messages).map(chatTurn);
    case 'messages':
      return [...systemTurn(body.system), ...records(body.messages).flatMap(messagesTurns)];
    case 'responses': {
      const input = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : records(body.input);
      return [...systemTurn(body.instructions), ...input.flatMap(itemTurn)];
    }
  }
}

/** The results of the tools, oldest first. */
export function toolResults({ turns }: Conversation): string[] {
  return turns.filter(({ role }) => role === 'tool').map(({ text }) => text);
}

/** The last thing that was said by a person (or by who speaks for one). */
export function lastUserText({ turns }: Conversation): string {
  return turns.findLast(({ role }) => role === 'user')?.text ?? '';
}

function offered(tool: Json, namespace?: string): OfferedTool[] {
  if (tool.type === 'namespace') return records(tool.tools).flatMap((inner) => offered(inner, string(tool.name)));
  const within = namespace === undefined ? {} : { namespace };
  const inner = record(tool.function ?? tool.custom ?? tool);
  if (typeof inner.name !== 'string') return [{ name: string(tool.type), kind: 'builtin', properties: [], ...within }];
  const schema = record(inner.parameters ?? inner.input_schema);
  const kind = tool.type === 'custom' && tool.input_schema === undefined ? 'custom' : 'function';
  return [{ name: inner.name, kind, properties: Object.keys(record(schema.properties)), ...within }];
}

function chatTurn(message: Json): Turn {
  const calls = records(message.tool_calls).map((call): MadeCall => {
    const custom = record(call.custom), called = record(call.function);
    return { id: string(call.id), name: string(called.name ?? custom.name), arguments: string(called.arguments ?? custom.input) };
  });
  const role = message.role === 'developer' ? 'system' : (message.role as Turn['role']);
  return { role, ...content(message.content), calls, ...(role === 'tool' && { callId: string(message.tool_call_id) }) };
}

function messagesTurns(message: Json): Turn[] {
  const blocks = typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : records(message.content);
  const results = blocks.filter(({ type }) => type === 'tool_result').map((block): Turn => ({ role: 'tool', ...content(block.content), calls: [], callId: string(block.tool_use_id) }));
  const said = blocks.filter(({ type }) => type !== 'tool_result');
  if (said.length === 0) return results;
  const calls = said.filter(({ type }) => type === 'tool_use').map((block) => ({ id: string(block.id), name: string(block.name), arguments: JSON.stringify(block.input) }));
  return [...results, { role: message.role as Turn['role'], ...content(said), calls }];
}

function itemTurn(item: Json): Turn[] {
  switch (item.type) {
    case undefined:
    case 'message':
      return [{ role: item.role === 'developer' ? 'system' : (item.role as Turn['role']), ...content(item.content), calls: [] }];
    case 'function_call':
    case 'custom_tool_call':
      return [{ role: 'assistant', text: '', images: 0, calls: [{ id: string(item.call_id), name: string(item.name), arguments: string(item.arguments ?? item.input) }] }];
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ role: 'tool', ...content(item.output), calls: [], callId: string(item.call_id) }];
    default:
      return [];
  }
}

function systemTurn(system: unknown): Turn[] {
  return system === undefined || system === null ? [] : [{ role: 'system', ...content(system), calls: [] }];
}

function content(value: unknown): { text: string; images: number } {
  if (typeof value === 'string') return { text: value, images: 0 };
  const parts = records(value);
  return { text: parts.map((part) => string(part.text)).join('\n').trim(), images: parts.filter(({ type }) => /image/.test(string(type))).length };
}

function records(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((entry): entry is Json => typeof entry === 'object' && entry !== null) : [];
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
