import type { JsonObject } from '../json.ts';
import { flatToolName, type ToolCall } from '../types.ts';

/** A call's name as tools are named in `ToolDefinition.name`: the one of a namespace's tool is flattened. */
export const callName = ({ name, namespace }: JsonObject): string =>
  (typeof namespace === 'string' && namespace !== '' ? flatToolName(namespace, textOf(name)) : textOf(name));

/** What this format knows of a call beside what a {@link ToolCall} says. Other providers' extras travel sealed (`chat/call-extras.ts`). */
const EXTRAS = ['caller', 'async'] as const;

export function extrasOf(call: JsonObject): Pick<ToolCall, 'more'> {
  let more: Record<string, unknown> | undefined;
  for (const key of EXTRAS) if (call[key] != null) (more ??= {})[key] = call[key];
  return more === undefined ? {} : { more };
}

/** A call to a built-in tool that the client runs (`local_shell_call`, `apply_patch_call` …); null for one that the provider runs itself. */
export function builtInCall(item: JsonObject): ToolCall | null {
  const { type, call_id: id } = item;
  if (typeof type !== 'string' || !type.endsWith(CALL) || typeof id !== 'string') return null;
  return { id, name: type.slice(0, -CALL.length), arguments: jsonText(item['action'] ?? item['operation'] ?? item['arguments'] ?? {}) };
}

const CALL = '_call';

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const jsonText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
