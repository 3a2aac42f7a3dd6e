import type { OpenFusionObject } from '../answer.ts';
import { answerText } from '../chat/plain.ts';
import { completionOf } from '../completion.ts';
import { unwrapInput } from '../custom-tools.ts';
import { isRecord, tryParseJson, type JsonObject } from '../json.ts';
import { fitToolName } from '../tool-names.ts';
import type { CompletionPart, ToolCall, ToolDefinition, Usage } from '../types.ts';
import type { ReadAnswer, ReaderOptions, RenderedWhole, WholeAnswer } from '../wire.ts';
import { readError, refusalOf } from './events.ts';
import { isThinking } from './read-content.ts';
import { finishReason } from './stop-reason.ts';
import { UsageReader, usageBody } from './usage.ts';

/** Reads a plain message. One that is not complete never looks complete: without content, without a `stop_reason`, or an error in a 200. */
export function readWholeMessage(bytes: Uint8Array, { provider, tools }: ReaderOptions): WholeAnswer {
  const text = (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString('utf8');
  const object = tryParseJson(text);
  if (!isRecord(object)) return { ok: false, reason: 'invalid_response', message: 'the answer is not a JSON object', code: null };
  if (object['type'] === 'error' || object['error'] != null) return { ok: false, reason: 'server_error', ...readError(object) };
  const { content, stop_reason: stop } = object;
  if (!Array.isArray(content)) return { ok: false, reason: 'invalid_response', message: 'the answer has no content', code: null };
  if (typeof stop !== 'string' || stop === '') return { ok: false, reason: 'incomplete', message: 'the answer has no stop_reason', code: null };
  const why = refusalOf(object);
  const parts = [...content.flatMap((block: unknown) => (isRecord(block) ? partsOf(block, provider, tools) : [])), ...(why === null ? [] : [{ type: 'refusal' as const, text: why }])];
  return { ok: true, object, text, completion: completionOf(parts, finishReason(stop), new UsageReader().add(object['usage'])) };
}

function partsOf(block: JsonObject, provider: string, tools: readonly ToolDefinition[] | null): CompletionPart[] {
  const { type, text, thinking } = block;
  if (type === 'text' && typeof text === 'string') return text === '' ? [] : [{ type: 'text', text }];
  if (isThinking(block)) {
    const words: CompletionPart[] = typeof thinking === 'string' && thinking !== '' ? [{ type: 'reasoning', text: thinking }] : [];
    return [...words, { type: 'reasoning_item', item: { wire: 'messages', provider, raw: block } }];
  }
  return type === 'tool_use' ? [{ type: 'tool_call', call: callOf(block, tools) }] : [];
}

function callOf({ id, name, input }: JsonObject, tools: readonly ToolDefinition[] | null): ToolCall {
  const tool = tools?.find((one) => fitToolName(one.name) === name);
  const text = JSON.stringify(input ?? {});
  const call = { id: typeof id === 'string' ? id : '', name: tool?.name ?? (typeof name === 'string' ? name : '') };
  return tool?.kind === 'custom' ? { ...call, arguments: unwrapInput(text), custom: true } : { ...call, arguments: text };
}

/** A plain message as it came, with another model, our object, and usage where it told none. */
export function patchWholeMessage(answer: ReadAnswer, { model, usage, openfusion }: { model: string; usage: Usage | null; openfusion: OpenFusionObject | null }): RenderedWhole {
  const added = { ...(usage === null ? {} : { usage: usageBody(usage) }), ...(openfusion === null ? {} : { openfusion }) };
  return { text: answerText(answer, model, added), final: null };
}
