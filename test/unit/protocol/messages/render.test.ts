import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { describe, it } from 'mocha';
import { NO_USAGE } from '../../../../src/protocol/completion.ts';
import { apiError } from '../../../../src/protocol/errors.ts';
import { messagesWire } from '../../../../src/protocol/messages/wire.ts';
import { openReasoning, sealReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import type { ChatDelta, ReasoningItem, Usage } from '../../../../src/protocol/types.ts';
import { completionOf, eventsOf, request, type Fields } from './samples.ts';

const HEAD = { id: 'msg_trace1', created: 1, model: 'openfusion/auto' };
const asked = request({ stream: true });
const rendered = (deltas: ChatDelta[], { usage = NO_USAGE, openfusion = null as Fields | null } = {}) => {
  const renderer = messagesWire.createRenderer(HEAD, asked);
  return deltas.map((delta) => renderer.delta(delta)).join('') + renderer.end(usage, openfusion);
};
const whole = (deltas: ChatDelta[], usage: Usage = NO_USAGE, openfusion: Fields | null = null) =>
  JSON.parse(messagesWire.renderWhole(HEAD, asked, { completion: completionOf(deltas), usage, openfusion }).text) as Fields;
const call = (index: number, args: string, more: { id?: string; name?: string } = {}): ChatDelta => ({ type: 'tool_call', index, arguments: args, ...more });
const text = (words: string): ChatDelta => ({ type: 'text', text: words });
const thought = (words: string): ChatDelta => ({ type: 'reasoning', text: words });
const item = (raw: ReasoningItem['raw'], wire: ReasoningItem['wire'] = 'messages'): ChatDelta => ({ type: 'reasoning_item', item: { wire, provider: 'up/', raw } });
const finish = (reason: 'stop' | 'length' | 'tool_calls' | 'content_filter'): ChatDelta => ({ type: 'finish', reason });
/** Blocks as a client puts them together: their start, and what came for them. */
const blocks = (stream: string) => {
  const made: { start: Fields; pieces: string[] }[] = [];
  for (const event of eventsOf(stream)) {
    if (event['type'] === 'content_block_start') made[event['index'] as number] = { start: event['content_block'] as Fields, pieces: [] };
    const { text: words, thinking, signature, partial_json: json } = (event['delta'] ?? {}) as Record<string, string | undefined>;
    if (event['type'] === 'content_block_delta') made[event['index'] as number]?.pieces.push(words ?? thinking ?? (signature === undefined ? json ?? '' : `sig:${signature}`));
  }
  return made;
};
const sdk = async (stream: string) => {
  const client = new Anthropic({ apiKey: 'none', maxRetries: 0, fetch: () => Promise.resolve(new Response(stream, { headers: { 'content-type': 'text/event-stream' } })) });
  return client.messages.stream({ model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] }).finalMessage();
};

describe('rendering a Messages stream', () => {
  it('is, word for word, a stream in Anthropic\'s order', () => {
    const usage: Usage = { inputTokens: 2112, outputTokens: 89, cachedInputTokens: 2000, cacheWriteTokens: 100, reasoningTokens: 7, estimated: false };
    const seen = eventsOf(rendered([
      thought('Look '), thought('first.'), item({ type: 'thinking', thinking: 'Look first.', signature: 'sig' }), text('I '), text('read.'),
      call(0, '', { id: 'c1', name: 'Read' }), call(0, '{"a"'), call(0, ':1}'), finish('tool_calls'),
    ], { usage, openfusion: { mode: 'auto' } }));
    const delta = (index: number, body: Fields) => ({ type: 'content_block_delta', index, delta: body });
    const start = seen[0]?.['message'] as Fields;
    assert.deepEqual({ ...start, usage: undefined }, { id: 'msg_trace1', type: 'message', role: 'assistant', model: 'openfusion/auto', content: [], stop_reason: null, stop_sequence: null, usage: undefined });
    assert.deepEqual(seen.slice(1), [
      { type: 'ping' },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      delta(0, { type: 'thinking_delta', thinking: 'Look ' }), delta(0, { type: 'thinking_delta', thinking: 'first.' }), delta(0, { type: 'signature_delta', signature: 'sig' }),
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      delta(1, { type: 'text_delta', text: 'I ' }), delta(1, { type: 'text_delta', text: 'read.' }),
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 'c1', name: 'Read', input: {} } },
      delta(2, { type: 'input_json_delta', partial_json: '{"a"' }), delta(2, { type: 'input_json_delta', partial_json: ':1}' }),
      { type: 'content_block_stop', index: 2 },
      {
        type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { input_tokens: 12, cache_creation_input_tokens: 100, cache_read_input_tokens: 2000, output_tokens: 89, output_tokens_details: { thinking_tokens: 7 } }, openfusion: { mode: 'auto' },
      },
      { type: 'message_stop' },
    ]);
  });

  it('sends words on at once, and the start with the first of them', () => {
    const renderer = messagesWire.createRenderer(HEAD, asked);
    assert.equal(renderer.delta({ type: 'text', text: '' }), '');
    assert.deepEqual(eventsOf(renderer.delta(text('a'))).map(({ type }) => type), ['message_start', 'ping', 'content_block_start', 'content_block_delta']);
    assert.deepEqual(eventsOf(renderer.delta(text('b'))).map(({ type }) => type), ['content_block_delta']);
  });

  it('tells an estimate of the input at the start, and what is known better', () => {
    const usageOf = (stream: string) => ((eventsOf(stream)[0]?.['message'] as Fields)['usage'] as Fields)['input_tokens'] as number;
    const long = request({ messages: [{ role: 'user', content: 'x'.repeat(36_000) }] });
    const told = usageOf(messagesWire.createRenderer(HEAD, long).delta(text('a')));
    assert.ok(told > 9_000 && told < 11_000, String(told));
    const picture = request({ messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(400_000) } }] }] });
    const seen = usageOf(messagesWire.createRenderer(HEAD, picture).delta(text('a')));
    assert.ok(seen > 1_000 && seen < 3_000, String(seen));
    assert.equal(usageOf(rendered([{ type: 'usage', usage: { ...NO_USAGE, inputTokens: 77 } }, text('a')])), 77);
  });

  it('marks estimated usage', () => {
    const last = eventsOf(rendered([text('a')], { usage: { ...NO_USAGE, estimated: true } })).at(-2);
    assert.equal((last?.['usage'] as Fields)['estimated'], true);
  });

  it('writes calls that come interleaved one after the other, in the order of their first pieces', () => {
    const stream = rendered([
      call(1, '{"b":', { id: 'b', name: 'two' }), call(0, '{"a"', { id: 'a', name: 'one' }), text('between'), call(1, '2}'), call(0, ':1}'), finish('tool_calls'),
    ]);
    assert.deepEqual(blocks(stream).map(({ start, pieces }) => [start['id'] ?? start['type'], pieces.join('')]), [['b', '{"b":2}'], ['a', '{"a":1}'], ['text', 'between']]);
  });

  it('goes on with the next call as soon as the one before is a whole object', () => {
    const renderer = messagesWire.createRenderer(HEAD, asked);
    renderer.delta(call(0, '{"a":{"b":"}"}}', { id: 'a', name: 'one' }));
    const next = eventsOf(renderer.delta(call(1, '{"c', { id: 'b', name: 'two' })));
    assert.deepEqual(next.map(({ type, index }) => [type, index]), [['content_block_stop', 0], ['content_block_start', 1], ['content_block_delta', 1]]);
  });

  it('waits behind an empty object, since providers begin with one that they complete later', () => {
    const stream = rendered([call(0, '{}', { id: 'a', name: 'one' }), call(1, '{"x":1}', { id: 'b', name: 'two' }), call(0, '{"path":"p"}'), finish('tool_calls')]);
    assert.deepEqual(blocks(stream).map(({ pieces }) => pieces.join('')), ['{}{"path":"p"}', '{"x":1}']);
  });

  it('ends loudly, and once, when a call goes on behind its end', () => {
    const renderer = messagesWire.createRenderer(HEAD, asked);
    renderer.delta(call(0, '{"a":1}', { id: 'a', name: 'one' }));
    renderer.delta(call(1, '{', { id: 'b', name: 'two' }));
    assert.deepEqual(eventsOf(renderer.delta(call(0, '{"more":1}'))).map(({ type, error }) => [type, (error as Fields)['type']]), [['error', 'api_error']]);
    assert.equal(renderer.delta(text('x')) + renderer.end(NO_USAGE, null) + String(renderer.fail(apiError(500, 'x'))), '');
  });

  it('takes a new id under a known index as a new call', () => {
    const stream = rendered([call(0, '{"a":1}', { id: 'a', name: 'one' }), call(0, '{"b":2}', { id: 'b', name: 'two' }), finish('tool_calls')]);
    assert.deepEqual(blocks(stream).map(({ start, pieces }) => [start['id'], pieces.join('')]), [['a', '{"a":1}'], ['b', '{"b":2}']]);
  });

  it('gives empty arguments as an empty object, and ids to calls without', () => {
    const [first, second] = blocks(rendered([call(0, '', { name: 'one' }), call(1, '', { name: 'two' }), finish('tool_calls')]));
    assert.deepEqual([first?.pieces, second?.pieces], [['{}'], ['{}']]);
    assert.match(String(first?.start['id']), /^toolu_[a-zA-Z0-9_-]+$/);
    assert.notEqual(first?.start['id'], second?.start['id']);
  });

  it('waits for the name of a call', () => {
    const [made] = blocks(rendered([call(0, '{"a":', { id: 'a' }), call(0, '1}', { name: 'one' })]));
    assert.deepEqual([made?.start['name'], made?.pieces.join('')], ['one', '{"a":1}']);
  });

  it('gives a refusal as words and as the reason', () => {
    const stream = rendered([{ type: 'refusal', text: 'I cannot.' }, finish('stop')]);
    assert.equal(blocks(stream)[0]?.pieces.join(''), 'I cannot.');
    assert.deepEqual(eventsOf(stream).at(-2)?.['delta'], { stop_reason: 'refusal', stop_sequence: null });
  });

  it('names why it stopped by what was said', () => {
    const reason = (...deltas: ChatDelta[]) => (eventsOf(rendered(deltas)).at(-2)?.['delta'] as Fields)['stop_reason'];
    const one = call(0, '{}', { id: 'a', name: 'one' });
    assert.deepEqual(
      [reason(text('a'), finish('stop')), reason(text('a'), finish('length')), reason(one, finish('tool_calls')), reason(one, finish('stop')), reason(text('a'), finish('tool_calls')), reason(finish('content_filter')), reason()],
      ['end_turn', 'max_tokens', 'tool_use', 'tool_use', 'end_turn', 'refusal', 'end_turn'],
    );
  });

  it('puts out what its own format signed as it was, without words before it too', () => {
    const signed = { type: 'thinking', thinking: 'all of it', signature: 's1', extra: 1 };
    const redacted = { type: 'redacted_thinking', data: 'xyz' };
    assert.deepEqual(blocks(rendered([item(signed), item(redacted), thought('other'), item({ ...signed, signature: 's2' })])).map(({ start, pieces }) => [start, pieces.map((piece) => (piece.startsWith('sig:openfusion') ? 'ours' : piece))]), [
      [{ ...signed, thinking: '', signature: '' }, ['all of it', 'sig:s1']],
      [redacted, []],
      [{ type: 'thinking', thinking: '', signature: '' }, ['other', 'ours']],
      [{ ...signed, thinking: '', signature: '' }, ['all of it', 'sig:s2']],
    ]);
  });

  it('carries reasoning of other formats in the signature', () => {
    const encrypted = { type: 'reasoning', id: 'rs_1', encrypted_content: 'abc' };
    const detail = { type: 'reasoning.text', text: 'hm', signature: 'g' };
    const made = blocks(rendered([thought('one'), item(encrypted, 'responses'), thought('two'), item(detail, 'chat'), item({ ...detail, text: '2' }, 'chat'), text('x')]));
    const carried = made.slice(0, 2).map(({ pieces }) => openReasoning(String(pieces.at(-1)).slice(4))?.map(({ wire, provider, raw }) => [wire, provider, raw]));
    assert.deepEqual(carried, [[['responses', 'up/', encrypted]], [['chat', 'up/', detail], ['chat', 'up/', { ...detail, text: '2' }]]]);
  });

  it('signs reasoning that nobody signed, so that it is known again', () => {
    assert.deepEqual(blocks(rendered([thought('hm'), text('x')]))[0]?.pieces, ['hm', `sig:${sealReasoning([])}`]);
  });

  it('ends loudly with an error that agents try again on', () => {
    const types = [429, 503, 529, 500, 502, 504, 400].map((status) => {
      const renderer = messagesWire.createRenderer(HEAD, asked);
      renderer.delta(text('a'));
      return (eventsOf(String(renderer.fail(apiError(status, 'broke')))).at(-1)?.['error'] as Fields)['type'];
    });
    assert.deepEqual(types, ['rate_limit_error', 'overloaded_error', 'overloaded_error', 'api_error', 'api_error', 'api_error', 'api_error']);
  });

  it("is put together by Anthropic's SDK to the message that a plain answer is", async () => {
    const deltas = [
      thought('hm'), item({ type: 'thinking', thinking: 'hm', signature: 's' }), text('a'), call(0, '{"p": [1', { id: 'c1', name: 'one' }), call(1, '', { id: 'c2', name: 'two' }), call(0, ', 2]}'), text('b'), finish('tool_calls'),
    ];
    const usage = { ...NO_USAGE, inputTokens: 9, outputTokens: 4 };
    const { parsed_output: _parsed, stop_details: _details, ...message } = JSON.parse(JSON.stringify(await sdk(rendered(deltas, { usage })))) as Fields;
    assert.deepEqual(message, JSON.parse(JSON.stringify(whole(deltas, usage))));
  });

  it("ends in an error with Anthropic's SDK when it ends loudly", async () => {
    const renderer = messagesWire.createRenderer(HEAD, asked);
    const stream = renderer.delta(text('a')) + String(renderer.fail(apiError(503, 'the upstream broke off')));
    await assert.rejects(sdk(stream), /the upstream broke off/);
  });
});

describe('rendering a plain message', () => {
  it('has everything in the order that it was said', () => {
    const { content, stop_reason: stop, usage, openfusion, ...shell } = whole([
      thought('hm'), item({ type: 'thinking', thinking: 'hm', signature: 's' }), text('a'), call(0, '{"p":1}', { id: 'c1', name: 'one' }), text('b'), finish('tool_calls'),
    ], { ...NO_USAGE, inputTokens: 5, outputTokens: 2 }, { mode: 'auto' });
    assert.deepEqual(content, [{ type: 'thinking', thinking: 'hm', signature: 's' }, { type: 'text', text: 'a' }, { type: 'tool_use', id: 'c1', name: 'one', input: { p: 1 } }, { type: 'text', text: 'b' }]);
    assert.deepEqual([stop, openfusion, usage], ['tool_use', { mode: 'auto' }, { input_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 2 }]);
    assert.deepEqual(shell, { id: 'msg_trace1', type: 'message', role: 'assistant', model: 'openfusion/auto', stop_sequence: null });
  });

  it('keeps arguments that are no object inside one', () => {
    const inputs = ['', '{"a":', '[1]', 'x'].map((args) => ((whole([call(0, args, { id: 'c', name: 'one' })])['content'] as Fields[])[0])?.['input']);
    assert.deepEqual(inputs, [{}, { input: '{"a":' }, { input: '[1]' }, { input: 'x' }]);
  });
});
