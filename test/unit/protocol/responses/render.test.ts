import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { apiError } from '../../../../src/protocol/errors.ts';
import { CompletionCollector, NO_USAGE } from '../../../../src/protocol/completion.ts';
import { openReasoning, sealReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import { responsesWire } from '../../../../src/protocol/responses/wire.ts';
import type { ChatDelta, ReasoningItem } from '../../../../src/protocol/types.ts';
import { HEAD, eventsOf, rendered, type Event } from './events.ts';
import { AGENT_TURN, read } from './shapes.ts';

const USAGE = { inputTokens: 30, outputTokens: 7, cachedInputTokens: 20, reasoningTokens: 3, estimated: false };
const text = (words: string): ChatDelta => ({ type: 'text', text: words });
const call = (index: number, id: string, name: string, args: string): ChatDelta => ({ type: 'tool_call', index, id, name, arguments: args });
const args = (index: number, piece: string): ChatDelta => ({ type: 'tool_call', index, arguments: piece });
const itemsOf = (events: Event[]): Record<string, unknown>[] => (events.at(-1)?.['response'] as { output: Record<string, unknown>[] }).output;
/** Without the first two events, which every stream has alike, and the last. */
const inner = (stream: string): Record<string, unknown>[] => eventsOf(stream).slice(2, -1).map(({ sequence_number: _, ...event }) => event);
const types = (stream: string): string[] => eventsOf(stream).map(({ type }) => type);

const ECHO = {
  background: false, instructions: 'Be brief.', max_output_tokens: 100, max_tool_calls: null, metadata: { a: 'b' }, parallel_tool_calls: false, previous_response_id: 'resp_0', prompt_cache_key: 'k',
  reasoning: { effort: 'low', summary: null }, safety_identifier: null, service_tier: 'default', store: false, temperature: 0.5, text: { format: { type: 'json_object' }, verbosity: 'low' },
  tool_choice: 'required', tools: [{ type: 'web_search' }], top_logprobs: 0, top_p: 1, truncation: 'disabled', user: null,
};

describe('rendering a Responses stream', () => {
  it('gives words in OpenAI\'s events, in their order, and repeats the request in the response', () => {
    const request = read({
      model: 'm', input: 'x', stream: true, instructions: 'Be brief.', max_output_tokens: 100, metadata: { a: 'b' }, parallel_tool_calls: false, previous_response_id: 'resp_0', prompt_cache_key: 'k', reasoning: { effort: 'low' },
      store: false, temperature: 0.5, text: { format: { type: 'json_object' }, verbosity: 'low' }, tool_choice: 'required', tools: [{ type: 'web_search' }],
    });
    const stream = rendered([text('Hel'), text('lo'), { type: 'finish', reason: 'stop' }], { request, usage: USAGE, openfusion: { strategy: 'single' } });
    const response = { id: 'resp_t1', object: 'response', created_at: 1_700_000_000, status: 'in_progress', error: null, incomplete_details: null, model: 'openfusion/auto', output: [], usage: null, ...ECHO };
    const at = { item_id: 'msg_t1_0', output_index: 0, content_index: 0 };
    const part = { type: 'output_text', annotations: [], logprobs: [], text: 'Hello' };
    const message = { id: 'msg_t1_0', type: 'message', status: 'completed', role: 'assistant', content: [part] };
    assert.deepEqual(eventsOf(stream), [
      { type: 'response.created', sequence_number: 0, response },
      { type: 'response.in_progress', sequence_number: 1, response },
      { type: 'response.output_item.added', sequence_number: 2, output_index: 0, item: { ...message, status: 'in_progress', content: [] } },
      { type: 'response.content_part.added', sequence_number: 3, ...at, part: { ...part, text: '' } },
      { type: 'response.output_text.delta', sequence_number: 4, ...at, delta: 'Hel', logprobs: [] },
      { type: 'response.output_text.delta', sequence_number: 5, ...at, delta: 'lo', logprobs: [] },
      { type: 'response.output_text.done', sequence_number: 6, ...at, text: 'Hello', logprobs: [] },
      { type: 'response.content_part.done', sequence_number: 7, ...at, part },
      { type: 'response.output_item.done', sequence_number: 8, output_index: 0, item: message },
      { type: 'response.completed', sequence_number: 9, response: {
        ...response, status: 'completed', output: [message], openfusion: { strategy: 'single' },
        usage: { input_tokens: 30, input_tokens_details: { cached_tokens: 20 }, output_tokens: 7, output_tokens_details: { reasoning_tokens: 3 }, total_tokens: 37 },
      } },
    ]);
  });

  it('gives parallel calls whose pieces come in turns, each under its own index', () => {
    const at = (index: number) => ({ item_id: `fc_t1_${index}`, output_index: index });
    const item = (index: number, more: object) => ({ id: `fc_t1_${index}`, type: 'function_call', status: 'completed', ...more });
    const a = { call_id: 'a', name: 'f', arguments: '{"x":1}' }, b = { call_id: 'b', name: 'g', arguments: '{}' };
    assert.deepEqual(inner(rendered([call(0, 'a', 'f', ''), call(1, 'b', 'g', '{'), args(0, '{"x"'), args(1, '}'), args(0, ':1}'), { type: 'finish', reason: 'tool_calls' }])), [
      { type: 'response.output_item.added', output_index: 0, item: item(0, { ...a, arguments: '', status: 'in_progress' }) },
      { type: 'response.output_item.added', output_index: 1, item: item(1, { ...b, arguments: '', status: 'in_progress' }) },
      { type: 'response.function_call_arguments.delta', ...at(1), delta: '{' },
      { type: 'response.function_call_arguments.delta', ...at(0), delta: '{"x"' },
      { type: 'response.function_call_arguments.delta', ...at(1), delta: '}' },
      { type: 'response.function_call_arguments.delta', ...at(0), delta: ':1}' },
      { type: 'response.function_call_arguments.done', ...at(0), name: 'f', arguments: '{"x":1}' },
      { type: 'response.output_item.done', output_index: 0, item: item(0, a) },
      { type: 'response.function_call_arguments.done', ...at(1), name: 'g', arguments: '{}' },
      { type: 'response.output_item.done', output_index: 1, item: item(1, b) },
    ]);
  });

  it('gives a namespace\'s call its namespace and local name, and a custom call as one', () => {
    const request = read(AGENT_TURN);
    const stream = rendered([call(0, 'a', 'agents__spawn', '{}'), { type: 'tool_call', index: 1, id: 'b', name: 'apply_patch', arguments: '*** Begin', custom: true }, args(1, ' Patch')], { request });
    const patch = { id: 'ctc_t1_1', type: 'custom_tool_call', status: 'completed', call_id: 'b', name: 'apply_patch', input: '*** Begin Patch' };
    assert.deepEqual(itemsOf(eventsOf(stream)), [{ id: 'fc_t1_0', type: 'function_call', status: 'completed', call_id: 'a', name: 'spawn', namespace: 'agents', arguments: '{}' }, patch]);
    assert.deepEqual(inner(stream).filter(({ output_index: index }) => index === 1), [
      { type: 'response.output_item.added', output_index: 1, item: { ...patch, status: 'in_progress', input: '' } },
      { type: 'response.custom_tool_call_input.delta', item_id: 'ctc_t1_1', output_index: 1, delta: '*** Begin' },
      { type: 'response.custom_tool_call_input.delta', item_id: 'ctc_t1_1', output_index: 1, delta: ' Patch' },
      { type: 'response.custom_tool_call_input.done', item_id: 'ctc_t1_1', output_index: 1, input: '*** Begin Patch' },
      { type: 'response.output_item.done', output_index: 1, item: patch },
    ]);
  });

  it('gives reasoning as a summary, under an envelope of ours that holds other formats\' seals', () => {
    const sealed: ReasoningItem = { wire: 'messages', provider: 'up/', raw: { type: 'thinking', thinking: 'Hm, so.', signature: 'sig' } };
    const events = inner(rendered([{ type: 'reasoning', text: 'Hm, ' }, { type: 'reasoning', text: 'so.' }, { type: 'reasoning_item', item: sealed }, text('Yes')]));
    const at = { item_id: 'rs_t1_0', output_index: 0, summary_index: 0 };
    const part = { type: 'summary_text', text: 'Hm, so.' };
    assert.deepEqual(events.slice(0, 7), [
      { type: 'response.output_item.added', output_index: 0, item: { id: 'rs_t1_0', type: 'reasoning', summary: [] } },
      { type: 'response.reasoning_summary_part.added', ...at, part: { type: 'summary_text', text: '' } },
      { type: 'response.reasoning_summary_text.delta', ...at, delta: 'Hm, ' },
      { type: 'response.reasoning_summary_text.delta', ...at, delta: 'so.' },
      { type: 'response.reasoning_summary_text.done', ...at, text: 'Hm, so.' },
      { type: 'response.reasoning_summary_part.done', ...at, part },
      { type: 'response.output_item.done', output_index: 0, item: { id: 'rs_t1_0', type: 'reasoning', summary: [part], encrypted_content: sealReasoning([sealed]) } },
    ]);
    assert.equal(events[7]?.['output_index'], 1);
  });

  it('marks reasoning without any seal as ours, so that no provider gets it back', () => {
    const [item] = itemsOf(eventsOf(rendered([{ type: 'reasoning', text: 'Hm.' }])));
    assert.deepEqual(openReasoning(String(item?.['encrypted_content'])), []);
  });

  it('puts reasoning of its own format out as it came, under the id that it had from the start', () => {
    const raw = { id: 'rs_up', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'c2VhbA==', of_tomorrow: 1 };
    const events = eventsOf(rendered([{ type: 'reasoning', text: 'Hm.', itemId: 'rs_up' }, { type: 'reasoning_item', item: { wire: 'responses', provider: 'up/', raw } }]));
    assert.deepEqual(itemsOf(events), [raw]);
    assert.equal((events[2]?.['item'] as { id: string }).id, 'rs_up');
    const silent = { ...raw, summary: [] };
    assert.deepEqual(itemsOf(eventsOf(rendered([{ type: 'reasoning_item', item: { wire: 'responses', provider: 'up/', raw: silent } }, text('x')])))[0], silent);
  });

  it('puts a built-in call of its own format out as it came', () => {
    const item = { type: 'local_shell_call', id: 'lsh_1', call_id: 'c', status: 'completed', action: { type: 'exec', command: ['ls'] } };
    assert.deepEqual(itemsOf(eventsOf(rendered([{ type: 'tool_call', index: 0, id: 'c', name: 'local_shell', arguments: '{}', more: { item } }]))), [item]);
  });

  it('keeps text, call and text in their order, and refusals apart from words', () => {
    const items = itemsOf(eventsOf(rendered([text('A'), call(0, 'c', 'f', '{}'), text('B'), { type: 'refusal', text: 'No.' }, text('C')])));
    assert.deepEqual(items.map(({ type }) => type), ['message', 'function_call', 'message']);
    assert.deepEqual((items[2]?.['content'] as { type: string }[]).map(({ type }) => type), ['output_text', 'refusal', 'output_text']);
  });

  it('gives every call an id of its own, also where the provider gave none or the same twice', () => {
    const items = itemsOf(eventsOf(rendered([{ type: 'tool_call', index: 0, name: 'f', arguments: '1' }, { type: 'tool_call', index: 1, name: 'f', arguments: '2' }, call(2, 'x', 'f', '3'), call(3, 'x', 'f', '4')])));
    assert.deepEqual(items.map(({ call_id: id }) => id), ['call_t1_0', 'call_t1_1', 'x', 'x_2']);
  });

  it('keeps arguments that come before the name, and calls that a provider numbers all 0', () => {
    const items = itemsOf(eventsOf(rendered([{ type: 'tool_call', index: 0, id: 'a', arguments: '{"a"' }, { type: 'tool_call', index: 0, name: 'f', arguments: ':1}' }, call(0, 'b', 'g', '2'), { type: 'tool_call', index: 0, id: 'c', arguments: '3' }])));
    assert.deepEqual(items.map(({ name, arguments: said }) => [name, said]), [['f', '{"a":1}'], ['g', '2'], ['', '3']]);
  });

  it('ends as incomplete where the answer was cut off, and says so on the last item only', () => {
    const events = eventsOf(rendered([text('A'), call(0, 'a', 'f', '{}'), call(1, 'b', 'f', '{"x'), { type: 'finish', reason: 'length' }]));
    assert.equal(events.at(-1)?.type, 'response.incomplete');
    const { status, incomplete_details: details } = events.at(-1)?.['response'] as Record<string, unknown>;
    assert.deepEqual([status, details], ['incomplete', { reason: 'max_output_tokens' }]);
    assert.deepEqual(itemsOf(events).map((item) => item['status']), ['completed', 'completed', 'incomplete']);
    const filtered = eventsOf(rendered([text('A'), { type: 'finish', reason: 'content_filter' }])).at(-1)?.['response'] as Record<string, unknown>;
    assert.deepEqual(filtered['incomplete_details'], { reason: 'content_filter' });
  });

  it('is a whole stream also when nothing was said', () => {
    assert.deepEqual(types(rendered([text(''), { type: 'reasoning', text: '' }])), ['response.created', 'response.in_progress', 'response.completed']);
  });

  it('marks estimated usage', () => {
    const response = eventsOf(rendered([], { usage: { ...NO_USAGE, estimated: true } })).at(-1)?.['response'] as { usage: { estimated: unknown } };
    assert.equal(response.usage.estimated, true);
  });

  it('keeps the final response, and the same as a plain answer', () => {
    const deltas = [text('A'), call(0, 'a', 'f', '{}'), { type: 'finish', reason: 'tool_calls' } as const];
    const collector = new CompletionCollector();
    deltas.forEach((delta) => { collector.add(delta); });
    const request = read(AGENT_TURN);
    const renderer = responsesWire.createRenderer(HEAD, request);
    assert.equal(renderer.final, null);
    const stream = deltas.map((delta) => renderer.delta(delta)).join('') + renderer.end(USAGE, { mode: 'auto' });
    const whole = responsesWire.renderWhole(HEAD, request, { completion: collector.result(), usage: USAGE, openfusion: { mode: 'auto' } });
    assert.deepEqual(renderer.final, eventsOf(stream).at(-1)?.['response']);
    assert.deepEqual(whole.final, renderer.final);
    assert.deepEqual(JSON.parse(whole.text), whole.final);
  });
});

describe('a Responses stream that fails', () => {
  const overloaded = apiError(503, 'the upstream is overloaded');
  const fails = (deltas: ChatDelta[], error = overloaded): Event[] => {
    const renderer = responsesWire.createRenderer(HEAD, read({ input: 'x', stream: true }));
    return eventsOf(deltas.map((delta) => renderer.delta(delta)).join('') + (renderer.fail(error) ?? ''));
  };

  it('ends with response.failed under the next number, whatever was said before', () => {
    for (const deltas of [[], [text('A')], [{ type: 'reasoning', text: 'Hm' } as const], [text('A'), call(0, 'c', 'f', '{"x')]]) {
      const events = fails(deltas);
      assert.deepEqual(events.map(({ sequence_number: number }) => number), events.map((_, index) => index));
      assert.deepEqual(events.slice(0, 2).map(({ type }) => type), ['response.created', 'response.in_progress']);
      const last = events.at(-1);
      assert.equal(last?.type, 'response.failed');
      const { status, error, output } = last['response'] as Record<string, unknown>;
      assert.deepEqual([status, error], ['failed', { code: 'server_error', message: 'the upstream is overloaded' }]);
      assert.equal((output as unknown[]).length, deltas.length === 2 ? 1 : 0);
    }
  });

  it('names a rate limit and the wait in the words that agents look for, and keeps other codes', () => {
    const limited = fails([], apiError(429, 'All candidates are cooling down.', { retryAfterS: 8 })).at(-1)?.['response'] as { error: unknown };
    assert.deepEqual(limited.error, { code: 'rate_limit_exceeded', message: 'All candidates are cooling down. Please try again in 8s.' });
    const long = fails([], apiError(400, 'Too long.', { code: 'context_length_exceeded' })).at(-1)?.['response'] as { error: unknown };
    assert.deepEqual(long.error, { code: 'context_length_exceeded', message: 'Too long.' });
  });
});
