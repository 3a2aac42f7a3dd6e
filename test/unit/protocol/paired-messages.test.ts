import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pairedMessages } from '../../../src/protocol/paired-messages.ts';
import type { ChatMessage } from '../../../src/protocol/types.ts';

const calls = (...ids: string[]): ChatMessage => ({ role: 'assistant', content: null, toolCalls: ids.map((id) => ({ id, name: 't', arguments: '{}' })) });
const result = (toolCallId: string | undefined, content: string): ChatMessage => ({ role: 'tool', content, toolCallId });
const user = (content: string): ChatMessage => ({ role: 'user', content });
const seen = (messages: ChatMessage[]) => pairedMessages(messages).map(({ message, calls: made }) => (made.length === 0 ? message.content : made.map(({ id, result: got }) => [id, got?.content ?? null])));

describe('pairing calls with their results', () => {
  it('finds each result wherever it stands behind its call, and keeps the rest in its order', () => {
    assert.deepEqual(seen([user('a'), calls('1', '2'), user('b'), result('2', 'two'), result('1', 'one'), user('c')]), ['a', [['1', 'one'], ['2', 'two']], 'b', 'c']);
  });

  it('gives an id that comes again to the turn that it stands behind', () => {
    assert.deepEqual(seen([calls('1'), result('1', 'first'), calls('1'), result('1', 'second')]), [[['1', 'first']], [['1', 'second']]]);
  });

  it('says where a result is missing, and makes one without a call text of the user', () => {
    const paired = pairedMessages([result('0', 'lost'), calls('1')]);
    assert.deepEqual(paired[0]?.message, { role: 'user', content: [{ type: 'text', text: 'Result of a tool call:' }, { type: 'text', text: 'lost' }] });
    assert.deepEqual(paired[1]?.calls.map((call) => call.result), [null]);
  });

  it('gives calls without an id one of their own, and results by their order', () => {
    assert.deepEqual(seen([calls('', ''), result(undefined, 'one'), result(undefined, 'two')]), [[['call_0_0', 'one'], ['call_0_1', 'two']]]);
  });

  it('gives calls whose id is longer than OpenAI takes one of their own', () => {
    const long = 'c'.repeat(41);
    assert.deepEqual(seen([calls('c'.repeat(40), long), result(long, 'two'), result('c'.repeat(40), 'one')]), [[['c'.repeat(40), 'one'], ['call_0_1', 'two']]]);
  });

  it('never gives two calls of a turn the same id', () => {
    assert.deepEqual(seen([calls('1', '1'), result('1', 'one'), result('1', 'two')]), [[['1', 'one'], ['call_0_1', 'two']]]);
  });
});
