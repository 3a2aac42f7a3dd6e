import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { messagesWire } from '../../../../src/protocol/messages/wire.ts';
import type { ChatDelta } from '../../../../src/protocol/types.ts';
import { completionOf, readAll, RECORDED, RECORDED_STREAM, sse, type Fields } from './samples.ts';

const start = (usage: Fields = { input_tokens: 1, output_tokens: 1 }): Fields => ({ type: 'message_start', message: { model: 'm', usage } });
const stopped = (reason = 'end_turn', usage?: Fields): Fields => ({ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, ...(usage === undefined ? {} : { usage }) });
const deltasOf = (...events: Fields[]): ChatDelta[] => readAll(sse(...events)).flatMap(({ deltas }) => deltas);
const block = (content: Fields, ...deltas: Fields[]): Fields[] => [
  { type: 'content_block_start', index: 0, content_block: content }, ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })), { type: 'content_block_stop', index: 0 },
];

describe('reading a Messages stream', () => {
  it('understands all of a recorded one', () => {
    const events = readAll(RECORDED_STREAM);
    const { parts, finishReason } = completionOf(events.flatMap(({ deltas }) => deltas));
    assert.deepEqual(parts, [
      { type: 'reasoning', text: 'Look first.' },
      { type: 'reasoning_item', item: { wire: 'messages', provider: 'up/', raw: { type: 'thinking', thinking: 'Look first.', signature: 'EqQB+sig/==' } } },
      { type: 'text', text: 'I read both – 数据.' },
      { type: 'tool_call', call: { id: 'toolu_1', name: 'Read', arguments: '{"file_path": "a.js"}' } },
      { type: 'tool_call', call: { id: 'toolu_2', name: 'List', arguments: '{}' } },
    ]);
    assert.equal(finishReason, 'tool_calls');
    assert.deepEqual(events.at(-2)?.usage, { inputTokens: 2112, outputTokens: 89, cachedInputTokens: 2000, cacheWriteTokens: 100, reasoningTokens: 0, estimated: false });
    assert.deepEqual([events[0]?.model, events[1]?.model], ['claude-x-1', null]);
  });

  it('knows content from what is not', () => {
    const content = (...events: Fields[]) => readAll(sse(...events)).some((event) => event.content);
    assert.equal(content(start(), { type: 'ping' }, { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }, { type: 'content_block_start', index: 1, content_block: { type: 'thinking', thinking: '', signature: '' } }, stopped(), { type: 'message_stop' }), false);
    assert.equal(content({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 'b', input: {} } }), true);
    assert.equal(content(...block({ type: 'text', text: '' }, { type: 'text_delta', text: 'a' })), true);
    assert.equal(content(...block({ type: 'thinking', thinking: '', signature: '' }, { type: 'signature_delta', signature: 's' })), true);
    assert.equal(content({ type: 'content_block_start', index: 0, content_block: { type: 'server_tool_use', id: 'a', name: 'web_search', input: {} } }), true);
  });

  it('is finished by message_stop, and only when the reason was told', () => {
    const finished = (...events: Fields[]) => readAll(sse(...events)).map(({ finishes }) => finishes);
    assert.deepEqual(finished(start(), stopped(), { type: 'message_stop' }), [false, false, true]);
    assert.deepEqual(finished(start(), { type: 'message_stop' }), [false, false]);
  });

  it('gives the block back byte for byte, whether its words were told or not', () => {
    const items = deltasOf(
      ...block({ type: 'thinking', thinking: '', signature: '', kept: 1 }, { type: 'thinking_delta', thinking: 'a\u2028"' }, { type: 'signature_delta', signature: 'x+/=' }),
      ...block({ type: 'thinking', thinking: '', signature: '' }, { type: 'signature_delta', signature: 'y' }),
      ...block({ type: 'redacted_thinking', data: 'zz==' }),
      ...block({ type: 'thinking', thinking: 'whole' }),
    ).flatMap((delta) => (delta.type === 'reasoning_item' ? [delta.item.raw] : []));
    assert.deepEqual(items, [
      { type: 'thinking', thinking: 'a\u2028"', signature: 'x+/=', kept: 1 }, { type: 'thinking', thinking: '', signature: 'y' }, { type: 'redacted_thinking', data: 'zz==' }, { type: 'thinking', thinking: 'whole' },
    ]);
  });

  it('counts calls by themselves, since other formats have no places for words between them', () => {
    const calls = deltasOf(
      { type: 'content_block_start', index: 4, content_block: { type: 'tool_use', id: 'a', name: 'one', input: {} } }, { type: 'content_block_delta', index: 4, delta: { type: 'input_json_delta', partial_json: '{}' } },
      { type: 'content_block_start', index: 9, content_block: { type: 'tool_use', id: 'b', name: 'two', input: {} } }, { type: 'content_block_delta', index: 9, delta: { type: 'input_json_delta', partial_json: '[' } },
    );
    assert.deepEqual(calls.map((delta) => (delta.type === 'tool_call' ? [delta.index, delta.id, delta.arguments] : null)), [[0, 'a', ''], [0, undefined, '{}'], [1, 'b', ''], [1, undefined, '[']]);
  });

  it('takes input that stands whole at the start of a block', () => {
    assert.deepEqual(completionOf(deltasOf(...block({ type: 'tool_use', id: 'a', name: 'one', input: { p: 1 } }))).toolCalls, [{ id: 'a', name: 'one', arguments: '{"p":1}' }]);
  });

  it('puts usage together, whichever event tells it', () => {
    const usage = (...events: Fields[]) => readAll(sse(...events)).at(-1)?.usage;
    const cached = { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 3 };
    assert.deepEqual(usage(start({ input_tokens: 0, output_tokens: 0 }), stopped('end_turn', cached)), { inputTokens: 15, outputTokens: 3, cachedInputTokens: 5, reasoningTokens: 0, estimated: false });
    assert.deepEqual(usage(start({ ...cached, output_tokens: 1 }), stopped('end_turn', { input_tokens: 0, output_tokens: 7 })), { inputTokens: 15, outputTokens: 7, cachedInputTokens: 5, reasoningTokens: 0, estimated: false });
    assert.equal(usage(start(), stopped('end_turn', { output_tokens: 4, output_tokens_details: { thinking_tokens: 2 } }))?.reasoningTokens, 2);
    assert.equal(usage(start({ input_tokens: 0, output_tokens: 0 }), stopped('end_turn', { output_tokens: 0 })), null);
  });

  it('names each reason in the words of all formats', () => {
    const reason = (name: string) => deltasOf(stopped(name)).at(-1);
    assert.deepEqual(
      ['end_turn', 'stop_sequence', 'pause_turn', 'max_tokens', 'model_context_window_exceeded', 'tool_use', 'refusal'].map((name) => (reason(name) as { reason?: string }).reason),
      ['stop', 'stop', 'stop', 'length', 'length', 'tool_calls', 'content_filter'],
    );
  });

  it('says why a model refused, where it is told', () => {
    assert.deepEqual(deltasOf({ type: 'message_delta', delta: { stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'cyber', explanation: 'not this' } } }), [{ type: 'refusal', text: 'not this' }, { type: 'finish', reason: 'content_filter' }]);
  });

  it('sees an error, under its name or without one', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    for (const stream of [sse(error), `data: ${JSON.stringify(error)}\n\n`]) assert.deepEqual(readAll(stream)[0]?.error, { message: 'Overloaded', code: 'overloaded_error' });
  });

  it('ignores events, blocks and pieces that it does not know, citations among them', () => {
    assert.deepEqual(deltasOf({ type: 'new_event', x: 1 }, ...block({ type: 'text', text: '' }, { type: 'citations_delta', citation: {} }, { type: 'text_delta', text: 'a' }), ...block({ type: 'web_search_tool_result', content: [] }, { type: 'odd' })), [{ type: 'text', text: 'a' }]);
  });

  it('reads a stream by types alone where events have no names', () => {
    const unnamed = RECORDED.blocks.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    assert.equal(completionOf(readAll(unnamed).flatMap(({ deltas }) => deltas)).text, 'I read both – 数据.');
  });

  it('throws on an event that is not JSON', () => {
    assert.throws(() => readAll('event: message_start\ndata: {oops\n\n'), /not JSON/);
  });

  it('unwraps calls of tools that stand for custom ones, under the name that the client gave', () => {
    const name = 'apply patch';
    const reader = messagesWire.createReader({ provider: 'up/', tools: [{ kind: 'custom', name, raw: {} }] });
    const sentName = /^[\w-]+$/;
    const written = { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 'apply_patch_0e5e6f3b', input: {} } };
    assert.match(written.content_block.name, sentName);
    const plain = messagesWire.createReader({ provider: 'up/', tools: [{ kind: 'custom', name: 'patch', raw: {} }] });
    const events = [...plain.push(Buffer.from(sse({ ...written, content_block: { ...written.content_block, name: 'patch' } }, { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"input":"*** a\\n"}' } }, stopped('tool_use')))), ...plain.end()];
    assert.deepEqual(completionOf(events.flatMap(({ deltas }) => deltas)).toolCalls, [{ id: 'a', name: 'patch', arguments: '*** a\n', custom: true }]);
    reader.end();
  });
});
