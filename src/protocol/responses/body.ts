import { adjustFields, wouldAdjust } from '../adjust-fields.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { splicedBody } from '../model-span.ts';
import { withoutKeywords } from '../schema-keywords.ts';
import type { ChatRequest, ReasoningItem } from '../types.ts';
import type { CallBody, Quirks } from '../wire.ts';
import { reasoningItemsOf } from './conversation.ts';
import { messageItem } from './input.ts';

type Owns = (item: ReasoningItem) => boolean;

/**
 * Fields that are never for an upstream as they came: our own, the one that OpenRouter routes by, for which the plan decided, the
 * conversation that the gateway has put into `input`, and a wish for an answer that nobody could fetch later.
 */
const OURS: readonly string[] = ['openfusion', 'models', 'previous_response_id', 'background'];
/** Fields of the client's request that make no sense in a call whose last turn is ours. */
const DROPPED_FOR_REVIEW: readonly string[] = ['text', 'max_output_tokens', 'max_tool_calls', 'top_logprobs', 'include'];

/** The client's own bytes with another model and few top-level fields set. Serialises where something that stands in the body must change. */
export function nativeBody(request: ChatRequest, call: CallBody): Uint8Array[] {
  return (mustChange(request, call) ? null : splicedBody(request, call.model, call.set)) ?? [serialised(request, call)];
}

function mustChange(request: ChatRequest, { stream, set, turn, quirks, ownsReasoning }: CallBody): boolean {
  const { body } = request;
  if (turn !== undefined || stream !== request.stream) return true;
  for (const key in set) if (key in body) return true;
  for (const key of OURS) if (body[key] != null) return true;
  if (wouldAdjust(body, set, quirks)) return true;
  return changesInput(request, ownsReasoning) || adjustTools(body['tools'], quirks) !== body['tools'];
}

function serialised(request: ChatRequest, { model, stream, set, turn, quirks, ownsReasoning }: CallBody): Uint8Array {
  const { body } = request;
  const fields: Record<string, unknown> = { ...body };
  for (const key of turn?.kind === 'review' ? [...OURS, ...DROPPED_FOR_REVIEW] : OURS) Reflect.deleteProperty(fields, key);
  const input = changesInput(request, ownsReasoning) ? adjustInput(body['input'], ownsReasoning) : body['input'];
  fields['input'] = turn === undefined ? input : [...(typeof input === 'string' ? [messageItem('user', input)] : input as unknown[]), messageItem('user', turn.text)];
  if ('tools' in body) fields['tools'] = adjustTools(body['tools'], quirks);
  if (turn !== undefined && request.tools.length > 0) fields['tool_choice'] = 'none';
  Object.assign(fields, set, { model });
  adjustFields(fields, quirks);
  Reflect.deleteProperty(fields, 'stream');
  if (stream) fields['stream'] = true;
  else Reflect.deleteProperty(fields, 'stream_options');
  return Buffer.from(JSON.stringify(fields));
}

const isReasoning = (item: unknown): item is JsonObject => isRecord(item) && item['type'] === 'reasoning';
const goesOn = (item: ReasoningItem, owns: Owns): boolean => item.wire === 'responses' && owns(item);

/** Does the history hold reasoning that this provider did not mint, or that travels sealed? */
function changesInput({ body, hasReasoningItems }: ChatRequest, owns: Owns): boolean {
  const { input } = body;
  if (!hasReasoningItems || !Array.isArray(input)) return false;
  return input.some((item) => isReasoning(item) && reasoningFor(item, owns)[0] !== item);
}

const adjustInput = (input: unknown, owns: Owns): unknown =>
  (Array.isArray(input) ? input.flatMap((item: unknown) => (isReasoning(item) ? reasoningFor(item, owns) : [item])) : input);

/** What of a reasoning item this provider may see. */
const reasoningFor = (item: JsonObject, owns: Owns): JsonObject[] => reasoningItemsOf(item).filter((one) => goesOn(one, owns)).map(({ raw }) => raw);

/** The tools without the keywords that this model refuses in their schemas; the same array when there are none. */
function adjustTools(tools: unknown, { dropSchemaKeywords = [] }: Quirks): unknown {
  if (dropSchemaKeywords.length === 0 || !Array.isArray(tools)) return tools;
  const adjusted = tools.map((tool: unknown) => adjustTool(tool, dropSchemaKeywords));
  return adjusted.some((tool, index) => tool !== tools[index]) ? adjusted : tools;
}

function adjustTool(tool: unknown, keywords: readonly string[]): unknown {
  if (!isRecord(tool)) return tool;
  const { tools, parameters } = tool;
  if (Array.isArray(tools)) {
    const inner = adjustTools(tools, { dropSchemaKeywords: keywords });
    return inner === tools ? tool : { ...tool, tools: inner };
  }
  const kept = withoutKeywords(parameters, keywords);
  return kept === parameters ? tool : { ...tool, parameters: kept };
}
