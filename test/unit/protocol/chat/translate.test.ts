import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { chatWire } from '../../../../src/protocol/chat/wire.ts';
import type { ChatMessage, ChatRequest, ReasoningItem } from '../../../../src/protocol/types.ts';
import type { CallBody, RequestSettings } from '../../../../src/protocol/wire.ts';

const nothingSaid: RequestSettings = {
  tools: [], toolChoice: undefined, parallelToolCalls: undefined, format: { type: 'text' }, maxOutputTokens: undefined, temperature: undefined, topP: undefined, topK: undefined, stop: [], seed: undefined,
  effort: null, thinkingTokens: undefined, verbosity: undefined, user: undefined, promptCacheKey: undefined, serviceTier: undefined,
};
const request = (messages: ChatMessage[], wire: ChatRequest['wire'] = 'messages'): ChatRequest => ({
  wire, model: 'm', messages, tools: [], responseFormat: 'text', stream: false, includeUsage: false, session: {}, openrouter: {}, options: { trace: true }, hasReasoningItems: false, body: {}, bytes: Buffer.from('{}'),
});
const written = (messages: ChatMessage[], { settings = {}, wire, ...call }: Partial<CallBody> & { settings?: Partial<RequestSettings>; wire?: ChatRequest['wire'] } = {}) => {
  const body = chatWire.writeBody(request(messages, wire), () => ({ ...nothingSaid, ...settings }), { model: 'up', stream: false, set: {}, ownsReasoning: () => true, quirks: {}, ...call });
  return JSON.parse(Buffer.concat(body).toString()) as Record<string, unknown>;
};
const messagesOf = (messages: ChatMessage[], call: Parameters<typeof written>[1] = {}) => written(messages, call)['messages'] as Record<string, unknown>[];
const user: ChatMessage = { role: 'user', content: 'hi' };
const calling = (more: Partial<ChatMessage> = {}): ChatMessage => ({ role: 'assistant', content: null, toolCalls: [{ id: 'c', name: 'read', arguments: '{"a": 1}' }], ...more });
const result = (content: ChatMessage['content'], more: Partial<ChatMessage> = {}): ChatMessage => ({ role: 'tool', content, toolCallId: 'c', ...more });

describe('a conversation of another format as chat messages', () => {
  it('is plain where it is plain', () => {
    assert.deepEqual(messagesOf([{ role: 'developer', content: 'be' }, user, { role: 'assistant', content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }] }]), [
      { role: 'system', content: 'be' }, { role: 'user', content: 'hi' }, { role: 'assistant', content: 'a\n\nb' },
    ]);
  });

  it('has each result right behind its call, and stands in for a missing one', () => {
    assert.deepEqual(messagesOf([calling({ content: 'now' }), user, result('ok'), calling()]), [
      { role: 'assistant', content: 'now', tool_calls: [{ id: 'c', type: 'function', function: { name: 'read', arguments: '{"a": 1}' } }] }, { role: 'tool', tool_call_id: 'c', content: 'ok' }, user,
      { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'read', arguments: '{"a": 1}' } }] }, { role: 'tool', tool_call_id: 'c', content: '[no result]' },
    ]);
  });

  it('shows images, documents, and the images of results behind the results', () => {
    const image = { type: 'image' as const, url: 'data:image/png;base64,AA' };
    const shown = messagesOf([{ role: 'user', content: [{ type: 'text', text: 'see' }, { ...image, detail: 'low' }, { type: 'file', url: 'data:application/pdf;base64,BB' }] }, calling(), result([{ type: 'text', text: 'a shot' }, image])]);
    assert.deepEqual(shown[0]?.['content'], [
      { type: 'text', text: 'see' }, { type: 'image_url', image_url: { url: image.url, detail: 'low' } }, { type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,BB' } },
    ]);
    assert.deepEqual(shown.slice(2), [
      { role: 'tool', tool_call_id: 'c', content: 'a shot' },
      { role: 'user', content: [{ type: 'text', text: 'From the result of the tool read:' }, { type: 'image_url', image_url: { url: image.url } }] },
    ]);
  });

  it('says of a failed result that it failed, once', () => {
    const texts = ['gone', 'Error: gone'].map((text) => messagesOf([calling(), result(text, { isError: true })])[1]?.['content']);
    assert.deepEqual(texts, ['Error: gone', 'Error: gone']);
  });

  it('writes custom calls as functions, or as they are where the model takes them', () => {
    const custom = calling({ toolCalls: [{ id: 'c', name: 'patch', arguments: '*** "x"\n', custom: true }] });
    assert.deepEqual(messagesOf([custom])[0]?.['tool_calls'], [{ id: 'c', type: 'function', function: { name: 'patch', arguments: '{"input":"*** \\"x\\"\\n"}' } }]);
    assert.deepEqual(messagesOf([custom], { quirks: { customTools: true } })[0]?.['tool_calls'], [{ id: 'c', type: 'custom', custom: { name: 'patch', input: '*** "x"\n' } }]);
  });

  it('sends reasoning back only as text that the model wants, and as items that its provider minted', () => {
    const item = (wire: ReasoningItem['wire'], data: string): ReasoningItem => ({ wire, provider: null, raw: { data } });
    const thought = calling({ reasoning: 'hm', reasoningItems: [item('messages', 'a'), item('chat', 'b'), item('chat', 'foreign')] });
    const ownsReasoning: CallBody['ownsReasoning'] = ({ raw }) => raw['data'] !== 'foreign';
    const [plain] = messagesOf([thought], { ownsReasoning }), [wanted] = messagesOf([thought], { ownsReasoning, quirks: { replayReasoning: true } });
    assert.deepEqual([plain?.['reasoning_content'], plain?.['reasoning_details'], wanted?.['reasoning_content']], [undefined, [{ data: 'b' }], 'hm']);
    assert.equal(messagesOf([calling()], { quirks: { replayReasoning: true, fillReasoning: true } })[0]?.['reasoning_content'], '.');
  });

  it('puts back on a call what its provider had put there, and not on calls of others', () => {
    const more = { extra_content: { google: { thought_signature: 'sig' } } };
    const answer = { choices: [{ message: { tool_calls: [{ id: 'c', function: { name: 'read', arguments: '{}' }, ...more }] }, finish_reason: 'tool_calls' }] };
    const read = chatWire.readWhole(Buffer.from(JSON.stringify(answer)), { provider: 'up/', tools: [] });
    assert.ok(read.ok);
    const reasoningItems = read.completion.parts.flatMap((part) => (part.type === 'reasoning_item' ? [part.item] : []));
    const back = (owns: boolean) => messagesOf([calling({ reasoningItems })], { ownsReasoning: () => owns })[0];
    assert.deepEqual([back(true)?.['tool_calls'], back(true)?.['reasoning_details']], [[{ id: 'c', type: 'function', function: { name: 'read', arguments: '{"a": 1}' }, ...more }], undefined]);
    assert.deepEqual(back(false)?.['tool_calls'], [{ id: 'c', type: 'function', function: { name: 'read', arguments: '{"a": 1}' } }]);
  });

  it('keeps cache marks only for models that take them', () => {
    const marked: ChatMessage = { role: 'system', content: [{ type: 'text', text: 'a', cacheControl: { type: 'ephemeral' } }, { type: 'text', text: 'b' }] };
    assert.equal(messagesOf([marked])[0]?.['content'], 'a\n\nb');
    assert.deepEqual(messagesOf([marked], { quirks: { cacheControl: true } })[0]?.['content'], [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }, { type: 'text', text: 'b' }]);
  });

  it('loses and invents no byte of a call', () => {
    fc.assert(fc.property(fc.array(fc.record({ id: fc.uuid(), name: fc.stringMatching(/^[a-z_]{1,20}$/), arguments: fc.oneof(fc.json(), fc.string({ minLength: 1 })) })), (toolCalls) => {
      const [sent] = messagesOf([{ role: 'assistant', content: 'x', toolCalls }]);
      assert.deepEqual(((sent?.['tool_calls'] ?? []) as { id: string; function: object }[]).map(({ id, function: inner }) => ({ id, ...inner })), toolCalls.map((call) => ({ ...call })));
    }));
  });
});

describe('the settings of another format as chat fields', () => {
  const tool = { kind: 'function' as const, name: 'read', description: 'd', parameters: { type: 'object', additionalProperties: false }, strict: undefined };
  const custom = { kind: 'custom' as const, name: 'patch', description: 'p', parameters: undefined, strict: undefined, grammar: { type: 'grammar', syntax: 'lark', definition: 'x' } };

  it('are left out where nothing was said', () => {
    assert.deepEqual(written([user]), { model: 'up', messages: [user] });
  });

  it('ask for usage with every stream', () => {
    const { stream, stream_options: options } = written([user], { stream: true });
    assert.deepEqual([stream, options], [true, { include_usage: true }]);
  });

  it('are the fields that chat has for them', () => {
    const { messages: _messages, model: _model, ...fields } = written([user], { wire: 'responses', settings: {
      maxOutputTokens: 9, temperature: 0, topP: 0.5, topK: 3, seed: 7, stop: ['a', 'b', 'c', 'd', 'e'], effort: 'high', verbosity: 'low', user: 'u', promptCacheKey: 'k', serviceTier: 'flex',
      format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true }, tools: [tool], toolChoice: { name: 'read' }, parallelToolCalls: false,
    } });
    assert.deepEqual(fields, {
      max_tokens: 9, temperature: 0, top_p: 0.5, seed: 7, stop: ['a', 'b', 'c', 'd'], reasoning_effort: 'high', verbosity: 'low', user: 'u', prompt_cache_key: 'k', service_tier: 'flex',
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
      tools: [{ type: 'function', function: { name: 'read', description: 'd', parameters: tool.parameters } }], tool_choice: { type: 'function', function: { name: 'read' } }, parallel_tool_calls: false,
    });
  });

  it('do not name the account that Claude Code names', () => {
    assert.equal(written([user], { settings: { user: 'u' } })['user'], undefined);
  });

  it('ask for effort in the nearest word that the model takes', () => {
    const effort = (settings: Partial<RequestSettings>, efforts?: string[]) => written([user], { settings, quirks: efforts === undefined ? {} : { efforts } })['reasoning_effort'];
    assert.deepEqual(['none', 'minimal', 'medium', 'xhigh', 'odd'].map((word) => effort({ effort: word })), [undefined, 'low', 'medium', 'high', undefined]);
    assert.deepEqual(['none', 'minimal', 'xhigh'].map((word) => effort({ effort: word }, ['none', 'minimal', 'low', 'xhigh'])), ['none', 'minimal', 'xhigh']);
    assert.deepEqual([1_024, 8_000, 31_999].map((thinkingTokens) => effort({ thinkingTokens })), ['low', 'medium', 'high']);
  });

  it('write custom tools as functions, or as they are where the model takes them', () => {
    const [asFunction] = written([user], { settings: { tools: [custom] } })['tools'] as { type: string; function: { description: string } }[];
    assert.deepEqual([asFunction?.type, asFunction?.function.description.includes('grammar')], ['function', true]);
    const taken = written([user], { settings: { tools: [custom], toolChoice: { name: 'patch' } }, quirks: { customTools: true } });
    assert.deepEqual(taken['tools'], [{ type: 'custom', custom: { name: 'patch', description: 'p', format: { type: 'grammar', grammar: { definition: 'x', syntax: 'lark' } } } }]);
    assert.deepEqual(taken['tool_choice'], { type: 'custom', custom: { name: 'patch' } });
  });

  it('bend to the model: fields renamed and left out, keywords left out of schemas', () => {
    const bent = written([user], { settings: { maxOutputTokens: 9, temperature: 1, tools: [tool] }, set: { top_k: 4 }, quirks: { rename: { max_tokens: 'max_completion_tokens' }, drop: ['temperature', 'top_k'], dropSchemaKeywords: ['additionalProperties'] } });
    assert.deepEqual([bent['max_completion_tokens'], bent['max_tokens'], bent['temperature'], bent['top_k']], [9, undefined, undefined, undefined]);
    assert.deepEqual((bent['tools'] as { function: { parameters: object } }[])[0]?.function.parameters, { type: 'object' });
  });

  it("have no say in a review's form and length, but in a final answer's", () => {
    const settings = { format: { type: 'json_object' as const }, maxOutputTokens: 9, stop: ['x'], tools: [tool], toolChoice: 'required' as const, temperature: 0 };
    const fields = (kind: 'review' | 'final') => written([user], { settings, turn: { text: 'check', kind } });
    const review = fields('review'), final = fields('final');
    assert.deepEqual([review['response_format'], review['max_tokens'], review['stop'], review['tool_choice'], review['temperature']], [undefined, undefined, undefined, 'none', 0]);
    assert.deepEqual([final['response_format'], final['max_tokens'], final['stop'], final['tool_choice']], [{ type: 'json_object' }, 9, ['x'], 'none']);
    assert.deepEqual((review['messages'] as object[]).at(-1), { role: 'user', content: 'check' });
  });
});
