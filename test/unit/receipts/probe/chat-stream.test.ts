import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readChatStream } from '../../../../src/receipts/probe/chat-stream.ts';
import { callOf, streamEvents } from '../../../support/probe-endpoint-wire.ts';

const USAGE = { input: 9, output: 5, cached: 3 };
type Chunk = Record<string, unknown>;
const chunk = (delta: object, finish: string | null = null): Chunk => ({ id: 'c', choices: [{ index: 0, delta, finish_reason: finish }] });
const judge = (data: readonly (Chunk | string)[]) => readChatStream(data.map((item) => ({ name: null, data: typeof item === 'string' ? item : JSON.stringify(item) })));

describe('a stream of chat chunks', () => {
  it('is read to its text, its calls by index, and its usage', () => {
    const events = streamEvents('chat', 'm', { text: 'It passed.', calls: [callOf('main'), callOf('release')], usage: USAGE }, true);
    const { answer, faults, remarks, usageAlone, pieces } = judge(events.map(({ data }) => data as Chunk | string));
    assert.deepEqual([faults, remarks, usageAlone, pieces], [[], [], true, 3]);
    assert.deepEqual([answer.text, answer.calls, answer.usage], ['It passed.', [callOf('main'), callOf('release')], { inputTokens: 9, outputTokens: 5, cachedInputTokens: 3 }]);
  });

  it('gives every byte of a call’s arguments back, however they are cut', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }), fc.infiniteStream(fc.nat()), (calls, order) => {
      const queues = calls.map((fragments, index) => fragments.map((fragment) => ({ index, fragment })));
      const sent: Chunk[] = calls.map((_, index) => chunk({ tool_calls: [{ index, id: `call_${index}`, function: { name: 'f', arguments: '' } }] }));
      while (queues.some((queue) => queue.length > 0)) {
        const waiting = queues.filter((queue) => queue.length > 0);
        const next = waiting[(order.next().value as number) % waiting.length]?.shift();
        if (next !== undefined) sent.push(chunk({ tool_calls: [{ index: next.index, function: { arguments: next.fragment } }] }));
      }
      assert.deepEqual(judge([...sent, chunk({}, 'tool_calls'), '[DONE]']).answer.calls.map((call) => call.arguments), calls.map((fragments) => fragments.join('')));
    }));
  });

  it('is at fault without a finish_reason, with content after it, and with pieces of calls that have no index', () => {
    assert.deepEqual(judge([chunk({ content: 'a' }), '[DONE]']).faults, ['the stream ends without a finish_reason']);
    assert.deepEqual(judge([chunk({}, 'stop'), chunk({ content: 'a' }), '[DONE]']).faults, ['content comes after the finish_reason']);
    assert.deepEqual(judge([chunk({ tool_calls: [{ id: 'x', function: { name: 'f' } }] }, 'tool_calls'), '[DONE]']).faults, ['a piece of a tool call has no index']);
    assert.deepEqual(judge([chunk({ content: 'a' }, 'stop'), 'oops', '[DONE]']).faults, ['1 events are not JSON objects']);
  });

  it('is remarked on for changing ids and for what comes after [DONE]', () => {
    assert.deepEqual(judge([{ ...chunk({ content: 'a' }), id: 'one' }, { ...chunk({}, 'stop'), id: 'two' }, '[DONE]']).remarks, ['its chunks have different ids']);
    assert.deepEqual(judge([chunk({ content: 'a' }, 'stop'), '[DONE]', '[DONE]']).remarks, ['goes on after [DONE]']);
  });

  it('sends reasoning back with the turn, as agents do', () => {
    assert.deepEqual(judge([chunk({ reasoning_content: 'Hm' }), chunk({ content: 'Yes' }, 'stop'), '[DONE]']).answer.turn, [{ role: 'assistant', content: 'Yes', reasoning_content: 'Hm' }]);
  });

  it('tells usage in a chunk of its own from usage beside a choice', () => {
    const beside = { ...chunk({}, 'stop'), usage: { prompt_tokens: 1, completion_tokens: 2 } };
    assert.deepEqual([judge([beside]).usageAlone, judge([beside]).answer.usage], [false, { inputTokens: 1, outputTokens: 2, cachedInputTokens: null }]);
  });
});
