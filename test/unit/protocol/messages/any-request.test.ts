import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { messagesWire } from '../../../../src/protocol/messages/wire.ts';
import type { ChatMessage, ChatRequest, ContentPart, ReasoningItem, ToolCall } from '../../../../src/protocol/types.ts';
import type { NeutralTool, Quirks, RequestSettings } from '../../../../src/protocol/wire.ts';
import { checkMessages } from '../../../support/scripted-upstream/check-messages.ts';
import { Mint } from '../../../support/scripted-upstream/mint.ts';
import { Refused } from '../../../support/scripted-upstream/refusal.ts';
import { CALL, type Fields } from './samples.ts';

const MINT = new Mint();
const OTHERS = new Mint();
/** Few ids, so that they come again: fit ones and such as no provider of Anthropic's takes. */
const id = fc.constantFrom('call_1', 'call_2', 'functions.read:0', 'a b', '', 'a_b');
const words = fc.oneof(fc.string(), fc.constantFrom('', ' ', '\n', 'do it'));
const cacheControl = fc.option(fc.constant({ type: 'ephemeral' }), { nil: undefined });
const part: fc.Arbitrary<ContentPart> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: words, cacheControl }),
  fc.record({ type: fc.constant('image' as const), url: fc.constantFrom('https://x/y.png', 'data:image/png;base64,AAAA', 'data:image/jpg;base64,AAAA', 'data:image/tiff;base64,AAAA', 'file:///x', ''), cacheControl }),
  fc.record({ type: fc.constant('file' as const), url: fc.constantFrom('https://x/y.pdf', 'data:application/pdf;base64,AAAA', 'data:text/plain,hi', 'data:,', 'x'), filename: fc.option(fc.string(), { nil: undefined }), cacheControl }),
  fc.constant({ type: 'other' as const, raw: { type: 'input_audio' } }),
);
const content = fc.oneof(words, fc.array(part, { maxLength: 4 }));
const call: fc.Arbitrary<ToolCall> = fc.record({ id, name: fc.constantFrom('read', 'mcp.server/tool', 'x'.repeat(80)), arguments: fc.oneof(fc.json(), fc.string(), fc.constant('')), custom: fc.option(fc.constant(true), { nil: undefined }) });
const item: fc.Arbitrary<ReasoningItem> = fc.tuple(fc.string(), fc.constantFrom('mine', 'others', 'responses', 'redacted')).map(([text, from]): ReasoningItem => {
  if (from === 'responses') return { wire: 'responses', provider: 'up/', raw: { type: 'reasoning', encrypted_content: 'x' } };
  if (from === 'redacted') return { wire: 'messages', provider: 'mine', raw: { type: 'redacted_thinking', data: MINT.seal('') } };
  return { wire: 'messages', provider: from, raw: { type: 'thinking', thinking: text, signature: (from === 'mine' ? MINT : OTHERS).seal(text) } };
});
const message: fc.Arbitrary<ChatMessage> = fc.oneof(
  fc.record({ role: fc.constantFrom('system' as const, 'developer' as const, 'user' as const), content }),
  fc.record({ role: fc.constant('assistant' as const), content: fc.oneof(content, fc.constant(null)), toolCalls: fc.option(fc.array(call, { maxLength: 3 }), { nil: undefined }), reasoningItems: fc.option(fc.array(item, { maxLength: 2 }), { nil: undefined }) }),
  fc.record({ role: fc.constant('tool' as const), content, toolCallId: fc.option(id, { nil: undefined }), isError: fc.option(fc.boolean(), { nil: undefined }) }),
);
const tool: fc.Arbitrary<NeutralTool> = fc.record({
  kind: fc.constantFrom('function' as const, 'custom' as const), name: fc.constantFrom('read', 'write', 'mcp.server/tool'), description: fc.option(fc.string(), { nil: undefined }),
  parameters: fc.constantFrom(undefined, {}, { type: 'object', properties: {} }, { anyOf: [] }, 'odd'), strict: fc.constant(undefined), cacheControl,
});
const settings: fc.Arbitrary<RequestSettings> = fc.record({
  tools: fc.array(tool, { maxLength: 3 }), toolChoice: fc.constantFrom(undefined, 'auto' as const, 'none' as const, 'required' as const, { name: 'read' }, { name: 'gone' }), parallelToolCalls: fc.constantFrom(undefined, true, false),
  format: fc.constantFrom({ type: 'text' as const }, { type: 'json_object' as const }, { type: 'json_schema' as const, name: 'x', schema: { type: 'object' } }), maxOutputTokens: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
  temperature: fc.option(fc.double({ min: 0, max: 2, noNaN: true }), { nil: undefined }), topP: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }), topK: fc.option(fc.nat(100), { nil: undefined }),
  stop: fc.array(words, { maxLength: 3 }), seed: fc.constant(undefined), effort: fc.constantFrom(null, 'none', 'minimal', 'low', 'medium', 'high', 'xhigh'), thinkingTokens: fc.option(fc.nat(50_000), { nil: undefined }),
  verbosity: fc.constant(undefined), user: fc.option(fc.string(), { nil: undefined }), promptCacheKey: fc.constant(undefined), serviceTier: fc.constant(undefined),
});
const quirks: fc.Arbitrary<Quirks> = fc.constantFrom({}, { thinking: 'budget' }, { thinking: 'none' }, { drop: ['output_config'] });

const request = (messages: ChatMessage[]): ChatRequest => ({
  wire: 'responses', model: 'm', messages, tools: [], responseFormat: 'text', stream: false, includeUsage: false, session: {}, openrouter: {}, options: { trace: true }, hasReasoningItems: true, body: {}, bytes: Buffer.from('{}'),
});

describe('any request of another format as a Messages body', () => {
  it('keeps Anthropic\'s rules', () => {
    const turn = fc.constantFrom(undefined, { kind: 'review' as const, text: 'check it' }, { kind: 'final' as const, text: 'write it' });
    fc.assert(fc.property(fc.array(message, { minLength: 1, maxLength: 10 }), settings, quirks, turn, (messages, asked, known, ours) => {
      const written = messagesWire.writeBody(request(messages), () => asked, { ...CALL, quirks: known, turn: ours, ownsReasoning: ({ provider }) => provider === 'mine' });
      const body = JSON.parse(Buffer.concat(written).toString()) as Fields;
      try {
        checkMessages(body, { 'anthropic-version': '2023-06-01' }, MINT);
      } catch (error) {
        if (error instanceof Refused) assert.fail(`${error.message}\n${JSON.stringify(body, null, 1)}`);
        throw error;
      }
      const roles = (body['messages'] as Fields[]).map(({ role }) => role);
      assert.deepEqual(roles, roles.map((_, at) => (at % 2 === 0 ? 'user' : 'assistant')));
    }), { numRuns: 500 });
  });

  it('loses no word and no argument', () => {
    fc.assert(fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), settings, (messages, asked) => {
      const text = Buffer.concat(messagesWire.writeBody(request(messages), () => asked, CALL)).toString();
      const strings = new Set<string>();
      JSON.parse(text, (_key, value: unknown) => { if (typeof value === 'string') strings.add(value); return value; });
      const said = [...strings].join('\n');
      for (const { content: had, toolCalls } of messages) {
        for (const one of typeof had === 'string' ? [had] : (had ?? []).flatMap((each) => (each.type === 'text' ? [each.text] : []))) assert.ok(one.trim() === '' || said.includes(one), one);
        for (const { arguments: args, custom } of toolCalls ?? []) if (custom === true) assert.ok(args === '' || strings.has(args) || args.trim() === '', args);
      }
    }), { numRuns: 200 });
  });
});
