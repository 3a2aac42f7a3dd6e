import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { messagesWire } from '../../../../src/protocol/messages/wire.ts';
import { sealReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import type { ReasoningItem } from '../../../../src/protocol/types.ts';
import { hi, request, type Fields } from './samples.ts';

const messages = (...list: Fields[]) => request({ messages: list }).messages;
const refused = (body: Fields) => {
  const read = messagesWire.read(body, Buffer.from(JSON.stringify(body)));
  assert.ok(!read.ok);
  return [read.error.status, read.error.param];
};
const mark = { type: 'ephemeral' };

describe('reading a Messages body', () => {
  it('understands what Claude Code sends: marked system blocks, instructions inside the conversation, results before words', () => {
    const read = request({
      model: 'openfusion/auto', max_tokens: 32000, stream: true, thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'high' }, context_management: { edits: [] },
      metadata: { user_id: '{"session_id":"s-1"}' },
      system: [{ type: 'text', text: 'x-anthropic-billing-header: cc_version=1;' }, { type: 'text', text: 'You are an agent.', cache_control: mark }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: '<system-reminder>\nIt is Monday.\n</system-reminder>' }, { type: 'text', text: 'fix it' }] },
        { role: 'system', content: [{ type: 'text', text: 'Environment', cache_control: mark }] },
        { role: 'assistant', content: [{ type: 'text', text: 'I look.' }, { type: 'tool_use', id: 't1', name: 'Read', input: { p: 1 } }, { type: 'tool_use', id: 't2', name: 'Bash', input: {} }] },
        { role: 'user', content: [{ tool_use_id: 't1', type: 'tool_result', content: 'one' }, { tool_use_id: 't2', type: 'tool_result', content: 'two', is_error: true, cache_control: mark }, { type: 'text', text: 'go on' }] },
        { role: 'system', content: 'Later words.' },
      ],
      tools: [{ name: 'Read', description: 'reads', input_schema: { type: 'object' } }, { name: 'Lazy', input_schema: { type: 'object' }, defer_loading: true }, { type: 'web_search_20250305', name: 'web_search', max_uses: 3 }],
    });
    assert.deepEqual(read.messages, [
      { role: 'system', content: [{ type: 'text', text: 'You are an agent.', cacheControl: mark }] },
      { role: 'user', content: [{ type: 'text', text: '<system-reminder>\nIt is Monday.\n</system-reminder>' }, { type: 'text', text: 'fix it' }] },
      { role: 'system', content: [{ type: 'text', text: 'Environment', cacheControl: mark }] },
      { role: 'assistant', content: 'I look.', toolCalls: [{ id: 't1', name: 'Read', arguments: '{"p":1}' }, { id: 't2', name: 'Bash', arguments: '{}' }] },
      { role: 'tool', toolCallId: 't1', content: 'one' },
      { role: 'tool', toolCallId: 't2', content: [{ type: 'text', text: 'two', cacheControl: mark }], isError: true },
      { role: 'user', content: [{ type: 'text', text: 'go on' }] },
      { role: 'system', content: 'Later words.' },
    ]);
    assert.deepEqual(read.tools.map(({ kind, name }) => [kind, name]), [['function', 'Read'], ['function', 'Lazy'], ['builtin', 'web_search']]);
    assert.deepEqual([read.stream, read.includeUsage, read.maxOutputTokens, read.session.metadataUserId, read.hasReasoningItems], [true, true, 32000, '{"session_id":"s-1"}', false]);
  });

  it('reads plain strings', () => {
    assert.deepEqual(request({ system: 'be', messages: [hi, { role: 'assistant', content: 'ho' }] }).messages, [{ role: 'system', content: 'be' }, hi, { role: 'assistant', content: 'ho' }]);
  });

  it('reads pictures and documents, inside results too', () => {
    const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } };
    const [result, user] = messages({
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'shot' }, png] }, { type: 'image', source: { type: 'url', url: 'https://x/y.png' }, cache_control: mark },
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'BB' }, title: 'a.pdf' }, { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'words' }, title: 'n' },
        { type: 'document', source: { type: 'file', file_id: 'f' } }, { type: 'search_result', source: 'https://s', title: 'S', content: [{ type: 'text', text: 'found' }] },
      ],
    });
    assert.deepEqual(result?.content, [{ type: 'text', text: 'shot' }, { type: 'image', url: 'data:image/png;base64,AA' }]);
    assert.deepEqual(user?.content, [
      { type: 'image', url: 'https://x/y.png', cacheControl: mark }, { type: 'file', url: 'data:application/pdf;base64,BB', filename: 'a.pdf' }, { type: 'text', text: '<document title="n">\nwords\n</document>' },
      { type: 'other', raw: { type: 'document', source: { type: 'file', file_id: 'f' } } }, { type: 'text', text: 'S\nhttps://s\nfound' },
    ]);
  });

  it('keeps the order of reasoning, words and calls as messages of their own', () => {
    const think = (n: number) => ({ type: 'thinking', thinking: `t${n}`, signature: `s${n}` });
    const use = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} });
    const search = { type: 'server_tool_use', id: 'srv', name: 'web_search', input: {} };
    const item = (raw: Fields): ReasoningItem => ({ wire: 'messages', provider: null, raw });
    const call = (id: string) => ({ id, name: 'f', arguments: '{}' });
    const redacted = { type: 'redacted_thinking', data: 'x' };
    assert.deepEqual(messages(hi, { role: 'assistant', content: [think(1), redacted, { type: 'text', text: 'a' }, use('1'), use('2'), think(2), use('3'), { type: 'text', text: 'b' }, search] }).slice(1), [
      { role: 'assistant', content: 'a', toolCalls: [call('1'), call('2')], reasoning: 't1', reasoningItems: [item(think(1)), item(redacted)] },
      { role: 'assistant', content: null, toolCalls: [call('3')], reasoning: 't2', reasoningItems: [item(think(2))] },
      { role: 'assistant', content: [{ type: 'text', text: 'b' }, { type: 'other', raw: search }] },
    ]);
  });

  it('opens reasoning of other formats that we sealed into a signature', () => {
    const raw = { type: 'reasoning', encrypted_content: 'abc' };
    const [assistant] = messages({ role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: sealReasoning([{ wire: 'responses', provider: 'up/', raw }]) }, { type: 'thinking', thinking: 'so', signature: sealReasoning([]) }] });
    assert.deepEqual(assistant, { role: 'assistant', content: null, reasoning: 'hm\n\nso', reasoningItems: [{ wire: 'responses', provider: 'up/', raw, carried: true }] });
  });

  it('says the choice of a tool in the words of all formats', () => {
    const choices = [{ type: 'auto' }, { type: 'any' }, { type: 'none' }, { type: 'tool', name: 'f' }].map((choice) => request({ tools: [{ name: 'f', input_schema: {} }], tool_choice: choice }).toolChoice);
    assert.deepEqual(choices, ['auto', 'required', 'none', { type: 'tool', name: 'f' }]);
  });

  it('takes an empty or absent model as auto, and reads our options', () => {
    assert.equal(request({ model: '' }).model, 'openfusion/auto');
    assert.equal(request({ openfusion: { trace: false }, session_id: 's' }).options.trace, false);
    assert.equal(request({ session_id: 's' }).session.sessionId, 's');
  });

  it('reads the wish for an answer by a schema, in the older form too', () => {
    const format = { type: 'json_schema', schema: { type: 'object' } };
    assert.deepEqual([request({ output_config: { format } }).responseFormat, request({ output_format: format }).responseFormat, request({}).responseFormat], ['json_schema', 'json_schema', 'text']);
  });

  it('tolerates fields and blocks that it does not know', () => {
    const odd = { type: 'new_block', x: 1 };
    assert.deepEqual(request({ speed: 'fast', betas: ['x'], messages: [{ role: 'user', content: [odd], id: 'm' }] }).messages, [{ role: 'user', content: [{ type: 'other', raw: odd }] }]);
  });

  it('names the field that is wrong', () => {
    const body = { model: 'm', max_tokens: 1, messages: [hi] };
    const user = (...content: unknown[]) => ({ ...body, messages: [{ role: 'user', content }] });
    assert.deepEqual([
      refused({ model: 'm', messages: [hi] }), refused({ ...body, messages: [] }), refused({ ...body, messages: [{ role: 'tool', content: 'x' }] }), refused({ ...body, messages: [{ role: 'user' }] }),
      refused(user({ type: 'text' })), refused(user({ type: 'text', text: 'a' }, 5)), refused(user({ type: 'tool_result', tool_use_id: 't', content: [{ type: 'image' }] })), refused(user({ text: 'a' })),
      refused({ ...body, tools: [{ name: 'f' }] }), refused({ ...body, system: 5 }), refused({ ...body, max_tokens: 'many' }), refused({ ...body, stop_sequences: [1] }), refused({ ...body, tool_choice: 'auto' }),
    ], [
      [400, 'max_tokens'], [400, 'messages'], [400, 'messages[0].role'], [400, 'messages[0].content'],
      [400, 'messages[0].content[0].text'], [400, 'messages[0].content[1]'], [400, 'messages[0].content[0].content[0].source'], [400, 'messages[0].content[0].type'],
      [400, 'tools[0].input_schema'], [400, 'system'], [400, 'max_tokens'], [400, 'stop_sequences[0]'], [400, 'tool_choice'],
    ]);
    const missing = messagesWire.read({ model: 'm', messages: [hi] }, Buffer.from(''));
    assert.equal(!missing.ok && missing.error.message, '`max_tokens` is missing.');
  });
});

describe('the settings of a Messages body', () => {
  const settings = (body: Fields) => messagesWire.settingsOf(request(body));

  it('are those of all formats', () => {
    const { tools, toolChoice, parallelToolCalls, format, maxOutputTokens, temperature, topP, topK, stop, user } = settings({
      tools: [{ type: 'custom', name: 'f', description: 'd', input_schema: { type: 'object' }, strict: true, cache_control: mark }, { type: 'bash_20250124', name: 'bash' }],
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true }, output_config: { format: { type: 'json_schema', schema: { a: 1 } } }, temperature: 0.5, top_p: 0.9, top_k: 4, stop_sequences: ['X'], metadata: { user_id: 'u-1' },
    });
    assert.deepEqual(tools, [{ kind: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true, cacheControl: mark }]);
    assert.deepEqual([toolChoice, parallelToolCalls, format], [{ name: 'f' }, false, { type: 'json_schema', name: 'answer', schema: { a: 1 } }]);
    assert.deepEqual([maxOutputTokens, temperature, topP, topK, stop, user], [1000, 0.5, 0.9, 4, ['X'], 'u-1']);
  });

  it('keep what Claude Code tells Anthropic of its user from others', () => {
    assert.equal(settings({ metadata: { user_id: '{"device_id":"d","session_id":"s"}' } }).user, undefined);
  });

  it('ask for one token where only the cache was to be filled', () => {
    assert.equal(settings({ max_tokens: 0 }).maxOutputTokens, 1);
  });

  it('tell the effort that was named, or that a budget means', () => {
    const effort = (body: Fields) => settings(body).effort;
    assert.deepEqual([
      effort({ output_config: { effort: 'low' }, thinking: { type: 'adaptive' } }), effort({ output_config: { effort: 'max' } }), effort({ thinking: { type: 'enabled', budget_tokens: 4000 } }),
      effort({ thinking: { type: 'enabled', budget_tokens: 10000 } }), effort({ thinking: { type: 'enabled', budget_tokens: 31999 } }), effort({ thinking: { type: 'adaptive' } }), effort({ thinking: { type: 'disabled' } }),
    ], ['low', 'xhigh', 'low', 'medium', 'high', null, null]);
    assert.equal(settings({ thinking: { type: 'enabled', budget_tokens: 4000 } }).thinkingTokens, 4000);
  });
});
