import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { responsesWire } from '../../../../src/protocol/responses/wire.ts';
import type { ChatMessage, ChatRequest, ReasoningItem } from '../../../../src/protocol/types.ts';
import type { CallBody, NeutralTool, RequestSettings } from '../../../../src/protocol/wire.ts';
import { callOf, read } from './shapes.ts';

const SETTINGS: RequestSettings = {
  tools: [], toolChoice: undefined, parallelToolCalls: undefined, format: { type: 'text' }, maxOutputTokens: undefined, temperature: undefined, topP: undefined, topK: undefined, stop: [], seed: undefined,
  effort: null, thinkingTokens: undefined, verbosity: undefined, user: undefined, promptCacheKey: undefined, serviceTier: undefined,
};
const shell: NeutralTool = { kind: 'function', name: 'shell', description: 'Runs.', parameters: { type: 'object', properties: { cmd: { type: 'string' } }, additionalProperties: false }, strict: undefined };
const patch: NeutralTool = { kind: 'custom', name: 'apply_patch', description: 'Patches.', parameters: undefined, strict: undefined, grammar: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } };

const from = (messages: ChatMessage[], wire: ChatRequest['wire'] = 'chat'): ChatRequest => ({ ...read({ input: 'x' }), wire, messages });
const written = (messages: ChatMessage[], settings: Partial<RequestSettings> = {}, call: Partial<CallBody> = {}, wire: ChatRequest['wire'] = 'chat'): Record<string, unknown> =>
  JSON.parse(Buffer.concat(responsesWire.writeBody(from(messages, wire), () => ({ ...SETTINGS, ...settings }), callOf(call))).toString()) as Record<string, unknown>;
const inputFor = (...messages: ChatMessage[]): unknown => written([{ role: 'user', content: 'Go.' }, ...messages])['input'];
const user: ChatMessage = { role: 'user', content: 'Go.' };

describe('writing a Responses request for one of another format', () => {
  it('asks for no more than was asked, and stores nothing', () => {
    assert.deepEqual(written([user]), { model: 'up/model', input: [{ type: 'message', role: 'user', content: 'Go.' }], store: false, stream: true });
    assert.equal(written([user], {}, { stream: false })['stream'], undefined);
  });

  it('says what the system says first as instructions, and what it says later as the developer', () => {
    const out = written([{ role: 'system', content: 'A' }, { role: 'developer', content: [{ type: 'text', text: 'B' }] }, user, { role: 'system', content: 'C' }]);
    assert.equal(out['instructions'], 'A\n\nB');
    assert.deepEqual(out['input'], [{ type: 'message', role: 'user', content: 'Go.' }, { type: 'message', role: 'developer', content: 'C' }]);
  });

  it('puts what the system says into the input where nobody else speaks, since the API wants some', () => {
    const out = written([{ role: 'system', content: 'Greet.' }]);
    assert.deepEqual([out['instructions'], out['input']], [undefined, [{ type: 'message', role: 'developer', content: 'Greet.' }]]);
  });

  it('writes words, calls and right behind them their results', () => {
    assert.deepEqual(inputFor(
      { role: 'assistant', content: [{ type: 'text', text: 'A' }, { type: 'text', text: 'B' }], toolCalls: [{ id: 'a', name: 'shell', arguments: '{"cmd": "ls"}' }, { id: 'b', name: 'apply_patch', arguments: '***', custom: true }] },
      { role: 'user', content: 'Wait.' },
      { role: 'tool', toolCallId: 'b', content: [{ type: 'text', text: 'x' }, { type: 'text', text: 'y' }] },
      { role: 'tool', toolCallId: 'a', content: [{ type: 'text', text: 'See' }, { type: 'image', url: 'data:image/png;base64,AA' }] },
    ), [
      { type: 'message', role: 'user', content: 'Go.' }, { type: 'message', role: 'assistant', content: 'A' }, { type: 'message', role: 'assistant', content: 'B' },
      { type: 'function_call', call_id: 'a', name: 'shell', arguments: '{"cmd": "ls"}' }, { type: 'custom_tool_call', call_id: 'b', name: 'apply_patch', input: '***' },
      { type: 'function_call_output', call_id: 'a', output: [{ type: 'input_text', text: 'See' }, { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'auto' }] },
      { type: 'custom_tool_call_output', call_id: 'b', output: 'x\ny' },
      { type: 'message', role: 'user', content: 'Wait.' },
    ]);
  });

  it('gives a call without a result one that says so, and makes the user\'s words of a result without a call', () => {
    assert.deepEqual(inputFor({ role: 'assistant', content: null, toolCalls: [{ id: 'a', name: 'f', arguments: '' }] }, { role: 'tool', toolCallId: 'z', content: 'lost' }), [
      { type: 'message', role: 'user', content: 'Go.' }, { type: 'function_call', call_id: 'a', name: 'f', arguments: '' }, { type: 'function_call_output', call_id: 'a', output: '[no result]' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Result of a tool call:' }, { type: 'input_text', text: 'lost' }] },
    ]);
  });

  it('writes images and files', () => {
    assert.deepEqual(inputFor({ role: 'user', content: [
      { type: 'text', text: 'See' }, { type: 'image', url: 'https://x.test/a.png', detail: 'low' }, { type: 'file', url: 'data:application/pdf;base64,AA' }, { type: 'file', url: 'https://x.test/a.pdf', filename: 'a.pdf' }, { type: 'other', raw: {} },
    ] }), [{ type: 'message', role: 'user', content: 'Go.' }, { type: 'message', role: 'user', content: [
      { type: 'input_text', text: 'See' }, { type: 'input_image', image_url: 'https://x.test/a.png', detail: 'low' }, { type: 'input_file', filename: 'document', file_data: 'data:application/pdf;base64,AA' }, { type: 'input_file', file_url: 'https://x.test/a.pdf' },
    ] }]);
  });

  it('writes tools, and says that they are not strict where nobody said that they are', () => {
    const out = written([user], { tools: [shell, patch, { ...shell, name: 'strict.one', strict: true, parameters: undefined }], toolChoice: { name: 'apply_patch' }, parallelToolCalls: true }, { quirks: { dropSchemaKeywords: ['additionalProperties'] } });
    const [first, second, third] = out['tools'] as Record<string, unknown>[];
    assert.deepEqual([first, second], [
      { type: 'function', name: 'shell', description: 'Runs.', parameters: { type: 'object', properties: { cmd: { type: 'string' } } }, strict: false },
      { type: 'custom', name: 'apply_patch', description: 'Patches.', format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } },
    ]);
    assert.match(String(third?.['name']), /^strict_one_[0-9a-f]{8}$/);
    assert.deepEqual([third?.['strict'], third?.['parameters']], [true, { type: 'object', properties: {} }]);
    assert.deepEqual([out['tool_choice'], out['parallel_tool_calls']], [{ type: 'custom', name: 'apply_patch' }, true]);
    assert.equal(written([user], { tools: [shell], toolChoice: 'required' })['tool_choice'], 'required');
    assert.equal(written([user], { tools: [shell], toolChoice: { name: 'gone' } })['tool_choice'], undefined);
  });

  it('says the client\'s wishes in this format\'s words, and leaves out what it has none for', () => {
    const format = { type: 'json_schema', name: 'answer', schema: { type: 'object' }, strict: true } as const;
    const out = written([user], { format, verbosity: 'low', maxOutputTokens: 4, temperature: 0, topP: 0.5, topK: 3, stop: ['x'], seed: 7, promptCacheKey: 'k', serviceTier: 'flex', user: 'u' });
    assert.deepEqual(out, { model: 'up/model', input: [{ type: 'message', role: 'user', content: 'Go.' }], text: { format, verbosity: 'low' }, max_output_tokens: 16, temperature: 0, top_p: 0.5, prompt_cache_key: 'k', service_tier: 'flex', user: 'u', store: false, stream: true });
    assert.deepEqual(written([user], { format: { type: 'json_object' } })['text'], { format: { type: 'json_object' } });
  });

  it('asks for reasoning that can be sent back, where reasoning is asked for', () => {
    const out = written([user], { effort: 'high' });
    assert.deepEqual([out['reasoning'], out['include']], [{ effort: 'high', summary: 'auto' }, ['reasoning.encrypted_content']]);
    const none = written([user], { effort: 'none' }, { quirks: { efforts: ['none', 'low'] } });
    assert.deepEqual([none['reasoning'], none['include']], [{ effort: 'none' }, undefined]);
    assert.deepEqual(written([user], { thinkingTokens: 20_000 })['reasoning'], { effort: 'high', summary: 'auto' });
  });

  it('sends back reasoning only of this format and to the provider that minted it', () => {
    const item = (wire: ReasoningItem['wire'], id: string): ReasoningItem => ({ wire, provider: null, raw: { type: 'reasoning', id } });
    const out = written([user, { role: 'assistant', content: 'A', reasoning: 'Hm.', reasoningItems: [item('responses', 'own'), item('responses', 'foreign'), item('messages', 'own')] }], {}, { ownsReasoning: ({ raw }) => raw['id'] === 'own' }, 'messages');
    assert.deepEqual(out['input'], [{ type: 'message', role: 'user', content: 'Go.' }, { type: 'reasoning', id: 'own' }, { type: 'message', role: 'assistant', content: 'A' }]);
  });

  it('puts a turn of ours behind the conversation; a review ignores the client\'s wishes for form and length', () => {
    const wishes: Partial<RequestSettings> = { tools: [shell], toolChoice: 'required', format: { type: 'json_object' }, maxOutputTokens: 100 };
    const review = written([user], wishes, { turn: { text: 'Check.', kind: 'review' } });
    assert.deepEqual(review['input'], [{ type: 'message', role: 'user', content: 'Go.' }, { type: 'message', role: 'user', content: 'Check.' }]);
    assert.deepEqual([review['tool_choice'], review['text'], review['max_output_tokens']], ['none', undefined, undefined]);
    const final = written([user], wishes, { turn: { text: 'Answer.', kind: 'final' } });
    assert.deepEqual([final['tool_choice'], final['text'], final['max_output_tokens']], ['none', { format: { type: 'json_object' } }, 100]);
  });

  it('obeys the candidate\'s own fields and the model\'s quirks', () => {
    const out = written([user], { temperature: 1, promptCacheKey: 'k' }, { set: { store: true, truncation: 'auto' }, quirks: { drop: ['temperature', 'truncation'], rename: { prompt_cache_key: 'cache' } } });
    assert.deepEqual(out, { model: 'up/model', input: [{ type: 'message', role: 'user', content: 'Go.' }], store: true, cache: 'k', stream: true });
  });

  it('holds every byte of every call, whatever the conversation', () => {
    const call = fc.record({ id: fc.string(), name: fc.constantFrom('shell', 'apply_patch'), arguments: fc.string({ unit: 'binary' }), custom: fc.constantFrom(undefined, true) });
    const message: fc.Arbitrary<ChatMessage> = fc.oneof(
      fc.record({ role: fc.constantFrom('system' as const, 'user' as const, 'developer' as const), content: fc.string() }),
      fc.record({ role: fc.constant('assistant' as const), content: fc.option(fc.string()), toolCalls: fc.array(call, { maxLength: 3 }) }),
      fc.record({ role: fc.constant('tool' as const), content: fc.string(), toolCallId: fc.string() }),
    );
    fc.assert(fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
      const items = (written(messages)['input'] as Record<string, unknown>[]).filter(({ type }) => type === 'function_call' || type === 'custom_tool_call');
      const expected = messages.flatMap(({ toolCalls = [] }) => toolCalls);
      assert.deepEqual(items.map(({ arguments: args, input }) => args ?? input), expected.map((one) => one.arguments));
      assert.deepEqual(items.map(({ type }) => type === 'custom_tool_call'), expected.map(({ custom }) => custom === true));
    }));
  });
});
