import { CustomUnwrapper } from '../custom-tools.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { SseReader } from '../sse-reader.ts';
import { ToolNameReader } from '../tool-names.ts';
import { carryExtras } from './call-extras.ts';
import { ReasoningDetails, wordsOf } from './reasoning-details.ts';
import { readByTemplate, templateOf, type TextTemplate } from './text-template.ts';
import type { ChatDelta, FinishReason, Usage } from '../types.ts';
import { StreamReadError, type ReaderOptions, type StreamEvent } from '../wire.ts';

/** Reads the events of a chat-completions stream. */
export function createChatReader(options: ReaderOptions): SseReader {
  const names = options.tools === null ? null : new ToolNameReader(options.tools);
  const custom = options.tools === null ? null : new CustomUnwrapper(options.tools);
  const details = new ReasoningDetails(options.provider, 'fragments');
  let template: TextTemplate | null = null;
  return new SseReader((_event, data) => {
    const known = template === null || details.holds ? null : readByTemplate(template, data);
    if (known !== null) return known;
    const chunk = readChunk(data, details);
    template = templateOf(chunk) ?? template;
    if (names !== null && custom !== null) chunk.deltas = custom.push(names.push(carryExtras(chunk.deltas, options.provider)));
    return chunk;
  });
}

function readChunk(data: string, details: ReasoningDetails): StreamEvent {
  if (data.trim() === '[DONE]') return { event: null, data, done: true, object: null, model: null, deltas: [], content: false, finishes: false, usage: null, error: null };
  const value: unknown = JSON.parse(data);
  if (!isRecord(value)) throw new StreamReadError('an event of the stream is not a JSON object');
  const { model } = value;
  const chunk: StreamEvent = { event: null, data, done: false, object: value, model: typeof model === 'string' ? model : null, deltas: [], content: false, finishes: false, usage: null, error: null };
  chunk.error = readError(value);
  chunk.usage = readUsage(value['usage']);
  const choices = value['choices'];
  if (Array.isArray(choices)) for (const choice of choices) readChoice(choice, chunk, details);
  return chunk;
}

function readChoice(choice: unknown, chunk: StreamEvent, details: ReasoningDetails): void {
  if (!isRecord(choice)) return;
  // Only the first choice is ours to collect, and its end is the answer's; further ones pass through natively.
  if (choice['index'] !== undefined && choice['index'] !== 0) return;
  const { delta, finish_reason: finish } = choice;
  if (isRecord(delta)) readDelta(delta, chunk.deltas, details);
  if (chunk.deltas.length > 0) chunk.content = true;
  if (typeof finish === 'string' && finish !== '') {
    chunk.finishes = true;
    details.flush(chunk.deltas);
    chunk.deltas.push({ type: 'finish', reason: finishReason(finish) });
  }
}

/** Text, reasoning, refusal and tool calls of a `delta` or a whole `message`. */
export function readDelta(delta: JsonObject, out: ChatDelta[], details: ReasoningDetails): void {
  const { content, refusal, tool_calls: calls, function_call: legacy } = delta;
  readReasoning(delta, out, details);
  const before = out.length;
  if (typeof content === 'string' && content !== '') out.push({ type: 'text', text: content });
  else if (Array.isArray(content)) for (const part of content) if (isRecord(part) && typeof part['text'] === 'string') out.push({ type: 'text', text: part['text'] });
  if (typeof refusal === 'string' && refusal !== '') out.push({ type: 'refusal', text: refusal });
  if (Array.isArray(calls)) calls.forEach((call: unknown, position) => { if (isRecord(call)) out.push(toolCallDelta(call, position)); });
  else if (isRecord(legacy)) out.push(toolCallDelta({ function: legacy }, 0));
  if (out.length > before && details.holds) {
    const said = out.splice(before);
    details.flush(out);
    out.push(...said);
  }
}

function readReasoning(delta: JsonObject, out: ChatDelta[], details: ReasoningDetails): void {
  const entries = delta['reasoning_details'];
  const told = delta['reasoning_content'] ?? delta['reasoning'];
  const words = typeof told === 'string' && told !== '' ? told : Array.isArray(entries) ? entries.map(wordsOf).join('') : '';
  if (words !== '') out.push({ type: 'reasoning', text: words });
  if (Array.isArray(entries)) for (const entry of entries) if (isRecord(entry)) details.add(entry, out);
}

function toolCallDelta(call: JsonObject, position: number): ChatDelta {
  const custom = !isRecord(call['function']) && isRecord(call['custom']);
  const inner = isRecord(call['function']) ? call['function'] : isRecord(call['custom']) ? call['custom'] : {};
  const text = inner['arguments'] ?? inner['input'];
  return {
    type: 'tool_call',
    index: typeof call['index'] === 'number' ? call['index'] : position,
    id: typeof call['id'] === 'string' && call['id'] !== '' ? call['id'] : undefined,
    name: typeof inner['name'] === 'string' && inner['name'] !== '' ? inner['name'] : undefined,
    arguments: typeof text === 'string' ? text : '',
    ...(custom ? { custom } : {}),
    ...moreOf(call),
  };
}

const CALL_FIELDS = new Set(['index', 'id', 'type', 'function', 'custom']);

function moreOf(call: JsonObject): { more?: JsonObject } {
  let more: Record<string, unknown> | undefined;
  for (const key in call) if (!CALL_FIELDS.has(key)) (more ??= {})[key] = call[key];
  return more === undefined ? {} : { more };
}

/** Providers have words of their own; what we do not know is a plain stop. */
export function finishReason(text: string): FinishReason {
  if (text === 'length' || text === 'max_tokens') return 'length';
  if (text === 'tool_calls' || text === 'function_call' || text === 'tool_use') return 'tool_calls';
  if (text === 'content_filter' || text === 'safety') return 'content_filter';
  return 'stop';
}

export function readUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const input = value['prompt_tokens'], output = value['completion_tokens'];
  if (typeof input !== 'number' && typeof output !== 'number') return null;
  const number = (holder: unknown, key: string): number => (isRecord(holder) && typeof holder[key] === 'number' ? holder[key] : 0);
  const written = number(value['prompt_tokens_details'], 'cache_write_tokens') || number(value, 'cache_creation_input_tokens');
  return {
    inputTokens: typeof input === 'number' ? input : 0,
    outputTokens: typeof output === 'number' ? output : 0,
    cachedInputTokens: number(value['prompt_tokens_details'], 'cached_tokens') || number(value, 'prompt_cache_hit_tokens'),
    ...(written > 0 ? { cacheWriteTokens: written } : {}),
    reasoningTokens: number(value['completion_tokens_details'], 'reasoning_tokens'),
    estimated: false,
  };
}

export function readError(value: JsonObject): { message: string; code: string | null } | null {
  const error = value['error'];
  if (typeof error === 'string' && error !== '') return { message: error, code: null };
  if (!isRecord(error)) return null;
  const code = error['code'] ?? error['type'];
  return { message: typeof error['message'] === 'string' ? error['message'] : 'the upstream reported an error', code: code == null ? null : String(code) };
}
