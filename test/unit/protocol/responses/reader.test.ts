import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CompletionCollector } from '../../../../src/protocol/completion.ts';
import { responsesWire } from '../../../../src/protocol/responses/wire.ts';
import { StreamReadError } from '../../../../src/protocol/wire.ts';
import type { Completion } from '../../../../src/protocol/types.ts';
import { readEvents } from './events.ts';
import { AGENT_TURN, read } from './shapes.ts';

/** Events as an upstream sends them, numbered; `model` stands on the response objects. */
function stream(...events: { type: string; [key: string]: unknown }[]): string {
  return events.map((event, index) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`).join('');
}
const response = (status: string, more: object = {}): Record<string, unknown> => ({ id: 'resp_up', object: 'response', status, model: 'up/model', output: [], ...more });
const created = { type: 'response.created', response: response('in_progress') };
const usage = { input_tokens: 30, input_tokens_details: { cached_tokens: 20, cache_write_tokens: 2 }, output_tokens: 7, output_tokens_details: { reasoning_tokens: 3 }, total_tokens: 37 };
const completed = (more: object = {}) => ({ type: 'response.completed', response: response('completed', { usage, ...more }) });
const added = (index: number, item: object) => ({ type: 'response.output_item.added', output_index: index, item });
const done = (index: number, item: object) => ({ type: 'response.output_item.done', output_index: index, item });
const at = (type: string, index: number, more: object) => ({ type: `response.${type}`, output_index: index, item_id: `i${index}`, content_index: 0, ...more });
const message = (text: string) => ({ id: 'i0', type: 'message', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] });
const whole = '{"a":1}';
const call = (index: number, args: string, more: object = {}) => ({ id: `i${index}`, type: 'function_call', call_id: `c${index}`, name: 'f', arguments: args, ...more });

function collected(text: string): Completion {
  const collector = new CompletionCollector();
  for (const event of readEvents(text)) {
    event.deltas.forEach((delta) => { collector.add(delta); });
    if (event.usage !== null) collector.add({ type: 'usage', usage: event.usage });
  }
  return collector.result();
}

describe('reading a Responses stream', () => {
  it('reads words, usage and the end', () => {
    const events = readEvents(stream(created, added(0, message('')), at('output_text.delta', 0, { delta: 'Hel' }), at('output_text.delta', 0, { delta: 'lo' }), done(0, message('Hello')), completed()));
    assert.deepEqual(events.flatMap(({ deltas }) => deltas), [{ type: 'text', text: 'Hel' }, { type: 'text', text: 'lo' }, { type: 'finish', reason: 'stop' }]);
    assert.deepEqual(events.map(({ model }) => model), ['up/model', null, null, null, null, 'up/model']);
    assert.deepEqual(events.map(({ content }) => content), [false, false, true, true, false, false]);
    assert.deepEqual(events.map(({ finishes }) => finishes), [false, false, false, false, false, true]);
    assert.deepEqual(events.at(-1)?.usage, { inputTokens: 30, outputTokens: 7, cachedInputTokens: 20, cacheWriteTokens: 2, reasoningTokens: 3, estimated: false });
  });

  it('reads parallel calls whose pieces come in turns', () => {
    const { toolCalls, finishReason } = collected(stream(
      created, added(0, call(0, '')), added(1, { ...call(1, ''), type: 'custom_tool_call', input: '', name: 'patch' }),
      at('custom_tool_call_input.delta', 1, { delta: '***' }), at('function_call_arguments.delta', 0, { delta: '{"a"' }), at('custom_tool_call_input.delta', 1, { delta: ' x' }), at('function_call_arguments.delta', 0, { delta: ':1}' }),
      at('function_call_arguments.done', 0, { arguments: '{"a":1}' }), at('custom_tool_call_input.done', 1, { input: '*** x' }), done(0, call(0, '{"a":1}')), done(1, { ...call(1, ''), type: 'custom_tool_call', input: '*** x', name: 'patch' }), completed(),
    ));
    assert.deepEqual(toolCalls, [{ id: 'c0', name: 'f', arguments: '{"a":1}' }, { id: 'c1', name: 'patch', arguments: '*** x', custom: true }]);
    assert.equal(finishReason, 'tool_calls');
  });

  for (const [where, events] of Object.entries({
    'in arguments.done': [added(0, call(0, '')), at('function_call_arguments.done', 0, { arguments: whole })],
    'in the finished item': [added(0, call(0, '')), done(0, call(0, whole))],
    'in an item that was never added': [done(0, call(0, whole))],
    'in pieces before the item is known': [at('function_call_arguments.delta', 0, { delta: '{"a"' }), at('function_call_arguments.delta', 0, { delta: ':1}' }), done(0, call(0, whole))],
    'in part in pieces, in whole later': [added(0, call(0, '')), at('function_call_arguments.delta', 0, { delta: '{"a"' }), at('function_call_arguments.done', 0, { arguments: whole }), done(0, call(0, whole))],
    'in pieces, with a placeholder in the added item': [added(0, call(0, '{}')), at('function_call_arguments.delta', 0, { delta: whole }), done(0, call(0, whole))],
    'in pieces, and written otherwise at the end': [added(0, call(0, '')), at('function_call_arguments.delta', 0, { delta: whole }), done(0, call(0, '{ "a": 1 }'))],
  })) {
    it(`reads arguments once that come ${where}`, () => {
      for (const output of [[], [call(0, whole)]]) assert.deepEqual(collected(stream(created, ...events, completed({ output }))).toolCalls, [{ id: 'c0', name: 'f', arguments: whole }]);
    });
  }

  it('reads an answer that stands in the final response alone', () => {
    const output = [message('Hello'), call(1, whole), { type: 'web_search_call', id: 'ws' }];
    const { parts } = collected(stream(created, completed({ output })));
    assert.deepEqual(parts, [{ type: 'text', text: 'Hello' }, { type: 'tool_call', call: { id: 'c1', name: 'f', arguments: whole } }]);
  });

  it('does not take an item for another one that stands at its place in a shorter final output', () => {
    const reasoning = { id: 'i0', type: 'reasoning', summary: [] }, words = { ...message('Hello'), id: 'i1' };
    const { text, parts } = collected(stream(created, done(0, reasoning), at('output_text.delta', 1, { delta: 'Hello' }), done(1, words), completed({ output: [words] })));
    assert.equal(text, 'Hello');
    assert.equal(parts.length, 2);
  });

  it('reads words once that come only in the end, and those that end a text', () => {
    assert.equal(collected(stream(created, added(0, message('')), at('output_text.delta', 0, { delta: 'Hel' }), at('output_text.done', 0, { text: 'Hello' }), done(0, message('Hello')), completed())).text, 'Hello');
    assert.equal(collected(stream(created, done(0, message('Hello')), completed())).text, 'Hello');
  });

  it('reads items by their place where a relay gives them a new id in each event', () => {
    const events = [added(0, { ...call(0, ''), id: 'x1' }), { ...at('function_call_arguments.delta', 0, { delta: whole }), item_id: 'x2' }, done(0, { ...call(0, whole), id: 'x3' })];
    assert.deepEqual(collected(stream(created, ...events, completed({ output: [{ ...call(0, whole), id: 'x4' }] }))).toolCalls, [{ id: 'c0', name: 'f', arguments: whole }]);
  });

  it('reads events without any place as those of the item at hand', () => {
    const bare = (type: string, more: object) => ({ type: `response.${type}`, ...more });
    const { text } = collected(stream(created, bare('output_text.delta', { delta: 'Hel' }), bare('output_text.delta', { delta: 'lo' }), bare('output_text.done', { text: 'Hello' }), completed()));
    assert.equal(text, 'Hello');
  });

  it('reads reasoning as words and, sealed, as the item that it is', () => {
    const item = { id: 'i0', type: 'reasoning', summary: [{ type: 'summary_text', text: 'One.' }, { type: 'summary_text', text: 'Two.' }], encrypted_content: 'c2VhbA==' };
    const summary = (index: number, delta: string) => at('reasoning_summary_text.delta', 0, { summary_index: index, delta });
    const { parts } = collected(stream(created, added(0, { id: 'i0', type: 'reasoning', summary: [] }), summary(0, 'On'), summary(0, 'e.'), summary(1, 'Two.'), done(0, item), completed()));
    assert.deepEqual(parts, [{ type: 'reasoning', text: 'One.\n\nTwo.', itemId: 'i0' }, { type: 'reasoning_item', item: { wire: 'responses', provider: 'up/', raw: item } }]);
  });

  it('reads reasoning in the open, once also where a summary tells the same', () => {
    const item = { id: 'i0', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Short.' }], content: [{ type: 'reasoning_text', text: 'Long.' }] };
    assert.equal(collected(stream(created, at('reasoning_text.delta', 0, { delta: 'Long.' }), at('reasoning_summary_text.delta', 0, { summary_index: 0, delta: 'Short.' }), done(0, item), completed())).reasoning, 'Long.');
    assert.equal(collected(stream(created, done(0, { ...item, summary: [] }), completed())).reasoning, 'Long.');
  });

  it('reads a refusal', () => {
    assert.equal(collected(stream(created, at('refusal.delta', 0, { delta: 'No' }), at('refusal.done', 0, { refusal: 'No.' }), completed())).refusal, 'No.');
  });

  it('names the call of a namespace\'s tool as the tool is named, and gives translated names back', () => {
    assert.equal(collected(stream(created, done(0, call(0, '{}', { namespace: 'agents' })), completed())).toolCalls[0]?.name, 'agents__f');
    const reader = responsesWire.createReader({ provider: 'up/', tools: [{ kind: 'function', name: 'a.b', raw: {} }] });
    const sent = JSON.parse(Buffer.concat(responsesWire.writeBody({ ...read(AGENT_TURN), wire: 'chat' }, () => ({ ...responsesWire.settingsOf(read(AGENT_TURN)), tools: [{ kind: 'function', name: 'a.b', description: undefined, parameters: {}, strict: undefined }] }), {
      model: 'm', stream: true, set: {}, ownsReasoning: () => false, quirks: {},
    })).toString()) as { tools: { name: string }[] };
    const deltas = reader.push(Buffer.from(stream(created, done(0, call(0, '{}', { name: sent.tools[0]?.name }))))).flatMap((event) => event.deltas);
    assert.equal(deltas.find((delta) => delta.type === 'tool_call')?.name, 'a.b');
  });

  it('reads a built-in call that the client runs with the item that it was', () => {
    const item = { id: 'i0', type: 'local_shell_call', call_id: 'c', status: 'completed', action: { type: 'exec', command: ['ls'] } };
    assert.deepEqual(collected(stream(created, added(0, item), done(0, item), completed())).toolCalls, [{ id: 'c', name: 'local_shell', arguments: '{"type":"exec","command":["ls"]}', more: { item } }]);
  });

  it('tells an answer that was cut off, and by what', () => {
    for (const [reason, expected] of [['max_output_tokens', 'length'], ['content_filter', 'content_filter'], ['of_tomorrow', 'length']]) {
      const [, event] = readEvents(stream(created, { type: 'response.incomplete', response: response('incomplete', { incomplete_details: { reason } }) }));
      assert.deepEqual(event?.deltas, [{ type: 'finish', reason: expected }]);
      assert.equal(event.finishes, true);
    }
  });

  it('tells a failure in each of its forms, and never as an end', () => {
    for (const [event, expected] of [
      [{ type: 'response.failed', response: response('failed', { error: { code: 'server_error', message: 'Oops.' } }) }, { message: 'Oops.', code: 'server_error' }],
      [{ type: 'response.failed', response: response('failed') }, { message: 'the upstream reported a failed response', code: null }],
      [{ type: 'error', code: 'rate_limit_exceeded', message: 'Slow.', param: null }, { message: 'Slow.', code: 'rate_limit_exceeded' }],
      [{ type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } }, { message: 'Busy.', code: 'overloaded_error' }],
      [{ type: 'response.cancelled', response: response('cancelled') }, { message: 'the upstream reported a failed response', code: null }],
    ] as const) {
      const [, read] = readEvents(stream(created, event));
      assert.deepEqual([read?.error, read?.finishes, read?.deltas], [expected, false, []]);
    }
    assert.deepEqual(readEvents('data: {"error":{"message":"Down.","code":502}}\n\n')[0]?.error, { message: 'Down.', code: '502' });
  });

  it('takes a search of the provider for content, and events that it does not know for nothing', () => {
    const events = readEvents(stream(created, added(0, { id: 'ws', type: 'web_search_call' }), { type: 'response.web_search_call.searching', output_index: 0 }, { type: 'response.of_tomorrow' }, { type: 'keepalive' }));
    assert.deepEqual(events.map(({ content }) => content), [false, true, false, false, false]);
    assert.deepEqual(events.flatMap(({ deltas }) => deltas), []);
  });

  it('reads events by their SSE name where the data has no type, and knows the mark that relays put at the end', () => {
    const [first, last] = readEvents('event: response.output_text.delta\ndata: {"delta":"x"}\n\ndata: [DONE]\n\n');
    assert.deepEqual([first?.deltas, last?.done, last?.object], [[{ type: 'text', text: 'x' }], true, null]);
  });

  it('throws on an event that is not a JSON object', () => {
    assert.throws(() => readEvents('data: {oops\n\n'), StreamReadError);
    assert.throws(() => readEvents('data: 7\n\n'), StreamReadError);
  });
});

describe('reading a plain response', () => {
  const plain = (value: unknown) => responsesWire.readWhole(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), { provider: 'up/', tools: null });

  it('reads all that stands in it, in its order', () => {
    const raw = { id: 'rs', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'c2VhbA==' };
    const read = plain(response('completed', { usage, output: [raw, message('Hello'), call(2, whole), { ...message('Bye'), id: 'i3' }] }));
    assert.ok(read.ok);
    assert.deepEqual(read.completion.parts, [
      { type: 'reasoning', text: 'Hm.', itemId: 'rs' }, { type: 'reasoning_item', item: { wire: 'responses', provider: 'up/', raw } }, { type: 'text', text: 'Hello' },
      { type: 'tool_call', call: { id: 'c2', name: 'f', arguments: whole } }, { type: 'text', text: 'Bye' },
    ]);
    assert.deepEqual([read.completion.finishReason, read.completion.usage?.inputTokens], ['tool_calls', 30]);
  });

  it('never takes an answer for whole that is not', () => {
    const failed = (value: unknown): unknown[] => { const read = plain(value); return read.ok ? [] : [read.reason, read.code]; };
    assert.deepEqual(failed('<html>'), ['invalid_response', null]);
    assert.deepEqual(failed({ choices: [] }), ['invalid_response', null]);
    assert.deepEqual(failed(response('in_progress')), ['incomplete', null]);
    assert.deepEqual(failed(response('queued')), ['incomplete', null]);
    assert.deepEqual(failed({ ...response('x'), status: undefined }), ['incomplete', null]);
    assert.deepEqual(failed(response('failed', { error: { code: 'server_error', message: 'Oops.' } })), ['server_error', 'server_error']);
    assert.deepEqual(failed({ error: { message: 'Oops.', code: 'bad' } }), ['server_error', 'bad']);
  });
});
