import { CustomUnwrapper } from '../custom-tools.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { SseReader } from '../sse-reader.ts';
import { ToolNameReader } from '../tool-names.ts';
import { StreamReadError, type ReaderOptions, type StreamEvent } from '../wire.ts';
import { finishReason } from './stop-reason.ts';
import { UsageReader } from './usage.ts';

/** Reads the events of a Messages stream: https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export function createMessagesReader({ provider, tools }: ReaderOptions): SseReader {
  const answer = new AnswerReader(provider);
  const names = tools === null ? null : new ToolNameReader(tools);
  const custom = tools === null ? null : new CustomUnwrapper(tools);
  return new SseReader((name, data) => {
    const event = answer.read(name, data);
    if (names !== null && custom !== null) event.deltas = custom.push(names.push(event.deltas));
    return event;
  });
}

interface OpenBlock {
  block: JsonObject;
  /** Of a call: its place among the calls. */
  call: number;
  /** Has any piece of its arguments come? */
  pieces: boolean;
  thinking: string | null;
  signature: string | null;
}

class AnswerReader {
  readonly #provider: string;
  readonly #usage = new UsageReader();
  readonly #blocks = new Map<unknown, OpenBlock>();
  #calls = 0;
  #stopped = false;

  constructor(provider: string) {
    this.#provider = provider;
  }

  read(name: string | null, data: string): StreamEvent {
    const object: unknown = JSON.parse(data);
    if (!isRecord(object)) throw new StreamReadError('an event of the stream is not a JSON object');
    const event: StreamEvent = { event: name, data, done: false, object, model: null, deltas: [], content: false, finishes: false, usage: null, error: null };
    switch (object['type'] ?? name) {
      case 'content_block_delta': this.#piece(object, event); break;
      case 'content_block_start': this.#open(object, event); break;
      case 'content_block_stop': this.#close(object['index'], event); break;
      case 'message_start': this.#start(object['message'], event); break;
      case 'message_delta': this.#messageDelta(object, event); break;
      case 'message_stop': event.finishes = this.#stopped; break;
      case 'error': event.error = readError(object); break;
    }
    return event;
  }

  #start(message: unknown, event: StreamEvent): void {
    if (!isRecord(message)) return;
    if (typeof message['model'] === 'string') event.model = message['model'];
    event.usage = this.#usage.add(message['usage']);
  }

  #messageDelta({ delta, usage }: JsonObject, event: StreamEvent): void {
    event.usage = this.#usage.add(usage);
    if (!isRecord(delta) || typeof delta['stop_reason'] !== 'string') return;
    this.#stopped = true;
    const why = refusalOf(delta);
    if (why !== null) { event.deltas.push({ type: 'refusal', text: why }); event.content = true; }
    event.deltas.push({ type: 'finish', reason: finishReason(delta['stop_reason']) });
  }

  #open({ index, content_block: block }: JsonObject, event: StreamEvent): void {
    if (!isRecord(block)) return;
    const { type, id, name, text, thinking, signature } = block;
    const isCall = type === 'tool_use';
    const open: OpenBlock = { block, call: isCall ? this.#calls++ : -1, pieces: false, thinking: textOr(thinking, null), signature: textOr(signature, null) };
    this.#blocks.set(index, open);
    if (isCall) event.deltas.push({ type: 'tool_call', index: open.call, id: textOr(id, undefined), name: textOr(name, undefined), arguments: '' });
    else if (type === 'text' && typeof text === 'string' && text !== '') event.deltas.push({ type: 'text', text });
    else if (type === 'thinking' && typeof thinking === 'string' && thinking !== '') event.deltas.push({ type: 'reasoning', text: thinking });
    // What the provider's own tools did is content as well, though only its own format can tell it.
    event.content = event.deltas.length > 0 || (type !== 'text' && type !== 'thinking');
  }

  #piece({ index, delta }: JsonObject, event: StreamEvent): void {
    const open = this.#blocks.get(index);
    if (!isRecord(delta)) return;
    const { type, text, thinking, signature, partial_json: json } = delta;
    if (type === 'text_delta' && typeof text === 'string' && text !== '') event.deltas.push({ type: 'text', text });
    else if (type === 'thinking_delta' && typeof thinking === 'string' && thinking !== '') {
      if (open !== undefined) open.thinking = (open.thinking ?? '') + thinking;
      event.deltas.push({ type: 'reasoning', text: thinking });
    } else if (type === 'signature_delta' && typeof signature === 'string') {
      if (open !== undefined) open.signature = (open.signature ?? '') + signature;
    } else if (type === 'input_json_delta' && typeof json === 'string' && json !== '' && open !== undefined && open.call >= 0) {
      open.pieces = true;
      event.deltas.push({ type: 'tool_call', index: open.call, arguments: json });
    }
    event.content = event.deltas.length > 0;
  }

  #close(index: unknown, event: StreamEvent): void {
    const open = this.#blocks.get(index);
    if (open === undefined) return;
    this.#blocks.delete(index);
    const { block, call, pieces, thinking, signature } = open;
    // A call without arguments has no pieces, and some relays tell all of them at the start.
    if (call >= 0 && !pieces) event.deltas.push({ type: 'tool_call', index: call, arguments: JSON.stringify(block['input'] ?? {}) });
    else if (block['type'] === 'thinking' || block['type'] === 'redacted_thinking') {
      const raw = { ...block, ...(thinking === null ? {} : { thinking }), ...(signature === null ? {} : { signature }) };
      event.deltas.push({ type: 'reasoning_item', item: { wire: 'messages', provider: this.#provider, raw } });
    }
    event.content = event.deltas.length > 0;
  }
}

const textOr = <T>(value: unknown, other: T): string | T => (typeof value === 'string' ? value : other);

/** Why a model refused, where the provider tells it. */
export function refusalOf({ stop_details: details }: JsonObject): string | null {
  return isRecord(details) && details['type'] === 'refusal' && typeof details['explanation'] === 'string' && details['explanation'] !== '' ? details['explanation'] : null;
}

/** The error of an `error` event or object; its type is its code. */
export function readError({ error }: JsonObject): { message: string; code: string | null } {
  if (!isRecord(error)) return { message: typeof error === 'string' ? error : 'the upstream reported an error', code: null };
  return { message: textOr(error['message'], 'the upstream reported an error'), code: textOr(error['type'], null) };
}
