import assert from 'node:assert/strict';
import { readChatBody, readErrorBody, readUsage } from '../../../src/receipts/chat-body.ts';

const message = (content: unknown, extra: object = {}) => ({ choices: [{ message: { role: 'assistant', content, ...extra }, finish_reason: 'stop' }] });

describe('reading a chat completion', () => {
  it('takes content as text or as parts', () => {
    assert.equal(readChatBody(message('hello'))?.text, 'hello');
    assert.equal(readChatBody(message([{ type: 'text', text: 'hel' }, { type: 'text', text: 'lo' }, { type: 'image_url' }]))?.text, 'hello');
  });

  it('keeps the arguments of a tool call as they were written', () => {
    const answer = readChatBody(message(null, { tool_calls: [{ id: 'c1', type: 'function', function: { name: 'read', arguments: '{ "a":1 }' } }, { id: 'c2' }] }));
    assert.deepEqual(answer?.toolCalls, [{ id: 'c1', name: 'read', arguments: '{ "a":1 }' }]);
    assert.equal(answer.text, '');
  });

  it('is null for anything that is no answer', () => {
    for (const value of [undefined, null, 'text', [], {}, { choices: [] }, { choices: [{}] }, { choices: 'x' }]) assert.equal(readChatBody(value), null);
  });

  it('does not know a finish reason that it does not know', () => {
    assert.equal(readChatBody({ choices: [{ message: {}, finish_reason: 'whatever' }] })?.finishReason, null);
  });
});

describe('reading usage', () => {
  it('needs both counts', () => {
    assert.equal(readUsage({ prompt_tokens: 3 }), null);
    assert.equal(readUsage(null), null);
  });

  it('finds the cached part in its details', () => {
    assert.equal(readUsage({ prompt_tokens: 30, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 20 } })?.cachedInputTokens, 20);
  });
});

describe('reading an error', () => {
  it('takes an object or a bare string', () => {
    assert.deepEqual(readErrorBody({ error: { message: 'no', code: 'x' } }), { message: 'no', code: 'x' });
    assert.deepEqual(readErrorBody({ error: 'no' }), { message: 'no', code: null });
    assert.equal(readErrorBody({ message: 'no' }), null);
  });
});
