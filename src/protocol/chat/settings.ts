import { isRecord, type JsonObject } from '../json.ts';
import type { ChatRequest, ToolDefinition } from '../types.ts';
import type { NeutralTool, RequestSettings } from '../wire.ts';

/** What a chat-completions body asks for beside its conversation. */
export function settingsOf(request: ChatRequest): RequestSettings {
  const { body } = request;
  const text = (key: string): string | undefined => stringOf(body[key]);
  const number = (key: string): number | undefined => numberOf(body[key]);
  const flag = body['parallel_tool_calls'];
  return {
    tools: request.tools.flatMap(neutralTool),
    toolChoice: toolChoice(request.toolChoice),
    parallelToolCalls: typeof flag === 'boolean' ? flag : undefined,
    format: formatOf(body['response_format']),
    maxOutputTokens: request.maxOutputTokens,
    temperature: number('temperature'), topP: number('top_p'), topK: number('top_k'), seed: number('seed'),
    stop: typeof body['stop'] === 'string' ? [body['stop']] : Array.isArray(body['stop']) ? body['stop'].filter((one) => typeof one === 'string') : [],
    ...thinking(body),
    verbosity: text('verbosity'),
    user: text('user') ?? text('safety_identifier'),
    promptCacheKey: request.session.promptCacheKey,
    serviceTier: text('service_tier'),
  };
}

const stringOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** `reasoning_effort`, or OpenRouter's `reasoning`: https://openrouter.ai/docs/use-cases/reasoning-tokens */
function thinking(body: JsonObject): Pick<RequestSettings, 'effort' | 'thinkingTokens'> {
  const { reasoning, reasoning_effort: effort } = body;
  if (!isRecord(reasoning)) return { effort: stringOf(effort) ?? null, thinkingTokens: undefined };
  const { effort: inner, enabled, max_tokens: tokens } = reasoning;
  const said = stringOf(effort) ?? stringOf(inner);
  return { effort: said ?? (enabled === false ? 'none' : enabled === true && tokens === undefined ? 'medium' : null), thinkingTokens: numberOf(tokens) };
}

function neutralTool({ kind, name, raw }: ToolDefinition): NeutralTool[] {
  if (kind === 'builtin' || !isRecord(raw)) return [];
  const inner = isRecord(raw['function']) ? raw['function'] : isRecord(raw['custom']) ? raw['custom'] : raw;
  const cache = raw['cache_control'] ?? inner['cache_control'];
  const tool: NeutralTool = {
    kind, name, description: stringOf(inner['description']), parameters: inner['parameters'], strict: typeof inner['strict'] === 'boolean' ? inner['strict'] : undefined,
    ...(cache === undefined ? {} : { cacheControl: cache }),
  };
  return [kind === 'custom' ? { ...tool, grammar: grammarOf(inner['format']) } : tool];
}

/** `{type: 'grammar', grammar: {definition, syntax}}`, as the Responses format has it without the inner object. */
function grammarOf(format: unknown): unknown {
  if (!isRecord(format) || !isRecord(format['grammar'])) return format;
  return { type: 'grammar', ...format['grammar'] };
}

/** `auto`, `none`, `required`, a tool by its name in any of three forms, and the older `function_call: {name}`. */
function toolChoice(choice: unknown): RequestSettings['toolChoice'] {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  if (!isRecord(choice)) return undefined;
  if (choice['type'] === 'allowed_tools' && isRecord(choice['allowed_tools'])) return choice['allowed_tools']['mode'] === 'required' ? 'required' : 'auto';
  const holder = [choice['function'], choice['custom'], choice].find((one) => isRecord(one) && typeof one['name'] === 'string');
  return isRecord(holder) && typeof holder['name'] === 'string' ? { name: holder['name'] } : undefined;
}

function formatOf(format: unknown): RequestSettings['format'] {
  if (!isRecord(format)) return { type: 'text' };
  if (format['type'] === 'json_object') return { type: 'json_object' };
  const schema = format['json_schema'];
  if (format['type'] !== 'json_schema' || !isRecord(schema)) return { type: 'text' };
  return {
    type: 'json_schema', name: stringOf(schema['name']) ?? 'answer', description: stringOf(schema['description']), schema: schema['schema'],
    strict: typeof schema['strict'] === 'boolean' ? schema['strict'] : undefined,
  };
}
