/** The wire formats by name. */
import { chatWire } from './chat/wire.ts';
import { parseJsonObject } from './json-body.ts';
import { isRecord, type JsonObject } from './json.ts';
import type { Result } from './errors.ts';
import { messagesWire } from './messages/wire.ts';
import { responsesWire } from './responses/wire.ts';
import type { ChatRequest, WireFormat } from './types.ts';
import type { Wire } from './wire.ts';

export const WIRES: Readonly<Record<WireFormat, Wire>> = { chat: chatWire, responses: responsesWire, messages: messagesWire };

/** The format to call an upstream in: the client's own where it can be, else the one that the upstream names first. */
export function wireFor(client: WireFormat, protocols: readonly WireFormat[]): Wire {
  return WIRES[protocols.includes(client) ? client : (protocols[0] ?? 'chat')];
}

/** Reads a body of any format, told apart by its shape: what `/debug/route` and `route --jsonl` take. Errors: 400. */
export function readAnyRequest(bytes: Uint8Array): Result<ChatRequest> {
  const parsed = parseJsonObject(bytes);
  return parsed.ok ? WIRES[formatOf(parsed.value)].read(parsed.value, bytes) : parsed;
}

/** Blocks that only the Messages format has. */
const MESSAGES_BLOCKS: ReadonlySet<unknown> = new Set(['tool_use', 'tool_result', 'thinking', 'redacted_thinking', 'document']);

function formatOf(body: Readonly<JsonObject>): WireFormat {
  if (!Array.isArray(body['messages'])) return body['input'] === undefined ? 'chat' : 'responses';
  const { system, tools, thinking, messages } = body;
  const anthropicTool = Array.isArray(tools) && tools.some((tool) => isRecord(tool) && isRecord(tool['input_schema']));
  const blocks = (messages as unknown[]).flatMap((message) => (isRecord(message) && Array.isArray(message['content']) ? (message['content'] as unknown[]) : []));
  return system !== undefined || thinking !== undefined || anthropicTool || blocks.some((block) => isRecord(block) && (MESSAGES_BLOCKS.has(block['type']) || isRecord(block['source']))) ? 'messages' : 'chat';
}
