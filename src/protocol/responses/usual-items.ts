import { isRecord, type JsonObject } from '../json.ts';

const ROLES: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant']);

/**
 * Tells the items that histories are made of by a look at their types, a small part of what the schema costs. It judges nothing:
 * whatever it accepts, the schema accepts too (held to that by a test); all others are the schema's to complain of.
 */
export function isUsualItem(item: JsonObject): boolean {
  switch (item['type']) {
    case undefined: case 'message': return ROLES.has(item['role']) && (typeof item['content'] === 'string' || isUsualParts(item['content']));
    case 'function_call': return isUsualCall(item) && typeof item['arguments'] === 'string';
    case 'custom_tool_call': return isUsualCall(item) && typeof item['input'] === 'string';
    case 'function_call_output': case 'custom_tool_call_output': return typeof item['call_id'] === 'string' && (typeof item['output'] === 'string' || isUsualParts(item['output']));
    default: return false;
  }
}

const isUsualCall = ({ call_id: id, name, namespace }: JsonObject): boolean =>
  typeof id === 'string' && typeof name === 'string' && name !== '' && (namespace === undefined || typeof namespace === 'string');

const isUsualParts = (parts: unknown): boolean => Array.isArray(parts) && parts.every(isUsualPart);

const isUsualPart = (part: unknown): boolean => isRecord(part) && typeof part['text'] === 'string' && (part['type'] === 'input_text' || part['type'] === 'output_text');
