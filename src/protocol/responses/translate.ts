import { adjustFields } from '../adjust-fields.ts';
import { effortFor, said, serviceTierFor, userFor } from '../openai-settings.ts';
import { withoutKeywords } from '../schema-keywords.ts';
import { fitToolName } from '../tool-names.ts';
import type { ChatRequest } from '../types.ts';
import type { CallBody, NeutralTool, Quirks, RequestSettings } from '../wire.ts';
import { inputOf, messageItem } from './input.ts';

type Fields = Record<string, unknown>;

/** OpenAI refuses less: https://platform.openai.com/docs/api-reference/responses/create */
const MIN_OUTPUT_TOKENS = 16;

/**
 * The body of a Responses call for a request that came in another format. Nothing is stored, so reasoning is asked for in the form that
 * can be sent back. `stop`, `seed` and `top_k` have no place in this format.
 */
export function translatedBody(request: ChatRequest, settings: RequestSettings, call: CallBody): Uint8Array {
  const { model, stream, set, turn, quirks } = call;
  const review = turn?.kind === 'review';
  const { instructions, input } = inputOf(request.messages, call.ownsReasoning);
  const tokens = review ? undefined : settings.maxOutputTokens;
  const fields: Fields = said({
    model, instructions,
    input: turn === undefined ? input : [...input, messageItem('user', turn.text)],
    ...toolFields(settings, call),
    ...reasoningFields(effortFor(settings, quirks)),
    text: review ? undefined : textField(settings),
    max_output_tokens: tokens === undefined ? undefined : Math.max(tokens, MIN_OUTPUT_TOKENS),
    temperature: settings.temperature, top_p: settings.topP, prompt_cache_key: settings.promptCacheKey, service_tier: serviceTierFor(settings), user: userFor(request, settings),
    store: false,
  });
  Object.assign(fields, set, { model });
  adjustFields(fields, quirks);
  if (stream) fields['stream'] = true;
  return Buffer.from(JSON.stringify(fields));
}

/** Models that do not reason refuse these fields, so they are asked for with an effort only. */
function reasoningFields(effort: string | undefined): Fields {
  if (effort === undefined) return {};
  return effort === 'none' ? { reasoning: { effort } } : { reasoning: { effort, summary: 'auto' }, include: ['reasoning.encrypted_content'] };
}

function textField({ format, verbosity }: RequestSettings): Fields | undefined {
  if (format.type === 'text') return verbosity === undefined ? undefined : { verbosity };
  return said({ format: format.type === 'json_schema' ? said({ ...format }) : format, verbosity });
}

function toolFields({ tools, toolChoice, parallelToolCalls }: RequestSettings, { turn, quirks }: CallBody): Fields {
  if (tools.length === 0) return {};
  const choice = turn === undefined ? toolChoice : 'none';
  return {
    tools: tools.map((tool) => toolOf(tool, quirks)),
    tool_choice: typeof choice === 'object' ? choiceOf(choice.name, tools) : choice,
    parallel_tool_calls: turn === undefined ? parallelToolCalls : undefined,
  };
}

function choiceOf(name: string, tools: readonly NeutralTool[]): Fields | undefined {
  const tool = tools.find((one) => one.name === name);
  return tool === undefined ? undefined : { type: tool.kind, name: fitToolName(name) };
}

/** `strict` is true by default in this format and in no other, so it is said. */
function toolOf({ kind, name: asked, description, parameters, strict = false, grammar }: NeutralTool, { dropSchemaKeywords = [] }: Quirks): Fields {
  const name = fitToolName(asked);
  if (kind === 'custom') return said({ type: 'custom', name, description, format: grammar });
  return said({ type: 'function', name, description, parameters: withoutKeywords(parameters ?? { type: 'object', properties: {} }, dropSchemaKeywords), strict });
}
