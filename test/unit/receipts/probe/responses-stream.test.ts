import assert from 'node:assert/strict';
import { readResponsesStream } from '../../../../src/receipts/probe/responses-stream.ts';
import { callOf, streamEvents, type WireEvent } from '../../../support/probe-endpoint-wire.ts';

const ANSWER = { text: 'It passed.', calls: [callOf('main'), callOf('release')], usage: { input: 9, output: 5, cached: 3 } };
type Event = Record<string, unknown> & { type: string };

/** The right stream, changed, with its numbers right again unless told. */
function judge(change: (events: Event[]) => Event[], { renumber = true, names = true } = {}) {
  const changed = change(streamEvents('responses', 'm', ANSWER, false).map(({ data }) => structuredClone(data) as Event));
  const events: WireEvent[] = changed.map((event, at) => ({ name: names ? event.type : null, data: renumber ? { ...event, sequence_number: at } : event }));
  return readResponsesStream(events.map(({ name, data }) => ({ name, data: JSON.stringify(data) })));
}
const without = (type: string) => (events: Event[]) => events.filter((event) => event.type !== type);
const edit = (type: string, fields: object) => (events: Event[]) => events.map((event) => (event.type === type ? { ...event, ...fields } : event));

describe('a Responses stream', () => {
  it('is read to its text, its calls, its usage and the turn to send back', () => {
    const { answer, faults, remarks, error } = judge((events) => events);
    assert.deepEqual([faults, remarks, error], [[], [], null]);
    assert.deepEqual([answer.text, answer.calls, answer.usage], [ANSWER.text, ANSWER.calls, { inputTokens: 9, outputTokens: 5, cachedInputTokens: 3 }]);
    assert.deepEqual(answer.turn.map((item) => (item as Event).type), ['message', 'function_call', 'function_call']);
  });

  it('is sent back with reasoning only where that is encrypted, and without ids that nobody stored', () => {
    const reasoning = (item: object) => (events: Event[]) => events.map((event) => (event.type === 'response.output_item.done' && event['output_index'] === 0 ? { ...event, item: { id: 'item_0', type: 'reasoning', summary: [], ...item } } : event));
    assert.equal((judge(reasoning({ encrypted_content: 'gAAAA' })).answer.turn[0] as Event).type, 'reasoning');
    const { turn } = judge(reasoning({})).answer;
    assert.deepEqual(turn.map((item) => Object.keys(item).includes('id')), [false, false]);
  });

  it('is at fault without its end, with an open item, or with more after the end', () => {
    assert.deepEqual(judge(without('response.completed')).faults, ['the stream ends without response.completed']);
    assert.deepEqual(judge((events) => events.filter(({ type, output_index: at }) => type !== 'response.output_item.done' || at !== 1)).faults, ['an output item has no response.output_item.done']);
    assert.deepEqual(judge((events) => [...events, { type: 'response.in_progress' }]).faults, ['events come after response.completed']);
    assert.deepEqual(judge((events) => [...events.slice(0, -1), { type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } }]).faults, ['the stream ends with response.incomplete: max_output_tokens']);
  });

  it('is at fault when a delta stands before what it belongs to, or names another item', () => {
    assert.match(judge(without('response.output_item.added')).faults.join(), /before its response\.output_item\.added/);
    assert.match(judge(without('response.content_part.added')).faults.join(), /before its response\.content_part\.added/);
    assert.deepEqual(judge(edit('response.output_text.delta', { item_id: 'item_9' })).faults, ['a delta’s item_id is not its item’s id']);
  });

  it('is at fault when its parts do not add up to the whole', () => {
    const lost = (type: string) => (events: Event[]) => events.filter((event, at) => event.type !== type || events.findIndex((one) => one.type === type) !== at);
    assert.deepEqual(judge(lost('response.output_text.delta')).faults, ['the text of an output item is not that of its deltas']);
    assert.deepEqual(judge(lost('response.function_call_arguments.delta')).faults, ['the arguments of a tool call are not those of its deltas']);
    const other = { output: [{ type: 'message', content: [{ type: 'output_text', text: 'It failed.' }] }], usage: {} };
    assert.deepEqual(judge(edit('response.completed', { response: other })).faults, ['the text of response.completed is not that of its items']);
    assert.match(judge((events) => events.map((event) => (event['output_index'] === 2 ? { ...event, output_index: 1 } : event))).faults.join(), /two output items have the output_index 1/);
  });

  it('is remarked on for numbers, names and a beginning that are not right', () => {
    assert.deepEqual(judge((events) => events.map(({ sequence_number: _, ...event }) => event as Event), { renumber: false }).remarks, ['its events have no sequence_number']);
    assert.deepEqual(judge(without('response.in_progress'), { renumber: false }).remarks, ['its sequence_number does not count up by one']);
    assert.deepEqual(judge((events) => events, { names: false }).remarks, ['its "event:" lines are not the events’ types']);
    assert.deepEqual(judge(without('response.created')).remarks, ['does not begin with response.created']);
    assert.deepEqual(judge(without('response.output_text.delta')).remarks, ['sends its text whole, without deltas']);
  });

  it('ends in an error where it says response.failed or error', () => {
    const failed = (event: Event) => judge((events) => [...events.slice(0, 4), event]).error;
    assert.equal(failed({ type: 'response.failed', response: { error: { message: 'overloaded' } } }), 'overloaded');
    assert.equal(failed({ type: 'error', message: 'overloaded' }), 'overloaded');
  });
});
