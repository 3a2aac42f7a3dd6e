/** Reads and judges a stream of Messages events: blocks one after the other, deltas that fit them, a proper end. */
import { asNumber, asObject, asString, isObject, type JsonObject, parseJson } from '../guards.ts';
import type { SseEvent } from './client.ts';
import type { ProbeStreamReading } from './format.ts';
import { messageAnswer, readMessagesUsage } from './messages-blocks.ts';

interface Block {
  start: JsonObject;
  text: string;
  json: string;
  thinking: string;
  signature: string;
}

interface State {
  blocks: Block[];
  /** Index of the block that is open. */
  open: number | null;
  pieces: number;
  started: boolean;
  stopReason: string | null;
  stopped: boolean;
  usage: JsonObject;
  malformed: number;
  error: string | null;
  faults: Set<string>;
  remarks: Set<string>;
}

/** Kinds of delta and the kinds of block that they may stand in. */
const FITS: Readonly<Record<string, readonly string[]>> = {
  text_delta: ['text'], input_json_delta: ['tool_use', 'server_tool_use'], thinking_delta: ['thinking'], signature_delta: ['thinking'], citations_delta: ['text'],
};

export function readMessagesStream(events: readonly SseEvent[]): ProbeStreamReading {
  const state: State = { blocks: [], open: null, pieces: 0, started: false, stopReason: null, stopped: false, usage: {}, malformed: 0, error: null, faults: new Set(), remarks: new Set() };
  for (const event of events) readEvent(event, state);
  const { blocks, pieces, error, faults, remarks } = state;
  if (state.malformed > 0) faults.add(`${state.malformed} events are not JSON objects`);
  if (state.open !== null) faults.add('a content block has no content_block_stop');
  if (state.stopReason === null) faults.add('the stream ends without a stop_reason');
  if (!state.stopped) faults.add('the stream ends without message_stop');
  const content = blocks.map((block) => wholeBlock(block, faults));
  return { answer: messageAnswer(content, readMessagesUsage(state.usage)), pieces, usageAlone: false, error, faults: [...faults], remarks: [...remarks] };
}

function readEvent({ name, data }: SseEvent, state: State): void {
  if (data === '[DONE]') {
    state.remarks.add('ends with [DONE], which this format does not know');
    return;
  }
  const event = parseJson(data);
  if (!isObject(event)) {
    state.malformed += 1;
    return;
  }
  const type = asString(event.type) ?? '';
  // Anthropic's own SDK passes over events without this line.
  if (name !== type) state.faults.add('its "event:" lines are not the events’ types');
  if (type === 'ping') return;
  if (type === 'error') {
    state.error ??= asString(asObject(event.error).message) ?? 'an error without a message';
    return;
  }
  if (!state.started && type !== 'message_start') state.faults.add('the stream does not begin with message_start');
  if (state.stopped) state.faults.add('events come after message_stop');
  readKnown(type, event, state);
}

function readKnown(type: string, event: JsonObject, state: State): void {
  switch (type) {
    case 'message_start': {
      if (state.started) state.faults.add('message_start comes twice');
      state.started = true;
      const message = asObject(event.message);
      if ((asString(message.id) ?? '') === '') state.remarks.add('its message has no id');
      state.usage = asObject(message.usage);
      return;
    }
    case 'content_block_start': return startBlock(event, state);
    case 'content_block_delta': return readDelta(event, state);
    case 'content_block_stop':
      if (asNumber(event.index) !== state.open) state.faults.add('content_block_stop comes for a block that is not open');
      state.open = null;
      return;
    case 'message_delta':
      if (state.open !== null) state.faults.add('message_delta comes inside a content block');
      state.stopReason = asString(asObject(event.delta).stop_reason) ?? state.stopReason;
      // What it leaves out stands in message_start.
      state.usage = { ...state.usage, ...asObject(event.usage) };
      return;
    case 'message_stop':
      state.stopped = true;
      return;
    default:
      state.remarks.add(`sends an event of the unknown type ${type === '' ? '(none)' : type}`);
  }
}

function startBlock(event: JsonObject, state: State): void {
  if (state.open !== null) state.faults.add('a content block begins inside another one');
  if (asNumber(event.index) !== state.blocks.length) state.faults.add('the index of a content block does not count up by one');
  state.open = asNumber(event.index);
  const start = asObject(event.content_block);
  state.blocks.push({ start, text: asString(start.text) ?? '', json: '', thinking: asString(start.thinking) ?? '', signature: asString(start.signature) ?? '' });
}

function readDelta(event: JsonObject, state: State): void {
  const block = state.blocks.at(-1);
  if (block === undefined || state.open === null || asNumber(event.index) !== state.open) {
    state.faults.add('content_block_delta comes for a block that is not open');
    return;
  }
  const delta = asObject(event.delta);
  const kind = asString(delta.type) ?? '';
  const blockType = asString(block.start.type) ?? '';
  if (FITS[kind]?.includes(blockType) === false) state.faults.add(`${kind} stands in a block of type ${blockType}`);
  const text = kind === 'text_delta' ? asString(delta.text) ?? '' : '';
  block.text += text;
  state.pieces += text === '' ? 0 : 1;
  block.json += kind === 'input_json_delta' ? asString(delta.partial_json) ?? '' : '';
  block.thinking += kind === 'thinking_delta' ? asString(delta.thinking) ?? '' : '';
  block.signature += kind === 'signature_delta' ? asString(delta.signature) ?? '' : '';
}

/** The block as a plain answer would have it. */
function wholeBlock({ start, text, json, thinking, signature }: Block, faults: Set<string>): JsonObject {
  if (start.type === 'text') return { ...start, text };
  if (start.type === 'thinking') return { ...start, thinking, signature };
  if (start.type !== 'tool_use') return start;
  const input = json === '' ? start.input ?? {} : parseJson(json);
  if (!isObject(input)) faults.add('the arguments of a tool call are not a JSON object');
  return { ...start, input: isObject(input) ? input : {} };
}
