/** Reads and judges a stream of chat completion chunks. */
import { readErrorBody, readFinishReason } from '../chat-body.ts';
import { asArray, asNumber, asObject, asString, isObject, type JsonObject, parseJson } from '../guards.ts';
import { assistantTurn, readChatUsage } from './chat-turn.ts';
import type { SseEvent } from './client.ts';
import type { ProbeCall, ProbeStreamReading, ProbeUsage } from './format.ts';

interface State {
  text: string;
  pieces: number;
  reasoning: string;
  calls: Map<number, ProbeCall>;
  finished: boolean;
  done: boolean;
  usage: ProbeUsage | null;
  usageAlone: boolean;
  ids: Set<string>;
  malformed: number;
  error: string | null;
  faults: Set<string>;
  remarks: Set<string>;
}

/** An end without `finish_reason` is a fault: some agents take it for an answer and report work that was not done. */
export function readChatStream(events: readonly SseEvent[]): ProbeStreamReading {
  const state: State = {
    text: '', pieces: 0, reasoning: '', calls: new Map(), finished: false, done: false, usage: null, usageAlone: false, ids: new Set(), malformed: 0, error: null, faults: new Set(), remarks: new Set(),
  };
  for (const { data } of events) readData(data, state);
  const { text, pieces, reasoning, usage, usageAlone, error, faults, remarks } = state;
  const calls = [...state.calls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call);
  if (state.malformed > 0) faults.add(`${state.malformed} events are not JSON objects`);
  if (!state.finished) faults.add('the stream ends without a finish_reason');
  if (!state.done) remarks.add('does not end with [DONE]');
  if (state.ids.size > 1) remarks.add('its chunks have different ids');
  return { answer: { text, calls, usage, turn: [assistantTurn(text, calls, reasoning)] }, pieces, usageAlone, error, faults: [...faults], remarks: [...remarks] };
}

function readData(data: string, state: State): void {
  if (state.done) state.remarks.add('goes on after [DONE]');
  if (data === '[DONE]') {
    state.done = true;
    return;
  }
  const chunk = parseJson(data);
  if (!isObject(chunk)) {
    state.malformed += 1;
    return;
  }
  state.error ??= readErrorBody(chunk)?.message ?? null;
  const id = asString(chunk.id);
  if (id !== null && id !== '') state.ids.add(id);
  const usage = readChatUsage(chunk.usage);
  if (usage !== null) {
    state.usage = usage;
    state.usageAlone = asArray(chunk.choices).length === 0;
  }
  for (const choice of asArray(chunk.choices)) readChoice(asObject(choice), state);
}

function readChoice(choice: JsonObject, state: State): void {
  if ((asNumber(choice.index) ?? 0) !== 0) return;
  const delta = asObject(choice.delta);
  const text = asString(delta.content) ?? '';
  const fragments = asArray(delta.tool_calls);
  if (state.finished && (text !== '' || fragments.length > 0)) state.faults.add('content comes after the finish_reason');
  state.text += text;
  state.pieces += text === '' ? 0 : 1;
  state.reasoning += asString(delta.reasoning_content) ?? '';
  for (const fragment of fragments) readFragment(asObject(fragment), state);
  state.finished ||= readFinishReason(choice.finish_reason) !== null;
}

function readFragment(fragment: JsonObject, { calls, faults }: State): void {
  const index = asNumber(fragment.index);
  if (index === null) {
    faults.add('a piece of a tool call has no index');
    return;
  }
  const call = calls.get(index) ?? { id: '', name: '', arguments: '' };
  const fn = asObject(fragment.function);
  call.id ||= asString(fragment.id) ?? '';
  call.name ||= asString(fn.name) ?? '';
  call.arguments += asString(fn.arguments) ?? '';
  calls.set(index, call);
}
