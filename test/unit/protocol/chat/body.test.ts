import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { nativeBody } from '../../../../src/protocol/chat/body.ts';
import type { CallBody } from '../../../../src/protocol/wire.ts';
import { hasEscapedName } from '../../../support/json-names.ts';
import { sealReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import { parseChatRequest } from '../../../../src/protocol/chat/parse.ts';

const request = (text: string) => {
  const parsed = parseChatRequest(Buffer.from(text));
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.message);
  return parsed.value;
};
const plainCall: CallBody = { model: 'up/model', stream: false, set: {}, ownsReasoning: () => true, quirks: {} };
const sent = (text: string, changes: Partial<CallBody> = {}) => {
  const from = request(text);
  return Buffer.concat(nativeBody(from, { ...plainCall, stream: from.stream, ...changes })).toString();
};
const sentObject = (value: object, changes: Partial<CallBody> = {}) => JSON.parse(sent(JSON.stringify(value), changes)) as Record<string, unknown>;
const messages = '"messages":[{"role":"user","content":"hi"}]';

describe('the native request body', () => {
  it("changes the model and leaves every other byte as it came", () => {
    assert.equal(sent(`{ "model" : "openfusion/auto", ${messages}, "temperature": 1.0, "x": 1e3 }`), `{ "model" : "up/model", ${messages}, "temperature": 1.0, "x": 1e3 }`);
  });

  it('finds the model when it stands last', () => {
    assert.equal(sent(`{${messages},"model":"openfusion/auto"}`), `{${messages},"model":"up/model"}`);
  });

  it('finds the top-level model beside a tool property of the same name', () => {
    const tools = '"tools":[{"type":"function","function":{"name":"t","parameters":{"properties":{"model":{"type":"string"}}}}}]';
    assert.equal(sent(`{${tools},"model":"openfusion/auto",${messages}}`), `{${tools},"model":"up/model",${messages}}`);
  });

  it('is not misled by a message that quotes a model field', () => {
    const quoted = '"messages":[{"role":"user","content":"{\\"model\\":\\"openfusion/auto\\"}"}]';
    assert.equal(sent(`{${quoted},"model":"openfusion/auto"}`), `{${quoted},"model":"up/model"}`);
  });

  it('adds a model where there is none', () => {
    assert.deepEqual(JSON.parse(sent(`{${messages}}`)), { model: 'up/model', messages: [{ role: 'user', content: 'hi' }] });
  });

  it('replaces the model that counts when a body names it twice', () => {
    assert.equal(JSON.parse(sent(`{"model":"a",${messages},"model":"b"}`)).model, 'up/model');
  });

  it('asks for usage on every stream', () => {
    assert.deepEqual(JSON.parse(sent(`{"model":"m","stream":true,${messages}}`)).stream_options, { include_usage: true });
  });

  it("keeps the client's own stream options beside the usage", () => {
    assert.deepEqual(JSON.parse(sent(`{"model":"m","stream":true,"stream_options":{"x":1},${messages}}`)).stream_options, { x: 1, include_usage: true });
  });

  it('takes our own fields out and puts the upstream\'s in', () => {
    const body = JSON.parse(sent(`{"model":"m","openfusion":{"trace":false},"models":["a"],${messages}}`, { set: { provider: { sort: 'price' } } }));
    assert.deepEqual(body, { model: 'up/model', messages: [{ role: 'user', content: 'hi' }], provider: { sort: 'price' } });
  });

  it('sends a large body in pieces, without copying it', () => {
    const large = `{"model":"openfusion/auto","messages":[{"role":"user","content":"${'x'.repeat(200_000)}"}]}`;
    const from = request(large);
    const pieces = nativeBody(from, plainCall);
    assert.equal(pieces.length, 3);
    assert.equal(pieces[2]?.buffer, from.bytes.buffer);
    assert.equal(Buffer.concat(pieces).toString(), large.replace('openfusion/auto', 'up/model'));
  });

  it('turns a plain request into a stream for a panelist', () => {
    const body = JSON.parse(sent(`{"model":"m",${messages}}`, { model: 'p', stream: true }));
    assert.equal(body.stream, true);
    assert.deepEqual(body.stream_options, { include_usage: true });
  });

  it('puts a turn of ours behind the conversation, whose tools stay but may not be called', () => {
    const tools = [{ type: 'function', function: { name: 't', parameters: {} } }];
    const asked = { model: 'm', messages: [{ role: 'user', content: 'hi' }], tools, max_tokens: 9, stop: ['x'], response_format: { type: 'json_object' }, n: 2, temperature: 0.5 };
    const messages = [{ role: 'user', content: 'hi' }, { role: 'user', content: 'check' }];
    assert.deepEqual(sentObject(asked, { turn: { text: 'check', kind: 'review' } }), { model: 'up/model', messages, tools, tool_choice: 'none', temperature: 0.5 });
    assert.deepEqual(sentObject(asked, { turn: { text: 'check', kind: 'final' } }), { model: 'up/model', messages, tools, tool_choice: 'none', temperature: 0.5, max_tokens: 9, stop: ['x'], response_format: { type: 'json_object' } });
  });

  it('leaves out and renames what the model refuses, wherever it came from', () => {
    const asked = { model: 'm', messages: [{ role: 'user', content: 'hi' }], max_tokens: 9, temperature: 1 };
    assert.deepEqual(sentObject(asked, { set: { top_p: 1 }, quirks: { drop: ['temperature', 'top_p'], rename: { max_tokens: 'max_completion_tokens' } } }), { messages: [{ role: 'user', content: 'hi' }], model: 'up/model', max_completion_tokens: 9 });
  });

  it('sends only one of two fields that exclude each other', () => {
    const asked = { model: 'm', messages: [{ role: 'user', content: 'hi' }], top_p: 1 };
    const quirks = { exclusive: [['temperature', 'top_p']] as const };
    assert.equal('top_p' in sentObject({ ...asked, temperature: 1 }, { quirks }), false);
    assert.deepEqual(sentObject(asked, { quirks }), { ...asked, model: 'up/model' });
  });

  it('leaves a key out inside a field, but not where clients and models make up keys', () => {
    const tool = (more: object) => ({ type: 'function', function: { name: 't', parameters: { properties: { odd: { odd: 1 } } }, ...more } });
    const asked = { model: 'm', odd: 1, messages: [{ role: 'user', content: 'hi', odd: 2 }], tools: [tool({ odd: 3 })] };
    assert.deepEqual(sentObject(asked, { quirks: { dropInside: ['tools.odd'] } }), { ...asked, model: 'up/model', tools: [tool({})] });
  });

  it('puts on the first call of a turn what the model wants there, where its provider put nothing', () => {
    const call = (id: string, more: object = {}) => ({ id, type: 'function', function: { name: 't', arguments: '{}' }, ...more });
    const turn = (...calls: object[]) => ({ role: 'assistant', content: null, tool_calls: calls });
    const callExtras = { extra: 'wanted' };
    const sentTurns = sentObject({ messages: [turn(call('a'), call('b')), turn(call('c', { extra: 'own' }), call('d'))] }, { quirks: { callExtras } })['messages'];
    assert.deepEqual(sentTurns, [turn(call('a', callExtras), call('b')), turn(call('c', { extra: 'own' }), call('d'))]);
  });

  it('leaves keywords that the model refuses out of tool schemas, not properties of that name', () => {
    const tool = (parameters: object) => ({ type: 'function', function: { name: 't', parameters } });
    const asked = { model: 'm', messages: [{ role: 'user', content: 'hi' }], tools: [tool({ $schema: 'x', properties: { $schema: { type: 'string', $schema: 'y' } } })] };
    assert.deepEqual(sentObject(asked, { quirks: { dropSchemaKeywords: ['$schema'] } })['tools'], [tool({ properties: { $schema: { type: 'string' } } })]);
    const text = JSON.stringify(asked);
    assert.equal(sent(text, { quirks: { dropSchemaKeywords: ['format'] } }), text.replace('"m"', '"up/model"'));
  });

  describe('with reasoning in its history', () => {
    const own = { type: 'reasoning.encrypted', data: 'own', index: 0 }, foreign = { type: 'reasoning.encrypted', data: 'foreign', index: 1 };
    const asked = (details: object[]) => ({ model: 'm', messages: [{ role: 'assistant', content: 'x', extra: 1, reasoning_details: details }, { role: 'user', content: 'hi' }] });
    const ownsReasoning: CallBody['ownsReasoning'] = ({ raw }) => raw['data'] !== 'foreign';

    it('sends it back byte for byte to the provider that minted it', () => {
      const text = JSON.stringify(asked([own]), null, 1);
      assert.equal(sent(text, { ownsReasoning }), text.replace('"m"', '"up/model"'));
    });

    it('drops what another provider minted, and nothing else', () => {
      assert.deepEqual(sentObject(asked([own, foreign]), { ownsReasoning }), { ...asked([own]), model: 'up/model' });
      assert.deepEqual(sentObject(asked([foreign]), { ownsReasoning })['messages'], [{ role: 'assistant', content: 'x', extra: 1 }, { role: 'user', content: 'hi' }]);
    });

    it('never sends what we sealed for another format', () => {
      const sealed = { type: 'reasoning.encrypted', data: sealReasoning([{ wire: 'messages', provider: 'a/', raw: { type: 'thinking' } }]), index: 0 };
      assert.deepEqual(sentObject(asked([sealed, own]), { ownsReasoning }), { ...asked([own]), model: 'up/model' });
    });

    it('takes reasoning_content out for a model that refuses it, and fills it in for one that insists on it', () => {
      const calls = [{ id: 'c', type: 'function', function: { name: 't', arguments: '{}' } }];
      const messages = [{ role: 'assistant', content: null, tool_calls: calls, reasoning: 'thought' }, { role: 'assistant', content: 'x', reasoning_content: 'kept' }, { role: 'assistant', content: null, tool_calls: calls }];
      const refused = sentObject({ messages }, { quirks: { replayReasoning: false } })['messages'] as object[];
      assert.deepEqual(refused[1], { role: 'assistant', content: 'x' });
      const filled = sentObject({ messages }, { quirks: { fillReasoning: true } })['messages'] as { reasoning_content?: string }[];
      assert.deepEqual(filled.map(({ reasoning_content: text }) => text), ['thought', 'kept', '.']);
    });
  });

  it('gives back the same JSON with another model, whatever the body holds', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string({ minLength: 1 }), fc.boolean(), (extra, model, last) => {
      const own = { model, messages: [{ role: 'user', content: JSON.stringify(extra) }] };
      const { model: _m, messages: _n, stream: _s, models: _o, openfusion: _p, ...rest } = extra;
      const value = last ? { ...rest, ...own } : { ...own, ...rest };
      fc.pre(!hasEscapedName(JSON.stringify(value)));
      const parsed = parseChatRequest(Buffer.from(JSON.stringify(value)));
      if (!parsed.ok) return;
      const body = Buffer.concat(nativeBody(parsed.value, plainCall));
      assert.deepEqual(JSON.parse(body.toString()), { ...(JSON.parse(JSON.stringify(value)) as object), model: 'up/model' });
    }));
  });
});
