import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { nativeBody } from '../../../../src/protocol/chat/body.ts';
import type { CallBody } from '../../../../src/protocol/wire.ts';
import { hasEscapedName } from '../../../support/json-names.ts';
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
