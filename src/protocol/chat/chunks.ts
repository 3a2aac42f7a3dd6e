import { createParser, type EventSourceParser } from 'eventsource-parser';
import { isRecord, type JsonObject } from '../json.ts';
import { readByTemplate, templateOf, type TextTemplate } from './text-template.ts';
import type { ChatDelta, FinishReason, Usage } from '../types.ts';

/** One event of a chat-completions stream, with what it means. */
export interface ChatChunk {
  /** The `data:` text as it came. */
  data: string;
  /** `[DONE]`. */
  done: boolean;
  /** Null for `[DONE]`. */
  readonly object: JsonObject | null;
  /** The model that it names. */
  model: string | null;
  deltas: ChatDelta[];
  /** Holds text, reasoning or a tool call: the point of no return. */
  content: boolean;
  finishes: boolean;
  usage: Usage | null;
  /** The upstream said that it failed. */
  error: { message: string; code: string | null } | null;
}

/** An event larger than this is refused (criterion U1). */
const MAX_EVENT_BYTES = 16_000_000;

export class ChunkError extends Error {}

/**
 * Splits an SSE byte stream into chat chunks: any line ending, comments, split UTF-8.
 * `push` throws {@link ChunkError} when an event is not JSON or too large.
 */
export class ChatChunkReader {
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  #chunks: ChatChunk[] = [];
  #template: TextTemplate | null = null;
  #error: ChunkError | null = null;

  constructor() {
    this.#parser = createParser({
      maxBufferSize: MAX_EVENT_BYTES,
      onEvent: ({ data }) => {
        if (data === '') return;
        try {
          this.#chunks.push(this.#read(data));
        } catch (error) {
          this.#error ??= error instanceof ChunkError ? error : new ChunkError('an event of the stream is not JSON');
        }
      },
      // Other parse errors are lines with unknown fields: the grammar says to ignore those.
      onError: (error) => { if (error.type === 'max-buffer-size-exceeded') this.#error ??= new ChunkError('an event of the stream is too large'); },
    });
  }

  push(bytes: Uint8Array): ChatChunk[] {
    return this.#feed(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The same for text that is decoded already. */
  pushText(text: string): ChatChunk[] {
    return this.#feed(text);
  }

  /** Takes a last event that lacks its blank line. */
  end(): ChatChunk[] {
    return this.#feed(`${this.#decoder.decode()}\n\n`);
  }

  #read(data: string): ChatChunk {
    const known = this.#template === null ? null : readByTemplate(this.#template, data);
    if (known !== null) return known;
    const chunk = readChunk(data);
    this.#template = templateOf(chunk) ?? this.#template;
    return chunk;
  }

  #feed(text: string): ChatChunk[] {
    this.#parser.feed(text);
    if (this.#error !== null) throw this.#error;
    const chunks = this.#chunks;
    if (chunks.length > 0) this.#chunks = [];
    return chunks;
  }
}

function readChunk(data: string): ChatChunk {
  if (data.trim() === '[DONE]') return { data, done: true, object: null, model: null, deltas: [], content: false, finishes: false, usage: null, error: null };
  const value: unknown = JSON.parse(data);
  if (!isRecord(value)) throw new ChunkError('an event of the stream is not a JSON object');
  const { model } = value;
  const chunk: ChatChunk = { data, done: false, object: value, model: typeof model === 'string' ? model : null, deltas: [], content: false, finishes: false, usage: null, error: null };
  chunk.error = readError(value);
  chunk.usage = readUsage(value['usage']);
  const choices = value['choices'];
  if (Array.isArray(choices)) for (const choice of choices) readChoice(choice, chunk);
  return chunk;
}

function readChoice(choice: unknown, chunk: ChatChunk): void {
  if (!isRecord(choice)) return;
  // Only the first choice is ours to collect, and its end is the answer's; further ones pass through natively.
  if (choice['index'] !== undefined && choice['index'] !== 0) return;
  const { delta, finish_reason: finish } = choice;
  if (isRecord(delta)) readDelta(delta, chunk.deltas);
  if (chunk.deltas.length > 0) chunk.content = true;
  if (typeof finish === 'string' && finish !== '') {
    chunk.finishes = true;
    chunk.deltas.push({ type: 'finish', reason: finishReason(finish) });
  }
}

/** Text, reasoning, refusal and tool calls of a `delta` or a whole `message`. */
export function readDelta(delta: JsonObject, out: ChatDelta[]): void {
  const reasoning = delta['reasoning_content'] ?? delta['reasoning'];
  if (typeof reasoning === 'string' && reasoning !== '') out.push({ type: 'reasoning', text: reasoning });
  const { content, refusal, tool_calls: calls, reasoning_details: details } = delta;
  if (Array.isArray(details) && details.length > 0) out.push({ type: 'reasoning_details', items: details });
  if (typeof content === 'string' && content !== '') out.push({ type: 'text', text: content });
  else if (Array.isArray(content)) for (const part of content) if (isRecord(part) && typeof part['text'] === 'string') out.push({ type: 'text', text: part['text'] });
  if (typeof refusal === 'string' && refusal !== '') out.push({ type: 'refusal', text: refusal });
  if (Array.isArray(calls)) calls.forEach((call: unknown, position) => { if (isRecord(call)) out.push(toolCallDelta(call, position)); });
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
  return {
    inputTokens: typeof input === 'number' ? input : 0,
    outputTokens: typeof output === 'number' ? output : 0,
    cachedInputTokens: number(value['prompt_tokens_details'], 'cached_tokens') || number(value, 'prompt_cache_hit_tokens'),
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
