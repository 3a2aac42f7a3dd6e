import { adjustFields } from '../adjust-fields.ts';
import { customAsFunction } from '../custom-tools.ts';
import { effortFor, said, serviceTierFor, userFor } from '../openai-settings.ts';
import { withoutKeywords } from '../schema-keywords.ts';
import { fitToolName } from '../tool-names.ts';
import type { ChatRequest } from '../types.ts';
import type { CallBody, NeutralTool, Quirks, RequestSettings } from '../wire.ts';
import { chatMessages } from './messages.ts';

type Fields = Record<string, unknown>;

/** The body of a chat-completions call for a request that came in another format. */
export function translatedBody(request: ChatRequest, settings: RequestSettings, call: CallBody): Uint8Array {
  const { model, stream, set, turn, quirks } = call;
  const review = turn?.kind === 'review';
  const fields: Fields = {
    model,
    messages: [...chatMessages(request.messages, call), ...(turn === undefined ? [] : [{ role: 'user', content: turn.text }])],
    ...toolFields(settings, call),
    ...(review ? {} : { ...formField(settings.format), ...said({ max_tokens: settings.maxOutputTokens, stop: settings.stop.length === 0 ? undefined : settings.stop.slice(0, MAX_STOPS) }) }),
    ...said({
      temperature: settings.temperature, top_p: settings.topP, seed: settings.seed, reasoning_effort: effortFor(settings, quirks), verbosity: settings.verbosity,
      prompt_cache_key: settings.promptCacheKey, service_tier: serviceTierFor(settings), user: userFor(request, settings),
    }),
    ...set,
  };
  Object.assign(fields, { model });
  adjustFields(fields, quirks);
  if (stream) Object.assign(fields, { stream: true, stream_options: { include_usage: true } });
  return Buffer.from(JSON.stringify(fields));
}

/** OpenAI's limit: https://platform.openai.com/docs/api-reference/chat/create */
const MAX_STOPS = 4;

function toolFields({ tools, toolChoice, parallelToolCalls }: RequestSettings, { turn, quirks }: CallBody): Fields {
  if (tools.length === 0) return {};
  const choice = turn === undefined ? toolChoice : 'none';
  return said({
    tools: tools.map((tool) => toolOf(tool, quirks)),
    tool_choice: typeof choice === 'object' ? choiceOf(choice.name, tools, quirks) : choice,
    parallel_tool_calls: turn === undefined ? parallelToolCalls : undefined,
  });
}

function choiceOf(name: string, tools: readonly NeutralTool[], { customTools = false }: Quirks): Fields {
  const type = customTools && tools.some((tool) => tool.name === name && tool.kind === 'custom') ? 'custom' : 'function';
  return { type, [type]: { name: fitToolName(name) } };
}

function toolOf(tool: NeutralTool, { customTools = false, cacheControl = false, dropSchemaKeywords = [] }: Quirks): Fields {
  const name = fitToolName(tool.name);
  const cache = cacheControl && tool.cacheControl !== undefined ? { cache_control: tool.cacheControl } : {};
  if (tool.kind === 'custom' && customTools) return { type: 'custom', custom: said({ name, description: tool.description, format: formatOfCustom(tool.grammar) }), ...cache };
  const { description, parameters, strict } = tool.kind === 'custom' ? customAsFunction(tool) : tool;
  return { type: 'function', function: said({ name, description, parameters: withoutKeywords(parameters ?? { type: 'object', properties: {} }, dropSchemaKeywords), strict }), ...cache };
}

/** What the Responses format has in one object, chat has in two. */
function formatOfCustom(grammar: unknown): unknown {
  if (typeof grammar !== 'object' || grammar === null || !('definition' in grammar)) return grammar ?? undefined;
  const { definition, syntax } = grammar as Fields;
  return { type: 'grammar', grammar: { definition, syntax } };
}

function formField(format: RequestSettings['format']): Fields {
  if (format.type === 'text') return {};
  if (format.type !== 'json_schema') return { response_format: { type: 'json_object' } };
  const { name, description, schema, strict } = format;
  return { response_format: { type: 'json_schema', json_schema: said({ name, description, schema, strict }) } };
}
