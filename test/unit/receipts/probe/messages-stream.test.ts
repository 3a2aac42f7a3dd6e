import assert from 'node:assert/strict';
import { readMessagesStream } from '../../../../src/receipts/probe/messages-stream.ts';
import { callOf, streamEvents } from '../../../support/probe-endpoint-wire.ts';

const ANSWER = { text: 'It passed.', calls: [callOf('main'), callOf('release')], usage: { input: 9, output: 5, cached: 3 } };
type Event = Record<string, unknown> & { type: string };

function judge(change: (events: Event[]) => Event[], { names = true } = {}) {
  const events = change(streamEvents('messages', 'm', ANSWER, false).map(({ data }) => structuredClone(data) as Event));
  return readMessagesStream(events.map((event) => ({ name: names ? event.type : null, data: JSON.stringify(event) })));
}
const without = (type: string) => (events: Event[]) => events.filter((event) => event.type !== type);
const first = (type: string, fields: object) => (events: Event[]) => {
  const at = events.findIndex((event) => event.type === type);
  return events.map((event, index) => (index === at ? { ...event, ...fields } : event));
};

describe('a Messages stream', () => {
  it('is read to its text, its calls, its usage and the turn to send back', () => {
    const { answer, faults, remarks, error } = judge((events) => events);
    assert.deepEqual([faults, remarks, error], [[], [], null]);
    assert.deepEqual([answer.text, answer.calls, answer.usage], [ANSWER.text, ANSWER.calls, { inputTokens: 9, outputTokens: 5, cachedInputTokens: 3 }]);
    assert.deepEqual(answer.turn, [{ role: 'assistant', content: [
      { type: 'text', text: 'It passed.' },
      { type: 'tool_use', id: 'call_main', name: 'read_build_status', input: { branch: 'main' } }, { type: 'tool_use', id: 'call_release', name: 'read_build_status', input: { branch: 'release' } },
    ] }]);
  });

  it('gives thinking back with its signature, byte for byte', () => {
    const thinking: Event[] = [
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } }, { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: '…' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB+/=' } }, { type: 'content_block_stop', index: 0 },
    ];
    const { answer, faults } = judge((events) => [events[0] as Event, ...thinking, ...events.slice(-2)]);
    assert.deepEqual(faults, []);
    assert.deepEqual(answer.turn, [{ role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm…', signature: 'EqQB+/=' }] }]);
  });

  it('is at fault without its beginning, its end or a stop_reason', () => {
    assert.deepEqual(judge(without('message_start')).faults, ['the stream does not begin with message_start']);
    assert.deepEqual(judge(without('message_stop')).faults, ['the stream ends without message_stop']);
    assert.deepEqual(judge(without('message_delta')).faults, ['the stream ends without a stop_reason']);
    assert.deepEqual(judge((events) => [...events, { type: 'message_delta', delta: {} }]).faults, ['events come after message_stop']);
  });

  it('is at fault when its blocks overlap, skip a number, or hold what does not fit', () => {
    assert.match(judge(without('content_block_stop')).faults.join(), /begins inside another one/);
    assert.match(judge(first('content_block_stop', { index: 7 })).faults.join(), /content_block_stop comes for a block that is not open/);
    assert.match(judge(first('content_block_start', { index: 1 })).faults.join(), /does not count up by one/);
    assert.match(judge(first('content_block_delta', { index: 2 })).faults.join(), /content_block_delta comes for a block that is not open/);
    assert.deepEqual(judge(first('content_block_delta', { delta: { type: 'input_json_delta', partial_json: '' } })).faults, ['input_json_delta stands in a block of type text']);
  });

  it('is at fault when the pieces of a call’s arguments make no object', () => {
    const torn = (events: Event[]) => events.filter((event) => (event['delta'] as { partial_json?: string } | undefined)?.partial_json?.startsWith('{') !== true);
    assert.match(judge(torn).faults.join(), /arguments of a tool call are not a JSON object/);
  });

  it('is at fault without "event:" lines, which Anthropic’s own SDK reads by', () => {
    assert.deepEqual(judge((events) => events, { names: false }).faults, ['its "event:" lines are not the events’ types']);
  });

  it('may ping anywhere, and is remarked on for events that nobody knows', () => {
    const pings = judge((events) => events.flatMap((event) => [event, { type: 'ping' }]));
    assert.deepEqual([pings.faults, pings.remarks], [[], []]);
    assert.deepEqual(judge((events) => [events[0] as Event, { type: 'content_block_hint' }, ...events.slice(1)]).remarks, ['sends an event of the unknown type content_block_hint']);
  });
});
