import { adjustFields, wouldAdjust } from '../adjust-fields.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { splicedBody } from '../model-span.ts';
import { withoutKeywords } from '../schema-keywords.ts';
import type { ChatRequest } from '../types.ts';
import type { CallBody, Quirks } from '../wire.ts';
import { adjustMessages, changesMessages } from './history.ts';

/** Fields that are never for an upstream as they came: our own, and the one that OpenRouter routes by, for which the plan decided. */
const OURS = ['openfusion', 'models'] as const;
/** Fields of the client's request that make no sense in a call whose last turn is ours. */
const DROPPED_FOR_REVIEW = ['response_format', 'stop', 'n', 'logprobs', 'top_logprobs', 'max_tokens', 'max_completion_tokens'] as const;
const DROPPED_FOR_FINAL = ['n'] as const;

const NOTHING: Readonly<Record<string, unknown>> = {};

/**
 * The client's own bytes with another model and few top-level fields set: head, model, tail, without parsing or copying a
 * large body again. Falls back to serialising where something that stands in the body must change.
 */
export function nativeBody(request: ChatRequest, call: CallBody): Uint8Array[] {
  const asked = usageField(request, call.stream);
  const fields: Readonly<Record<string, unknown>> = asked === NOTHING ? call.set : { ...call.set, ...asked };
  return (mustChange(request, call, fields) ? null : splicedBody(request, call.model, fields)) ?? [serialised(request, call)];
}

function mustChange(request: ChatRequest, { stream, set, turn, quirks, ownsReasoning }: CallBody, fields: Readonly<Record<string, unknown>>): boolean {
  const { body } = request;
  if (turn !== undefined || stream !== request.stream) return true;
  for (const key in fields) if (key in body) return true;
  for (const key of OURS) if (key in body) return true;
  if (wouldAdjust(body, set, quirks)) return true;
  return changesMessages(request, quirks, ownsReasoning) || changesTools(body['tools'], quirks);
}

/** The body written anew, with everything that nobody has to change as it came. */
function serialised(request: ChatRequest, call: CallBody): Uint8Array {
  const { model, stream, set, turn, quirks } = call;
  const { body } = request;
  const fields: Record<string, unknown> = { ...body };
  for (const key of leftOut(call)) Reflect.deleteProperty(fields, key);
  if (changesMessages(request, quirks, call.ownsReasoning)) fields['messages'] = adjustMessages(body['messages'], quirks, call.ownsReasoning);
  if (changesTools(body['tools'], quirks)) fields['tools'] = adjustTools(body['tools'], quirks);
  if (turn !== undefined) {
    const { messages } = fields;
    fields['messages'] = [...(Array.isArray(messages) ? messages as unknown[] : []), { role: 'user', content: turn.text }];
    if (request.tools.length > 0) fields['tool_choice'] = 'none';
  }
  Object.assign(fields, set, usageField(request, stream), { model });
  adjustFields(fields, quirks);
  Reflect.deleteProperty(fields, 'stream');
  if (stream) fields['stream'] = true;
  else Reflect.deleteProperty(fields, 'stream_options');
  return Buffer.from(JSON.stringify(fields));
}

const leftOut = ({ turn }: CallBody): readonly string[] =>
  (turn === undefined ? OURS : [...OURS, ...(turn.kind === 'review' ? DROPPED_FOR_REVIEW : DROPPED_FOR_FINAL)]);

/** Usage is always asked of the upstream; what the client did not ask for is taken out again on the way back. */
function usageField(request: ChatRequest, stream: boolean): Readonly<Record<string, unknown>> {
  if (!stream || (request.stream && request.includeUsage)) return NOTHING;
  const options = request.body['stream_options'];
  return { stream_options: { ...(isRecord(options) ? options : {}), include_usage: true } };
}

const changesTools = (tools: unknown, { dropSchemaKeywords = [] }: Quirks): boolean =>
  dropSchemaKeywords.length > 0 && Array.isArray(tools) && tools.some((tool) => withoutSchemaKeywords(tool, dropSchemaKeywords) !== tool);

const adjustTools = (tools: unknown, { dropSchemaKeywords = [] }: Quirks): unknown =>
  (Array.isArray(tools) ? tools.map((tool) => withoutSchemaKeywords(tool, dropSchemaKeywords)) : tools);

function withoutSchemaKeywords(tool: unknown, keywords: readonly string[]): unknown {
  const inner = isRecord(tool) ? tool['function'] : undefined;
  if (!isRecord(tool) || !isRecord(inner)) return tool;
  const parameters = withoutKeywords(inner['parameters'], keywords);
  return parameters === inner['parameters'] ? tool : { ...tool, function: { ...inner, parameters } } satisfies JsonObject;
}
