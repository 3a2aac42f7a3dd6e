import assert from 'node:assert/strict';
import { CompletionCollector } from '../../../../src/protocol/completion.ts';
import { messagesWire } from '../../../../src/protocol/messages/wire.ts';
import type { ChatDelta, ChatRequest, Completion } from '../../../../src/protocol/types.ts';
import type { CallBody, StreamEvent } from '../../../../src/protocol/wire.ts';

export type Fields = Record<string, unknown>;

export const hi = { role: 'user', content: 'hi' };

/** A body that is read well, from JSON text or from its fields. */
export function request(body: string | Fields): ChatRequest {
  const text = typeof body === 'string' ? body : JSON.stringify({ model: 'openfusion/auto', max_tokens: 1000, messages: [hi], ...body });
  const read = messagesWire.read(JSON.parse(text) as Fields, Buffer.from(text));
  assert.ok(read.ok, read.ok ? '' : read.error.message);
  return read.value;
}

export const CALL: CallBody = { model: 'claude-x', stream: false, set: {}, ownsReasoning: () => true, quirks: {} };

/** What is sent for a request, as text and as JSON. */
export function sent(from: ChatRequest, call: Partial<CallBody> = {}): { text: string; body: Fields } {
  const text = Buffer.concat(messagesWire.writeBody(from, () => messagesWire.settingsOf(from), { ...CALL, stream: from.stream, ...call })).toString();
  return { text, body: JSON.parse(text) as Fields };
}

/** The events of an SSE text, each with the name that it came under. */
export const eventsOf = (stream: string): Fields[] => stream.split('\n\n').filter((event) => event !== '').map((event) => {
  const [name, data] = event.split('\n');
  const object = JSON.parse((data ?? '').replace(/^data: /, '')) as Fields;
  assert.equal(name, `event: ${String(object['type'])}`);
  return object;
});

export const sse = (...events: Fields[]): string => events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join('');

export function readAll(...pieces: (string | Uint8Array)[]): StreamEvent[] {
  const reader = messagesWire.createReader({ provider: 'up/', tools: null });
  return [...pieces.flatMap((piece) => reader.push(Buffer.from(piece))), ...reader.end()];
}

export function completionOf(deltas: readonly ChatDelta[]): Completion {
  const collector = new CompletionCollector();
  for (const delta of deltas) collector.add(delta);
  return collector.result();
}

/** A recorded answer in the shape of Anthropic's: thinking, words, two calls, words. */
export const RECORDED = {
  start: { type: 'message_start', message: { model: 'claude-x-1', id: 'msg_01', type: 'message', role: 'assistant', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 12, cache_creation_input_tokens: 100, cache_read_input_tokens: 2000, output_tokens: 3, service_tier: 'standard' } } },
  ping: { type: 'ping' },
  blocks: [
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Look ' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'first.' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB+sig/==' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'I read ' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'both – 数据.' } },
    { type: 'content_block_stop', index: 1 },
    { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} } },
    { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '' } },
    { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"file_path"' } },
    { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: ': "a.js"}' } },
    { type: 'content_block_stop', index: 2 },
    { type: 'content_block_start', index: 3, content_block: { type: 'tool_use', id: 'toolu_2', name: 'List', input: {} } },
    { type: 'content_block_stop', index: 3 },
  ],
  end: { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 89 } },
  stop: { type: 'message_stop' },
};
export const RECORDED_STREAM = sse(RECORDED.start, RECORDED.ping, ...RECORDED.blocks, RECORDED.end, RECORDED.stop);
