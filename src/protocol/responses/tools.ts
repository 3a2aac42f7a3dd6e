import { isRecord, type JsonObject } from '../json.ts';
import { flatToolName, type ToolDefinition } from '../types.ts';
import type { NeutralTool, RequestSettings } from '../wire.ts';
import { callName } from './calls.ts';

/** The tools of a request: those of the body and those that items of its history add, each name once. Namespaces are flattened. */
export function readTools(tools: readonly JsonObject[], items: readonly JsonObject[]): ToolDefinition[] {
  const known = new Map<string, ToolDefinition>();
  const add = (definition: ToolDefinition): void => { if (!known.has(definition.name)) known.set(definition.name, definition); };
  for (const tool of tools) definitionsOf(tool).forEach(add);
  for (const { type, tools: added } of items) {
    if ((type === 'additional_tools' || type === 'tool_search_output') && Array.isArray(added)) for (const tool of added) if (isRecord(tool)) definitionsOf(tool).forEach(add);
  }
  return [...known.values()];
}

function definitionsOf(tool: JsonObject): ToolDefinition[] {
  const { type, name, tools, server_label: label } = tool;
  if (type === 'namespace' && typeof name === 'string' && Array.isArray(tools)) return tools.flatMap((inner) => (isRecord(inner) ? insideNamespace(name, inner) : []));
  if ((type === 'function' || type === 'custom') && typeof name === 'string') return [{ kind: type, name, raw: tool }];
  return [{ kind: 'builtin', name: typeof label === 'string' ? `${String(type)}:${label}` : String(type), raw: tool }];
}

function insideNamespace(namespace: string, tool: JsonObject): ToolDefinition[] {
  const { type, name } = tool;
  if (typeof name !== 'string') return [];
  return [{ kind: type === 'custom' ? 'custom' : 'function', name: flatToolName(namespace, name), namespace: { name: namespace, localName: name }, raw: tool }];
}

/** What another format can say of a tool; nothing of those that the provider runs. */
export function neutralTool({ kind, name, raw }: ToolDefinition): NeutralTool[] {
  if (kind === 'builtin' || !isRecord(raw)) return [];
  const { description, parameters, strict, format } = raw;
  return [{
    kind, name, description: typeof description === 'string' ? description : undefined, parameters: parameters ?? undefined,
    strict: typeof strict === 'boolean' ? strict : undefined, ...(kind === 'custom' ? { grammar: format } : {}),
  }];
}

type Choice = RequestSettings['toolChoice'];

/** A choice of a tool that only the provider has is none that another format knows. */
export function neutralChoice(choice: unknown): Choice {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  if (!isRecord(choice)) return undefined;
  if (choice['type'] === 'allowed_tools') return choice['mode'] === 'required' ? 'required' : 'auto';
  return (choice['type'] === 'function' || choice['type'] === 'custom') && typeof choice['name'] === 'string' ? { name: callName(choice) } : undefined;
}

/** The names that `allowed_tools` leaves; null when the choice narrows nothing. */
export function allowedNames(choice: unknown): ReadonlySet<string> | null {
  if (!isRecord(choice) || choice['type'] !== 'allowed_tools' || !Array.isArray(choice['tools'])) return null;
  return new Set(choice['tools'].flatMap((tool) => (isRecord(tool) && typeof tool['name'] === 'string' ? [callName(tool)] : [])));
}
