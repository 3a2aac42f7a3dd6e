import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_USAGE } from '../../../../src/protocol/completion.ts';
import { messagesWire } from '../../../../src/protocol/messages/wire.ts';
import type { ToolDefinition } from '../../../../src/protocol/types.ts';
import type { Fields } from './samples.ts';

const MESSAGE = {
  id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-x-1',
  content: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }, { type: 'text', text: 'I look.' }, { type: 'tool_use', id: 'toolu_1', name: 'Read', input: { file_path: 'a.js' } }, { type: 'text', text: 'Then on.' }],
  stop_reason: 'tool_use', stop_sequence: null, usage: { input_tokens: 3, cache_creation_input_tokens: 0, cache_read_input_tokens: 4, output_tokens: 5 },
};
const read = (body: unknown, tools: ToolDefinition[] | null = null) => messagesWire.readWhole(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), { provider: 'up/', tools });
const patched = (text: string, patch: Partial<Parameters<typeof messagesWire.patchWhole>[1]>) => {
  const answer = read(text);
  assert.ok(answer.ok);
  return messagesWire.patchWhole(answer, { model: 'openfusion/auto', usage: null, openfusion: null, ...patch }).text;
};

describe('reading a plain message', () => {
  it('keeps the order of what was said', () => {
    const answer = read(MESSAGE);
    assert.ok(answer.ok);
    assert.deepEqual(answer.completion.parts, [
      { type: 'reasoning', text: 'hm' }, { type: 'reasoning_item', item: { wire: 'messages', provider: 'up/', raw: MESSAGE.content[0] } },
      { type: 'text', text: 'I look.' }, { type: 'tool_call', call: { id: 'toolu_1', name: 'Read', arguments: '{"file_path":"a.js"}' } }, { type: 'text', text: 'Then on.' },
    ]);
    assert.equal(answer.completion.finishReason, 'tool_calls');
    assert.deepEqual(answer.completion.usage, { inputTokens: 7, outputTokens: 5, cachedInputTokens: 4, cacheWriteTokens: 0, reasoningTokens: 0, estimated: false });
  });

  it('never takes one that is not complete for complete', () => {
    const reasons = ['oops', '[]', { ...MESSAGE, content: undefined }, { ...MESSAGE, stop_reason: null }].map((body) => { const answer = read(body); return answer.ok ? 'ok' : answer.reason; });
    assert.deepEqual(reasons, ['invalid_response', 'invalid_response', 'invalid_response', 'incomplete']);
  });

  it('sees an error inside a 200', () => {
    assert.deepEqual(read({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }), { ok: false, reason: 'server_error', message: 'Overloaded', code: 'overloaded_error' });
  });

  it('gives custom calls back as such', () => {
    const answer = read({ ...MESSAGE, content: [{ type: 'tool_use', id: 'a', name: 'patch', input: { input: '*** x' } }] }, [{ kind: 'custom', name: 'patch', raw: {} }]);
    assert.deepEqual(answer.ok && answer.completion.toolCalls, [{ id: 'a', name: 'patch', arguments: '*** x', custom: true }]);
  });
});

describe('passing a plain message on', () => {
  it('changes the model and adds our object, and no other byte', () => {
    const text = JSON.stringify(MESSAGE).replace('"input_tokens":3', '"input_tokens": 3.0');
    assert.equal(patched(text, { openfusion: { mode: 'auto' } }), text.replace('"claude-x-1"', '"openfusion/auto"').replace(/\}$/, ',"openfusion":{"mode":"auto"}}'));
  });

  it('adds usage where there was none', () => {
    const { usage: _usage, ...untold } = MESSAGE;
    const { usage, model } = JSON.parse(patched(JSON.stringify(untold), { usage: { ...NO_USAGE, inputTokens: 8, estimated: true } })) as Fields;
    assert.deepEqual([model, usage], ['openfusion/auto', { input_tokens: 8, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0, estimated: true }]);
  });
});
