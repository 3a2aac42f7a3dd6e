import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { sealReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import type { ReasoningItem } from '../../../../src/protocol/types.ts';
import { hasEscapedName } from '../../../support/json-names.ts';
import { hi, request, sent, type Fields } from './samples.ts';

const text = '{ "model" : "openfusion/auto","max_tokens":10, "messages":[{"role":"user","content":[{"type":"text","text":"gr\\u00fc\\u00dfe"}]}],"metadata":{"x":1.0}, "thinking":{"type":"adaptive"} }';
const use = (id: string): Fields => ({ type: 'tool_use', id, name: 'f', input: { a: 1 } });
const result = (id: string): Fields => ({ type: 'tool_result', tool_use_id: id, content: 'ok' });
const think = (n: number): Fields => ({ type: 'thinking', thinking: `t${n}`, signature: `s${n}` });
const messagesOf = (body: Fields) => body['messages'] as Fields[];
const foreign = { ownsReasoning: ({ raw }: ReasoningItem) => raw['signature'] !== 's2' };
const loop = (...blocks: Fields[][]) => ({ thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 9000, messages: [hi, ...blocks.flatMap((content) => [{ role: 'assistant', content }, { role: 'user', content: content.flatMap((block) => (block['type'] === 'tool_use' ? [result(String(block['id']))] : [])) }])] });

describe('a Messages body for an upstream of the same format', () => {
  it('is the client\'s own bytes, with another model', () => {
    assert.equal(sent(request(text)).text, text.replace('openfusion/auto', 'claude-x'));
  });

  it('is so for any body', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string({ minLength: 1 }), (extra, model) => {
      const { model: _m, messages: _n, stream: _s, ...rest } = extra;
      const body = JSON.stringify({ ...rest, model, max_tokens: 5, messages: [{ role: 'user', content: JSON.stringify(extra) }] });
      fc.pre(!hasEscapedName(body) && !['system', 'tools', 'thinking', 'metadata', 'tool_choice', 'openfusion', 'models', 'max_tokens'].some((key) => key in rest) && model.trim() !== '');
      assert.deepEqual(sent(request(body)).body, { ...(JSON.parse(body) as Fields), model: 'claude-x' });
    }));
  });

  it('lacks our own fields, and has those of the candidate', () => {
    const { body } = sent(request({ openfusion: { trace: false }, models: ['a'], keep: 1 }), { set: { service_tier: 'auto' } });
    assert.deepEqual(body, { model: 'claude-x', max_tokens: 1000, messages: [hi], keep: 1, service_tier: 'auto' });
  });

  it('lacks what the model refuses, and has names as it knows them', () => {
    const { body } = sent(request({ top_k: 3, context_management: { edits: [] }, tools: [{ name: 'f', input_schema: { type: 'object', $schema: 'x', properties: { $schema: { type: 'string', pattern: 'p' } } } }] }), { quirks: { drop: ['context_management'], rename: { top_k: 'k' }, dropSchemaKeywords: ['$schema', 'pattern'] } });
    assert.deepEqual(body, { model: 'claude-x', max_tokens: 1000, messages: [hi], k: 3, tools: [{ name: 'f', input_schema: { type: 'object', properties: { $schema: { type: 'string' } } } }] });
  });

  it('streams as the call wants it', () => {
    assert.equal(sent(request({}), { stream: true }).body['stream'], true);
    assert.equal('stream' in sent(request({ stream: true }), { stream: false }).body, false);
  });
});

describe('our turn behind a conversation of the same format', () => {
  const body = { tools: [{ name: 'f', input_schema: { type: 'object' } }], tool_choice: { type: 'any' }, stop_sequences: ['X'], output_config: { effort: 'low', format: { type: 'json_schema', schema: {} } }, max_tokens: 64, system: 'be' };

  it('asks without the tools being called, whatever the client chose', () => {
    const asked = sent(request(body), { turn: { kind: 'final', text: 'write it' } }).body;
    assert.deepEqual(messagesOf(asked), [hi, { role: 'user', content: [{ type: 'text', text: 'write it' }] }]);
    assert.deepEqual({ ...asked, messages: null, model: null }, { ...body, tool_choice: { type: 'none' }, messages: null, model: null });
  });

  it('asks for a review free of the client\'s wishes for form and length', () => {
    const { stop_sequences: stop, output_config: output, max_tokens: limit, tools, tool_choice: choice } = sent(request(body), { turn: { kind: 'review', text: 'check it' } }).body;
    assert.deepEqual([stop, output, limit, tools, choice], [undefined, { effort: 'low' }, 32000, body.tools, { type: 'none' }]);
  });

  it('names no choice where there are no tools', () => {
    assert.equal('tool_choice' in sent(request({}), { turn: { kind: 'review', text: 'x' } }).body, false);
  });
});

describe('reasoning in a history of the same format', () => {
  const history = { thinking: { type: 'adaptive' }, messages: [hi, { role: 'assistant', content: [think(1), { type: 'text', text: 'a', citations: null }, use('t1')], id: 'kept' }, { role: 'user', content: [result('t1')] }, { role: 'assistant', content: [think(2), use('t2')] }, { role: 'user', content: [result('t2')] }] };

  it('goes back byte for byte to the provider that minted it', () => {
    const from = request(history);
    assert.equal(sent(from).text, Buffer.from(from.bytes).toString().replace('openfusion/auto', 'claude-x'));
  });

  it('is left out for all others, and everything else stays as it was', () => {
    const { body } = sent(request(history), foreign);
    assert.deepEqual(messagesOf(body), history.messages.map((message, at) => (at === 3 ? { ...message, content: [use('t2')] } : message)));
    assert.deepEqual(body['thinking'], { type: 'adaptive' });
  });

  it('never has a signature of ours, which no provider knows', () => {
    const { body } = sent(request({ messages: [hi, { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: sealReasoning([]) }, { type: 'text', text: 'a' }] }, hi] }));
    assert.deepEqual(messagesOf(body)[1], { role: 'assistant', content: [{ type: 'text', text: 'a' }] });
  });

  it('takes a message out that held nothing else', () => {
    const { body } = sent(request({ messages: [hi, { role: 'assistant', content: [think(2)] }, hi] }), foreign);
    assert.deepEqual(messagesOf(body), [hi, hi]);
  });

  it('comes out of our envelope for the provider that minted it, and only of this format', () => {
    const own: ReasoningItem = { wire: 'messages', provider: 'up/', raw: think(1) };
    const other: ReasoningItem = { wire: 'responses', provider: 'up/', raw: { encrypted_content: 'x' } };
    const { body } = sent(request({ messages: [hi, { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: sealReasoning([own, other]) }, { type: 'text', text: 'a' }] }] }));
    assert.deepEqual(messagesOf(body)[1]?.['content'], [think(1), { type: 'text', text: 'a' }]);
  });

  it('switches thinking off when a running tool loop lost the thinking that it began with, since Anthropic refuses it then', () => {
    const context = { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }, { type: 'clear_tool_uses_20250919' }] };
    const { thinking, context_management: kept } = sent(request({ ...loop([think(2), use('t1')]), context_management: context }), foreign).body;
    assert.deepEqual([thinking, kept], [{ type: 'disabled' }, { edits: [context.edits[1]] }]);
    assert.equal('context_management' in sent(request({ ...loop([think(2), use('t1')]), context_management: { edits: [context.edits[0]] } }), foreign).body, false);
  });

  it('leaves thinking on where the loop begins with its own, is over, or thinking is adaptive', () => {
    const thinkingOf = (body: Fields) => (sent(request(body), foreign).body['thinking'] as Fields)['type'];
    assert.equal(thinkingOf(loop([think(1), use('t1')], [think(1), think(2), use('t2')])), 'enabled');
    assert.equal(thinkingOf({ ...loop([think(2), use('t1')]), messages: [...loop([think(2), use('t1')]).messages, { role: 'assistant', content: 'done' }, hi] }), 'enabled');
    assert.equal(thinkingOf({ ...loop([think(2), use('t1')]), thinking: { type: 'adaptive' } }), 'adaptive');
  });

  it('switches thinking off for a model with a budget when the loop was begun by one that does not think', () => {
    const begun = loop([{ type: 'text', text: 'a' }, use('t1')], [use('t2')]);
    assert.deepEqual(sent(request(begun), { quirks: { thinking: 'budget' } }).body['thinking'], { type: 'disabled' });
    assert.deepEqual(sent(request(begun)).body['thinking'], begun.thinking);
    assert.deepEqual(sent(request(loop([think(1), use('t1')], [use('t2')])), { quirks: { thinking: 'budget' } }).body['thinking'], begun.thinking);
  });
});

describe('a history of the same format that other providers had a hand in', () => {
  it('gets ids that Anthropic takes, the same for a call and its result, and each only once', () => {
    const odd = 'functions.Read:0';
    const messages = [hi, { role: 'assistant', content: [use(odd), use('ok')] }, { role: 'user', content: [result('ok'), result(odd)] }, { role: 'assistant', content: [use(odd)] }, { role: 'user', content: [result(odd)] }];
    const ids = messagesOf(sent(request({ messages })).body).slice(1).map(({ content }) => (content as Fields[]).map((block) => block['id'] ?? block['tool_use_id']));
    assert.deepEqual(ids, [['functions_Read_0', 'ok'], ['ok', 'functions_Read_0'], ['functions_Read_0_2'], ['functions_Read_0_2']]);
  });

  it('says the words of the system as the user\'s, marked, for models that take no such messages', () => {
    const messages = [hi, { role: 'system', content: 'later' }, { role: 'system', content: [{ type: 'text', text: 'more', cache_control: { type: 'ephemeral' } }] }];
    assert.deepEqual(messagesOf(sent(request({ messages }), { quirks: { refusesSystemTurns: true } }).body), [
      hi, { role: 'user', content: '<system-reminder>\nlater\n</system-reminder>' }, { role: 'user', content: [{ type: 'text', text: '<system-reminder>\nmore\n</system-reminder>', cache_control: { type: 'ephemeral' } }] },
    ]);
    assert.deepEqual(messagesOf(sent(request({ messages })).body), messages);
  });
});

describe('thinking in the form that the model takes', () => {
  const claudeCode = { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'high' }, max_tokens: 32000, context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] } };
  const thinkingOf = (body: Fields, quirks: NonNullable<Parameters<typeof sent>[1]>['quirks']) => {
    const { thinking, output_config: output, context_management: context } = sent(request(body), { quirks }).body;
    return { thinking, output, context };
  };

  it('stays as it came where nothing is known of the model', () => {
    assert.deepEqual(thinkingOf(claudeCode, {}), { thinking: claudeCode.thinking, output: claudeCode.output_config, context: claudeCode.context_management });
  });

  it('is a budget by the effort for a model that wants one', () => {
    assert.deepEqual(thinkingOf(claudeCode, { thinking: 'budget' }), { thinking: { type: 'enabled', display: 'omitted', budget_tokens: 20000 }, output: undefined, context: claudeCode.context_management });
    assert.deepEqual(thinkingOf({ ...claudeCode, max_tokens: 4000 }, { thinking: 'budget' }).thinking, { type: 'enabled', display: 'omitted', budget_tokens: 2976 });
    assert.deepEqual(thinkingOf({ ...claudeCode, max_tokens: 1500 }, { thinking: 'budget' }), { thinking: { type: 'disabled' }, output: undefined, context: undefined });
  });

  it('is adaptive, with an effort by the budget, for a model that refuses budgets', () => {
    assert.deepEqual(thinkingOf({ thinking: { type: 'enabled', budget_tokens: 10000 } }, { thinking: 'adaptive' }), { thinking: { type: 'adaptive' }, output: { effort: 'medium' }, context: undefined });
  });

  it('is left out for a model that has none, with what needs it', () => {
    assert.deepEqual(thinkingOf(claudeCode, { thinking: 'none' }), { thinking: undefined, output: undefined, context: undefined });
    assert.deepEqual(thinkingOf(claudeCode, { drop: ['thinking'] }), { thinking: undefined, output: claudeCode.output_config, context: undefined });
  });

  it('has an effort that the model knows', () => {
    assert.deepEqual(thinkingOf({ ...claudeCode, output_config: { effort: 'xhigh' } }, { thinking: 'adaptive', efforts: ['low', 'medium', 'high', 'max'] }).output, { effort: 'high' });
  });
});
