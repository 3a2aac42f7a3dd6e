import { isRecord, type JsonObject } from '../json.ts';
import type { Body } from './parse.ts';

const ROLES: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

/**
 * Tells the usual bodies by a look at their types, a tenth of what the schema costs. It judges nothing: whatever it accepts, the
 * schema accepts too and gives back as it is (held to that by a test); all others are the schema's to read and to complain of.
 */
export function isUsualBody(body: Readonly<JsonObject>): body is Readonly<JsonObject> & Body {
  const { messages, tools, response_format: format, stream_options: streaming } = body;
  return Array.isArray(messages) && messages.length > 0 && messages.every(isUsualMessage)
    && (tools === undefined || (Array.isArray(tools) && tools.every(isUsualTool)))
    && isFlag(body['stream']) && isPositive(body['max_tokens']) && isPositive(body['max_completion_tokens']) && isPositive(body['n'])
    && (streaming === undefined || (isRecord(streaming) && isFlag(streaming['include_usage'])))
    && (format === undefined || (isRecord(format) && isText(format['type'])))
    && TEXTS.every((name) => isText(body[name])) && RARE.every((name) => body[name] === undefined);
}

const TEXTS = ['model', 'session_id', 'prompt_cache_key', 'previous_response_id'];
const RARE = ['metadata', 'models', 'plugins', 'openfusion'];

const isFlag = (value: unknown): boolean => value === undefined || typeof value === 'boolean';
const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isPositive = (value: unknown): boolean => value === undefined || (typeof value === 'number' && value > 0);
const isUsualTool = (tool: unknown): boolean => isRecord(tool) && isText(tool['type']);
const isUsualPart = (part: unknown): boolean => isRecord(part) && typeof part['type'] === 'string';

function isUsualMessage(message: unknown): boolean {
  if (!isRecord(message) || !ROLES.has(message['role'])) return false;
  const { content, tool_calls: calls } = message;
  return (typeof content === 'string' || content == null || (Array.isArray(content) && content.every(isUsualPart)))
    && isText(message['tool_call_id']) && isText(message['reasoning_content'])
    && (calls === undefined || (Array.isArray(calls) && calls.every(isUsualCall)));
}

function isUsualCall(call: unknown): boolean {
  if (!isRecord(call) || call['custom'] !== undefined || !isText(call['id'])) return false;
  const inner = call['function'];
  return isRecord(inner) && isText(inner['name']) && isText(inner['arguments']);
}
