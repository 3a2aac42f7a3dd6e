import { adjustFields, wouldAdjust } from '../adjust-fields.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { splicedBody } from '../model-span.ts';
import { withoutKeywords } from '../schema-keywords.ts';
import type { ChatRequest } from '../types.ts';
import type { CallBody, OurTurn, Quirks } from '../wire.ts';
import { historyFor, type History } from './native-history.ts';
import { DEFAULT_MAX_TOKENS, fitThinking, refusesThinking, withoutThinking } from './thinking.ts';

/** Fields that are never for an upstream as they came: our own, and the one that OpenRouter routes by, for which the plan decided. */
const OURS = ['openfusion', 'models'] as const;

/**
 * The client's own bytes with another model and few top-level fields set. Written anew where something that stands in the body must
 * change for this provider; what need not change is as it came then, too.
 */
export function nativeBody(request: ChatRequest, call: CallBody): Uint8Array[] {
  const history = historyFor(request, call);
  const fields = changedFields(request, history, call);
  return (mustRewrite(request, call, fields) ? null : splicedBody(request, call.model, call.set)) ?? [rewritten(fields, call)];
}

/** The body with everything that this provider needs otherwise; the same object where that is nothing. */
function changedFields(request: ChatRequest, { messages, lost }: History, { quirks, turn }: CallBody): JsonObject {
  const { body } = request;
  let fields: JsonObject = messages === body['messages'] ? body : { ...body, messages };
  const tools = fitTools(body['tools'], quirks);
  if (tools !== body['tools']) fields = { ...fields, tools };
  fields = fitThinking(fields, quirks);
  const { thinking } = fields;
  const manual = isRecord(thinking) && thinking['type'] === 'enabled';
  if (manual && (lost.size > 0 || quirks.thinking === 'budget') && refusesThinking(messages, (message) => lost.has(message))) fields = withoutThinking(fields, { type: 'disabled' });
  return turn === undefined ? fields : withTurn(fields, request, turn, quirks);
}

function mustRewrite({ body, stream: asked }: ChatRequest, { stream, set, quirks }: CallBody, fields: JsonObject): boolean {
  if (fields !== body || stream !== asked) return true;
  for (const key in set) if (key in body) return true;
  for (const key of OURS) if (key in body) return true;
  return wouldAdjust(body, set, quirks);
}

function rewritten(fields: JsonObject, { model, stream, set, quirks }: CallBody): Uint8Array {
  const body: Record<string, unknown> = { ...fields };
  for (const key of OURS) Reflect.deleteProperty(body, key);
  Object.assign(body, set, { model });
  adjustFields(body, quirks);
  Reflect.deleteProperty(body, 'stream');
  if (stream) body['stream'] = true;
  return Buffer.from(JSON.stringify(body));
}

/** Our turn behind the conversation. The tools stay, since the history calls them and the prompt cache begins with them. */
function withTurn(fields: JsonObject, { tools }: ChatRequest, { kind, text }: OurTurn, quirks: Quirks): JsonObject {
  const messages = Array.isArray(fields['messages']) ? (fields['messages'] as unknown[]) : [];
  const asked = { ...fields, messages: [...messages, { role: 'user', content: [{ type: 'text', text }] }], ...(tools.length > 0 ? { tool_choice: { type: 'none' } } : {}) };
  if (kind === 'final') return asked;
  const { stop_sequences: _stop, output_format: _format, output_config: config, ...kept } = asked as JsonObject;
  const { format: _inner, ...output } = isRecord(config) ? config : {};
  const tokens = typeof fields['max_tokens'] === 'number' ? fields['max_tokens'] : 0;
  return { ...kept, ...(Object.keys(output).length === 0 ? {} : { output_config: output }), max_tokens: Math.max(tokens, quirks.defaultMaxTokens ?? DEFAULT_MAX_TOKENS) };
}

function fitTools(tools: unknown, { dropSchemaKeywords = [] }: Quirks): unknown {
  if (dropSchemaKeywords.length === 0 || !Array.isArray(tools)) return tools;
  const fit = tools.map((tool: unknown) => {
    if (!isRecord(tool)) return tool;
    const schema = withoutKeywords(tool['input_schema'], dropSchemaKeywords);
    return schema === tool['input_schema'] ? tool : { ...tool, input_schema: schema };
  });
  return fit.every((tool, index) => tool === tools[index]) ? tools : fit;
}
