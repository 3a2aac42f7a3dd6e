import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseChatRequest } from '../../../../src/protocol/chat/parse.ts';
import { sealReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import type { ReasoningItem } from '../../../../src/protocol/types.ts';

const parse = (value: unknown) => parseChatRequest(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const refused = (value: unknown) => {
  const result = parse(value);
  assert.ok(!result.ok);
  return result.error;
};
const user = { role: 'user', content: 'hi' };

describe('reading a chat request', () => {
  it('takes an empty or missing model for openfusion/auto', () => {
    for (const model of [undefined, null, '', ' ']) {
      const result = parse({ model, messages: [user] });
      assert.ok(result.ok);
      assert.equal(result.value.model, 'openfusion/auto');
    }
  });

  it('names the field that is missing', () => {
    assert.deepEqual({ ...refused({ model: 'm' }) }, { status: 400, type: 'invalid_request_error', code: null, message: '`messages` is missing.', param: 'messages', retryAfterS: undefined, shouldRetry: undefined });
  });

  it('names the field that is wrong, with its path', () => {
    const error = refused({ messages: [user, { role: 'user', content: 7 }] });
    assert.equal(error.param, 'messages[1].content');
    assert.equal(refused({ messages: [user], stream: 'yes' }).param, 'stream');
    assert.equal(refused({ messages: [] }).param, 'messages');
    assert.equal(refused({ messages: [{ role: 'robot', content: '' }] }).param, 'messages[0].role');
  });

  it('refuses what is not a JSON object, and quotes nothing of it', () => {
    for (const text of ['', '[1]', '"x"', 'null', '{"messages": secret-prompt}']) {
      const error = refused(text);
      assert.equal(error.status, 400);
      assert.doesNotMatch(error.message, /secret/);
    }
  });

  it('refuses a body nested beyond reason', () => {
    assert.equal(refused(`{"messages":[${JSON.stringify(user)}],"x":${'['.repeat(300)}${']'.repeat(300)}}`).status, 400);
    assert.equal(refused(`{"x":${'['.repeat(200_000)}`).status, 400);
  });

  it('accepts what agents send: null content, parts, reasoning, tool calls and results', () => {
    const result = parse({
      messages: [
        user,
        { role: 'assistant', content: null, reasoning_content: 'hm', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'read', arguments: '{"a":1}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'ok' }] },
        { role: 'user', content: [{ type: 'text', text: 'see' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }, { type: 'input_audio', x: 1 }] },
      ],
      tools: [{ type: 'function', function: { name: 'read', parameters: {} } }],
      metadata: { user_id: 'u' }, session_id: 's',
    });
    assert.ok(result.ok);
    const [, assistant, tool, last] = result.value.messages;
    assert.deepEqual(assistant?.toolCalls, [{ id: 'c1', name: 'read', arguments: '{"a":1}' }]);
    assert.equal(assistant?.reasoning, 'hm');
    assert.equal(tool?.toolCallId, 'c1');
    assert.deepEqual(Array.isArray(last?.content) ? last.content.map(({ type }) => type) : null, ['text', 'image', 'other']);
    assert.deepEqual(result.value.session, { sessionId: 's', promptCacheKey: undefined, previousResponseId: undefined, metadataUserId: 'u' });
  });

  it('reads reasoning in each of the forms that agents send back', () => {
    const entry = { type: 'reasoning.text', text: 'words', signature: 's', index: 0 };
    const sealed: ReasoningItem = { wire: 'messages', provider: 'a/', raw: { type: 'thinking', thinking: 't', signature: 's' } };
    const result = parse({ messages: [
      { role: 'assistant', content: 'a', reasoning: 'one' }, { role: 'assistant', content: 'b', reasoning_details: [entry] },
      { role: 'assistant', content: 'c', reasoning_details: [{ type: 'reasoning.encrypted', data: sealReasoning([sealed]), index: 0 }] },
    ] });
    assert.ok(result.ok && result.value.hasReasoningItems);
    assert.deepEqual(result.value.messages.map(({ reasoning }) => reasoning), ['one', 'words', undefined]);
    assert.deepEqual(result.value.messages.map(({ reasoningItems }) => reasoningItems), [undefined, [{ wire: 'chat', provider: null, raw: entry }], [{ ...sealed, carried: true }]]);
  });

  it('reads functions and their calls in the form before tools', () => {
    const result = parse({
      messages: [user, { role: 'assistant', content: null, function_call: { name: 'read', arguments: '{"a":1}' } }, { role: 'function', name: 'read', content: 'ok' }],
      functions: [{ name: 'read', parameters: { type: 'object' } }], function_call: { name: 'read' },
    });
    assert.ok(result.ok);
    const { messages, tools, toolChoice } = result.value;
    assert.deepEqual(messages[1]?.toolCalls, [{ id: 'call_read', name: 'read', arguments: '{"a":1}' }]);
    assert.equal(messages[2]?.toolCallId, 'call_read');
    assert.deepEqual(tools.map(({ kind, name }) => [kind, name]), [['function', 'read']]);
    assert.deepEqual(toolChoice, { name: 'read' });
  });
});
