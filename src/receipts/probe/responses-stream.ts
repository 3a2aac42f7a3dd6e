/** Reads and judges a stream of Responses events: their order, their numbers, and that the parts add up to the whole. */
import { asArray, asNumber, asObject, asString, isObject, type JsonObject, parseJson } from '../guards.ts';
import type { SseEvent } from './client.ts';
import type { ProbeStreamReading } from './format.ts';
import { answerOf, textOfItem } from './responses-items.ts';

interface Item {
  id: string | null;
  type: string | null;
  /** Content parts that were opened, by index. */
  parts: Set<number>;
  text: string;
  arguments: string;
  /** The item as `response.output_item.done` gave it. */
  done: JsonObject | null;
}

interface State {
  items: Map<number, Item>;
  pieces: number;
  /** The last `sequence_number`. */
  sequence: number | null;
  events: number;
  malformed: number;
  /** The type of the event that ended the response. */
  end: string | null;
  response: JsonObject;
  error: string | null;
  faults: Set<string>;
  remarks: Set<string>;
}

const ENDS: readonly unknown[] = ['response.completed', 'response.incomplete', 'response.failed'];

export function readResponsesStream(events: readonly SseEvent[]): ProbeStreamReading {
  const state: State = { items: new Map(), pieces: 0, sequence: null, events: 0, malformed: 0, end: null, response: {}, error: null, faults: new Set(), remarks: new Set() };
  for (const event of events) readEvent(event, state);
  const { faults, remarks, response, end } = state;
  if (state.malformed > 0) faults.add(`${state.malformed} events are not JSON objects`);
  if (end === null) faults.add('the stream ends without response.completed');
  if (end === 'response.incomplete') faults.add(`the stream ends with response.incomplete: ${asString(asObject(response.incomplete_details).reason) ?? 'no reason'}`);
  const items = [...state.items.entries()].sort(([a], [b]) => a - b).map(([, item]) => item);
  if (end !== null && items.some(({ done }) => done === null)) faults.add('an output item has no response.output_item.done');
  const answer = answerOf(items.flatMap(({ done }) => (done === null ? [] : [done])), response.usage);
  const whole = asArray(response.output);
  if (end === 'response.completed' && whole.length > 0 && whole.filter(isObject).map(textOfItem).join('') !== answer.text) faults.add('the text of response.completed is not that of its items');
  if (answer.text !== '' && state.pieces === 0) remarks.add('sends its text whole, without deltas');
  return { answer, pieces: state.pieces, usageAlone: false, error: state.error, faults: [...faults], remarks: [...remarks] };
}

function readEvent({ name, data }: SseEvent, state: State): void {
  if (data === '[DONE]') return;
  const event = parseJson(data);
  if (!isObject(event)) {
    state.malformed += 1;
    return;
  }
  const type = asString(event.type) ?? '';
  if (type === '') state.faults.add('an event has no type');
  if (name !== type) state.remarks.add('its "event:" lines are not the events’ types');
  if (state.end !== null) state.faults.add(`events come after ${state.end}`);
  if (state.events === 0 && type !== 'response.created' && type !== 'error') state.remarks.add('does not begin with response.created');
  state.events += 1;
  readSequence(event, state);
  if (ENDS.includes(type)) return readEnd(type, event, state);
  if (type === 'error') state.error ??= asString(event.message) ?? asString(asObject(event.error).message) ?? 'an error without a message';
  else if (type.startsWith('response.output_item.')) readItem(type, event, state);
  else if (asNumber(event.output_index) !== null) readPart(type, event, state);
}

function readSequence(event: JsonObject, state: State): void {
  const sequence = asNumber(event.sequence_number);
  if (sequence === null) state.remarks.add('its events have no sequence_number');
  else if (state.sequence !== null && sequence !== state.sequence + 1) state.remarks.add('its sequence_number does not count up by one');
  state.sequence = sequence ?? state.sequence;
}

function readEnd(type: string, event: JsonObject, state: State): void {
  state.end = type;
  state.response = asObject(event.response);
  if (type === 'response.failed') state.error ??= asString(asObject(state.response.error).message) ?? 'response.failed without a message';
}

function readItem(type: string, event: JsonObject, { items, faults, remarks }: State): void {
  const index = asNumber(event.output_index) ?? -1;
  const given = asObject(event.item);
  if (type === 'response.output_item.added') {
    if (items.has(index)) faults.add(`two output items have the output_index ${index}`);
    if (index !== items.size) remarks.add('its output_index does not count up by one');
    items.set(index, { id: asString(given.id), type: asString(given.type), parts: new Set(), text: '', arguments: '', done: null });
    return;
  }
  const item = items.get(index);
  if (item === undefined) {
    faults.add('response.output_item.done comes without response.output_item.added');
    items.set(index, { id: asString(given.id), type: asString(given.type), parts: new Set(), text: '', arguments: '', done: given });
    return;
  }
  if (asString(given.id) !== item.id) faults.add('an output item changes its id');
  if (item.text !== '' && textOfItem(given) !== item.text) faults.add('the text of an output item is not that of its deltas');
  if (item.arguments !== '' && given.arguments !== item.arguments) faults.add('the arguments of a tool call are not those of its deltas');
  item.done = given;
}

/** Everything that belongs to an item: parts and deltas. */
function readPart(type: string, event: JsonObject, state: State): void {
  const { faults } = state;
  const item = state.items.get(asNumber(event.output_index) ?? -1);
  if (item === undefined || item.done !== null) {
    faults.add(`${type} comes ${item === undefined ? 'before its response.output_item.added' : 'after its response.output_item.done'}`);
    return;
  }
  const itemId = asString(event.item_id);
  if (itemId !== null && item.id !== null && itemId !== item.id) faults.add('a delta’s item_id is not its item’s id');
  const part = asNumber(event.content_index) ?? 0;
  const delta = asString(event.delta) ?? '';
  if (type === 'response.content_part.added') item.parts.add(part);
  if (type === 'response.output_text.delta') {
    if (!item.parts.has(part)) faults.add('response.output_text.delta comes before its response.content_part.added');
    item.text += delta;
    state.pieces += delta === '' ? 0 : 1;
  }
  if (type === 'response.function_call_arguments.delta') item.arguments += delta;
}
