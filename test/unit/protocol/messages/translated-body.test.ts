import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { messagesWire } from '../../../../src/protocol/messages/wire.ts';
import type { ChatMessage, ChatRequest, ContentPart, ReasoningItem } from '../../../../src/protocol/types.ts';
import type { CallBody, NeutralTool, RequestSettings } from '../../../../src/protocol/wire.ts';
import { CALL, type Fields } from './samples.ts';

const nothingSaid: RequestSettings = {
  tools: [], toolChoice: undefined, parallelToolCalls: undefined, format: { type: 'text' }, maxOutputTokens: undefined, temperature: undefined, topP: undefined, topK: undefined, stop: [], seed: undefined,
  effort: null, thinkingTokens: undefined, verbosity: undefined, user: undefined, promptCacheKey: undefined, serviceTier: undefined,
};
const user: ChatMessage = { role: 'user', content: 'hi' };
const request = (messages: ChatMessage[]): ChatRequest => ({
  wire: 'chat', model: 'm', messages, tools: [], responseFormat: 'text', stream: false, includeUsage: false, session: {}, openrouter: {}, options: { trace: true }, hasReasoningItems: true, body: {}, bytes: Buffer.from('{}'),
});
const written = (messages: ChatMessage[], settings: Partial<RequestSettings> = {}, call: Partial<CallBody> = {}): Fields =>
  JSON.parse(Buffer.concat(messagesWire.writeBody(request(messages), () => ({ ...nothingSaid, ...settings }), { ...CALL, ...call })).toString()) as Fields;
/** Turns without the marks for the cache, which tests of their own look at. */
const unmarked = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'cache_control' ? undefined : inner)));
const turnsOf = (messages: ChatMessage[], call: Partial<CallBody> = {}) => unmarked(written(messages, {}, call)['messages']) as { role: string; content: Fields[] }[];
const calling = (...ids: string[]): ChatMessage => ({ role: 'assistant', content: null, toolCalls: ids.map((id) => ({ id, name: 'read', arguments: '{"a": 1}' })) });
const result = (id: string, content: ChatMessage['content'] = 'ok', more: Partial<ChatMessage> = {}): ChatMessage => ({ role: 'tool', content, toolCallId: id, ...more });
const text = (words: string): Fields => ({ type: 'text', text: words });
const use = (id: string): Fields => ({ type: 'tool_use', id, name: 'read', input: { a: 1 } });
const answered = (id: string, content: unknown = 'ok'): Fields => ({ type: 'tool_result', tool_use_id: id, content });
const tool = (name: string, more: Partial<NeutralTool> = {}): NeutralTool => ({ kind: 'function', name, description: undefined, parameters: { type: 'object', properties: {} }, strict: undefined, ...more });
const thinking = (n: number): ReasoningItem => ({ wire: 'messages', provider: 'up/', raw: { type: 'thinking', thinking: `t${n}`, signature: `s${n}` } });

describe('a conversation of another format as Anthropic takes it', () => {
  it('puts the system first, and its later words into the user\'s turns, marked', () => {
    const body = written([{ role: 'system', content: 'be' }, { role: 'developer', content: [{ type: 'text', text: 'kind' }] }, user, { role: 'developer', content: 'and brief' }]);
    assert.deepEqual(unmarked(body['system']), [text('be'), text('kind')]);
    assert.deepEqual(unmarked(body['messages']), [{ role: 'user', content: [text('hi'), text('<system-reminder>\nand brief\n</system-reminder>')] }]);
  });

  it('takes turns, with the results first in the turn behind their calls', () => {
    assert.deepEqual(turnsOf([user, { role: 'assistant', content: 'I look.' }, calling('1', '2'), { role: 'user', content: 'wait' }, result('2', 'two'), result('1', 'one'), user, { role: 'assistant', content: 'done' }, user]), [
      { role: 'user', content: [text('hi')] }, { role: 'assistant', content: [text('I look.'), use('1'), use('2')] },
      { role: 'user', content: [answered('1', 'one'), answered('2', 'two'), text('wait'), text('hi')] }, { role: 'assistant', content: [text('done')] }, { role: 'user', content: [text('hi')] },
    ]);
  });

  it('keeps the order of words and calls of one turn, and does not join turns that a result parts', () => {
    assert.deepEqual(turnsOf([user, { ...calling('1'), content: 'a' }, { ...calling('2'), content: 'b' }, result('1'), result('2'), { role: 'assistant', content: 'c' }, user]).map(({ content }) => content.map(({ type, text: words, id, tool_use_id: answers }) => words ?? id ?? answers ?? type)), [
      ['hi'], ['a', '1', 'b', '2'], ['1', '2'], ['c'], ['hi'],
    ]);
  });

  it('stands in for a missing result, and shows a result without a call as words', () => {
    assert.deepEqual(turnsOf([user, calling('1'), result('none', 'lost')]), [
      { role: 'user', content: [text('hi')] }, { role: 'assistant', content: [use('1')] }, { role: 'user', content: [answered('1', '[no result]'), text('Result of a tool call:'), text('lost')] },
    ]);
  });

  it('begins and ends with the user', () => {
    assert.deepEqual(turnsOf([{ role: 'assistant', content: 'hello' }]).map(({ role }) => role), ['user', 'assistant', 'user']);
    assert.deepEqual(written([{ role: 'system', content: 'be' }, { role: 'system', content: 'say hi' }])['messages'], [{ role: 'user', content: [{ ...text('say hi'), cache_control: { type: 'ephemeral' } }] }]);
    assert.deepEqual(turnsOf([{ role: 'user', content: '' }]), [{ role: 'user', content: [text('Continue.')] }]);
  });

  it('leaves texts without a word out', () => {
    assert.deepEqual(turnsOf([{ role: 'user', content: [{ type: 'text', text: '' }, { type: 'text', text: ' \n' }, { type: 'text', text: 'x' }] }, { ...calling('1'), content: '' }, result('1', ''), result('1', '')]).slice(0, 3), [
      { role: 'user', content: [text('x')] }, { role: 'assistant', content: [use('1')] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1' }, text('Result of a tool call:')] },
    ]);
  });

  it('writes pictures and documents in its own form, in results too', () => {
    const png: ContentPart = { type: 'image', url: 'data:image/png;base64,AA==' };
    const parts: ContentPart[] = [
      png, { type: 'image', url: 'https://x/y.png' }, { type: 'image', url: 'data:image/jpg;base64,BB' }, { type: 'image', url: 'data:image/bmp;base64,CC' }, { type: 'file', url: 'data:application/pdf;base64,DD', filename: 'a.pdf' },
      { type: 'file', url: 'data:text/plain,a%20b' }, { type: 'file', url: 'data:application/zip;base64,EE', filename: 'z' }, { type: 'other', raw: { type: 'input_audio' } },
    ];
    const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } };
    assert.deepEqual(turnsOf([{ role: 'user', content: parts }])[0]?.content, [
      picture, { type: 'image', source: { type: 'url', url: 'https://x/y.png' } }, { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'BB' } }, text('[picture of type image/bmp left out]'),
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'DD' }, title: 'a.pdf' }, { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a b' } },
      text('[file z of type application/zip left out]'), text('[content of type input_audio left out]'),
    ]);
    assert.deepEqual(turnsOf([user, calling('1'), result('1', [{ type: 'text', text: 'a shot' }, png])])[2]?.content, [answered('1', [text('a shot'), picture])]);
  });

  it('tells that a tool failed, and lets no failure be silent', () => {
    const failed = (content: string) => turnsOf([user, calling('1'), result('1', content, { isError: true })])[2]?.content;
    assert.deepEqual([failed('gone'), failed('')], [[{ ...answered('1', 'gone'), is_error: true }], [{ ...answered('1', 'error'), is_error: true }]]);
  });

  it('gives arguments as the object that they are, and keeps what is none', () => {
    const inputs = ['{"a":[1]}', '', '{"a"', 'x'].map((args) => turnsOf([user, { role: 'assistant', content: null, toolCalls: [{ id: '1', name: 'read', arguments: args }] }])[1]?.content[0]?.['input']);
    assert.deepEqual(inputs, [{ a: [1] }, {}, { input: '{"a"' }, { input: 'x' }]);
  });

  it('writes custom tools and their calls as functions with one string', () => {
    const custom: ChatMessage = { role: 'assistant', content: null, toolCalls: [{ id: '1', name: 'patch', arguments: '*** x', custom: true }] };
    const body = written([user, custom, result('1')], { tools: [tool('patch', { kind: 'custom', parameters: undefined, description: 'edits' })] });
    assert.deepEqual((body['messages'] as { content: Fields[] }[])[1]?.content[0]?.['input'], { input: '*** x' });
    assert.deepEqual((body['tools'] as { input_schema: { required: string[] } }[])[0]?.input_schema.required, ['input']);
  });

  it('gives ids that Anthropic takes, the same for a call and its result, and each only once', () => {
    assert.deepEqual(turnsOf([user, calling('a.b:0', ''), result('a.b:0'), calling('a.b:0'), result('a.b:0')]).flatMap(({ content }) => content.flatMap(({ id, tool_use_id: answers }) => id ?? answers ?? [])), [
      'a_b_0', 'call_1_1', 'a_b_0', 'call_1_1', 'a_b_0_2', 'a_b_0_2',
    ]);
  });

  it('gives reasoning back only to the provider that minted it, before words and calls', () => {
    const thought: ChatMessage = { ...calling('1'), content: 'a', reasoning: 'hm', reasoningItems: [thinking(1), { wire: 'responses', provider: 'up/', raw: { encrypted_content: 'x' } }, thinking(2)] };
    const assistant = (call: Partial<CallBody>) => turnsOf([user, thought, result('1')], call)[1]?.content;
    assert.deepEqual(assistant({ ownsReasoning: ({ raw }) => raw['signature'] === 's1' }), [thinking(1).raw, text('a'), use('1')]);
    assert.deepEqual(assistant({ ownsReasoning: () => false }), [text('a'), use('1')]);
  });
});

describe('what a request of another format asks for, in a Messages body', () => {
  it('is the least that is wanted where nothing was said', () => {
    assert.deepEqual(unmarked(written([user])), { model: 'claude-x', max_tokens: 32000, messages: [{ role: 'user', content: [text('hi')] }] });
    assert.equal(written([user], {}, { quirks: { defaultMaxTokens: 8192 } })['max_tokens'], 8192);
    assert.equal(written([user], {}, { stream: true })['stream'], true);
  });

  it('has the limits and wishes by Anthropic\'s names and in its ranges', () => {
    const { max_tokens: limit, temperature, top_p: topP, top_k: topK, stop_sequences: stop, metadata } = written([user], { maxOutputTokens: 77, temperature: 1.4, topP: 0.5, topK: 3, stop: ['\n', 'END'], user: 'u' });
    assert.deepEqual([limit, temperature, topP, topK, stop, metadata], [77, 1, undefined, 3, ['END'], { user_id: 'u' }]);
    assert.equal(written([user], { topP: 0.5 })['top_p'], 0.5);
  });

  it('has tools in Anthropic\'s form, with schemas that it takes', () => {
    const tools = written([user], { tools: [tool('a', { description: 'd', parameters: { type: 'object', properties: { $schema: {} }, $schema: 'x', anyOf: [] } }), tool('b', { parameters: undefined }), tool('a.b')] }, { quirks: { dropSchemaKeywords: ['$schema'] } })['tools'] as Fields[];
    assert.deepEqual(unmarked(tools.slice(0, 2)), [{ name: 'a', description: 'd', input_schema: { type: 'object', properties: { $schema: {} } } }, { name: 'b', input_schema: { type: 'object', properties: {} } }]);
    assert.match(String(tools[2]?.['name']), /^a_b_[0-9a-f]{8}$/);
  });

  it('chooses tools in Anthropic\'s words', () => {
    const choice = (settings: Partial<RequestSettings>) => written([user], { tools: [tool('a')], ...settings })['tool_choice'];
    assert.deepEqual([
      choice({}), choice({ toolChoice: 'auto' }), choice({ toolChoice: 'none' }), choice({ toolChoice: 'required' }), choice({ toolChoice: { name: 'a' } }), choice({ parallelToolCalls: false }), choice({ toolChoice: 'required', parallelToolCalls: false }), choice({ toolChoice: 'required', tools: [] }),
    ], [undefined, { type: 'auto' }, { type: 'none' }, { type: 'any' }, { type: 'tool', name: 'a' }, { type: 'auto', disable_parallel_tool_use: true }, { type: 'any', disable_parallel_tool_use: true }, undefined]);
  });

  it('names the tools that the history calls where the request has none, but lets none be called', () => {
    const { tools, tool_choice: choice } = written([user, calling('1'), result('1')]);
    assert.deepEqual([unmarked(tools), choice], [[{ name: 'read', input_schema: { type: 'object' } }], { type: 'none' }]);
  });

  it('asks for an answer by a schema that Anthropic takes', () => {
    const schema = { $schema: 'x', type: 'object', properties: { n: { type: 'integer', minimum: 1 }, list: { type: 'array', items: { oneOf: [{ type: 'object', properties: {} }, { type: 'null' }] } } }, required: ['n'] };
    assert.deepEqual(written([user], { format: { type: 'json_schema', name: 'x', schema } })['output_config'], {
      format: { type: 'json_schema', schema: { type: 'object', properties: { n: { type: 'integer' }, list: { type: 'array', items: { anyOf: [{ type: 'object', properties: {}, additionalProperties: false }, { type: 'null' }] } } }, required: ['n'], additionalProperties: false } },
    });
  });

  it('asks for it in words where the model has no such field, and for any JSON always', () => {
    const asked = (format: RequestSettings['format'], drop: string[] = []) => {
      const { system, output_config: output } = written([{ role: 'system', content: 'be' }, user], { format }, { quirks: { drop } });
      assert.equal(output, undefined);
      return (system as Fields[]).map(({ text: words }) => words);
    };
    assert.deepEqual(asked({ type: 'json_object' }), ['be', 'Answer with one JSON object and nothing else: no prose, no code fence.']);
    assert.match(String(asked({ type: 'json_schema', name: 'x', schema: { type: 'object' } }, ['output_config'])[1]), /follows this JSON Schema .*\n\{"type":"object"\}$/s);
  });

  it('lacks what the model refuses, and has what the candidate sets', () => {
    const body = written([user], { temperature: 0, topK: 2 }, { set: { service_tier: 'auto' }, quirks: { drop: ['temperature'], rename: { top_k: 'k' } } });
    assert.deepEqual([body['temperature'], body['k'], body['service_tier']], [undefined, 2, 'auto']);
  });
});

describe('thinking for a request of another format', () => {
  const asked = (settings: Partial<RequestSettings>, quirks: CallBody['quirks'] = {}, messages: ChatMessage[] = [user]) => {
    const { thinking: form, output_config: output, temperature } = written(messages, { temperature: 0.2, ...settings }, { quirks });
    return [form, output, temperature];
  };

  it('is left to the model where nobody asked for an effort', () => {
    assert.deepEqual(asked({}), [undefined, undefined, 0.2]);
  });

  it('is adaptive with an effort that the model knows, and without a temperature', () => {
    assert.deepEqual([asked({ effort: 'medium' }), asked({ effort: 'xhigh' }), asked({ effort: 'minimal' })], ['medium', 'high', 'low'].map((effort) => [{ type: 'adaptive' }, { effort }, undefined]));
    assert.deepEqual(asked({ effort: 'xhigh' }, { efforts: ['high', 'xhigh', 'max'] })[1], { effort: 'xhigh' });
    assert.deepEqual(asked({ effort: 'none' }), [undefined, { effort: 'low' }, 0.2]);
  });

  it('is a budget that leaves room for the answer where the model wants one', () => {
    const budget = (settings: Partial<RequestSettings>) => asked(settings, { thinking: 'budget' });
    assert.deepEqual([budget({ effort: 'minimal' }), budget({ effort: 'high' }), budget({ effort: 'xhigh' }), budget({ effort: 'high', maxOutputTokens: 3000 }), budget({ thinkingTokens: 5000 })],
      [1024, 20000, 30976, 1976, 5000].map((tokens) => [{ type: 'enabled', budget_tokens: tokens }, undefined, undefined]));
    assert.deepEqual([budget({ effort: 'high', maxOutputTokens: 2000 }), budget({ effort: 'none' })], [[undefined, undefined, 0.2], [undefined, undefined, 0.2]]);
  });

  it('is not asked of a model that has none', () => {
    assert.deepEqual(asked({ effort: 'high' }, { thinking: 'none' }), [undefined, undefined, 0.2]);
  });

  it('gives way to a tool that must be called', () => {
    assert.deepEqual(asked({ effort: 'high', tools: [tool('a')], toolChoice: 'required' }), [undefined, { effort: 'high' }, 0.2]);
  });

  it('gives way in a tool loop that did not begin with it, where Anthropic refuses it', () => {
    const loop = (items: ReasoningItem[]) => [user, { ...calling('1'), reasoningItems: items }, result('1')];
    const form = (items: ReasoningItem[], quirks: CallBody['quirks']) => (asked({ effort: 'low' }, quirks, loop(items))[0] as Fields | undefined)?.['type'];
    assert.deepEqual([form([], { thinking: 'budget' }), form([thinking(1)], { thinking: 'budget' }), form([], {})], [undefined, 'enabled', 'adaptive']);
  });
});

describe('our turn behind a conversation of another format', () => {
  const settings: Partial<RequestSettings> = { tools: [tool('read')], toolChoice: 'required', stop: ['X'], maxOutputTokens: 64, format: { type: 'json_schema', name: 'x', schema: { type: 'object' } } };

  it('asks without the tools being called', () => {
    const body = written([user], settings, { turn: { kind: 'final', text: 'write it' } });
    assert.deepEqual(unmarked(body['messages']), [{ role: 'user', content: [text('hi'), text('write it')] }]);
    assert.deepEqual([body['tool_choice'], body['stop_sequences'], body['max_tokens']], [{ type: 'none' }, ['X'], 64]);
  });

  it('asks for a review free of the client\'s wishes for form and length', () => {
    const body = written([user], settings, { turn: { kind: 'review', text: 'check it' } });
    assert.deepEqual([body['output_config'], body['stop_sequences'], body['max_tokens']], [undefined, undefined, 32000]);
  });

  it('stands behind the mark for the cache, since nobody continues from it', () => {
    const [turn] = written([user], {}, { turn: { kind: 'review', text: 'check it' } })['messages'] as { content: Fields[] }[];
    assert.deepEqual(turn?.content.map((block) => block['cache_control'] !== undefined), [true, false]);
  });
});

describe('marks for the prompt cache', () => {
  const marksOf = (messages: ChatMessage[], settings: Partial<RequestSettings> = {}) => {
    const { tools = [], system = [], messages: turns } = written(messages, settings) as { tools?: Fields[]; system?: Fields[]; messages: { content: Fields[] }[] };
    return [tools, system, ...turns.map(({ content }) => content)].map((blocks) => blocks.map((block) => (block['cache_control'] === undefined ? '-' : 'x')).join(''));
  };
  const mark = { type: 'ephemeral' };

  it('stand behind the system, or the tools where there is none, and behind the conversation', () => {
    const tools = [tool('a'), tool('b')];
    assert.deepEqual(marksOf([{ role: 'system', content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }] }, user, calling('1'), result('1')], { tools }), ['--', '-x', '-', '-', 'x']);
    assert.deepEqual(marksOf([user], { tools }), ['-x', '', 'x']);
  });

  it('are the client\'s own where it set any', () => {
    assert.deepEqual(marksOf([{ role: 'system', content: 'a' }, { role: 'user', content: [{ type: 'text', text: 'b', cacheControl: mark }] }, user]), ['', '-', 'x-']);
    assert.deepEqual(marksOf([user, calling('1'), result('1', [{ type: 'text', text: 'b', cacheControl: mark }, { type: 'text', text: 'c' }])], { tools: [tool('a', { cacheControl: mark })] }), ['x', '', '-', '-', 'x']);
  });

  it('are four at most: the first, and the newest', () => {
    const marked: ContentPart = { type: 'text', text: 'b', cacheControl: mark };
    assert.deepEqual(marksOf([{ role: 'system', content: [marked] }, { role: 'user', content: [marked, marked, marked, marked, marked] }]), ['', 'x', '--xxx']);
  });
});
