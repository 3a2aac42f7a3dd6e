import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { hasEscapedName } from '../../../support/json-names.ts';
import { answerText, readPlainAnswer } from '../../../../src/protocol/chat/plain.ts';
import type { JsonObject } from '../../../../src/protocol/json.ts';

const answer = (more: object = {}) => ({ id: 'a', model: 'vendor/model', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], ...more });
const written = (text: string, model = 'openfusion/auto', added: JsonObject = {}) => {
  const read = readPlainAnswer(Buffer.from(text), { provider: 'up/', tools: null });
  assert.ok(read.ok);
  return { read, out: answerText(read, model, added) };
};

describe('writing a plain answer on', () => {
  it('changes nothing but the model and what is added, however the upstream writes its JSON', () => {
    const hostile = fc.constantFrom('"model"', '"model":"vendor/model"', '\\"model\\":', '}', ',"model":"vendor/model"}', '\u0001', 'ключ', '\ud800');
    const text = fc.oneof(fc.string(), hostile);
    const more = fc.dictionary(fc.oneof(fc.constantFrom('usage', 'openfusion', 'provider', '"model"'), text), fc.oneof(text, fc.constant({ model: 'vendor/model' }), fc.constant([{ model: 'other' }])), { maxKeys: 4 });
    const added = fc.constantFrom<JsonObject>({}, { openfusion: { a: 1 } }, { usage: { prompt_tokens: 1 }, openfusion: { b: [] } });
    fc.assert(fc.property(text, more, added, fc.constantFrom(undefined, 1, '\t'), (content, extra, ours, indent) => {
      const sent = JSON.stringify(answer({ ...extra, choices: [{ message: { content }, finish_reason: 'stop' }] }), null, indent);
      fc.pre(!hasEscapedName(sent));
      const { read, out } = written(`${sent}\n`, 'openfusion/auto', ours);
      assert.deepEqual(JSON.parse(out), { ...read.object, model: 'openfusion/auto', ...ours });
    }), { numRuns: 500 });
  });

  it('adds the model where the upstream told none', () => {
    const { out } = written(JSON.stringify(answer({ model: undefined })));
    assert.equal((JSON.parse(out) as { model: string }).model, 'openfusion/auto');
  });

  it('keeps numbers as they were written', () => {
    assert.match(written(JSON.stringify(answer({ x: 7 })).replace('"x":7', '"x":1.50')).out, /"x":1\.50/);
  });

  it('writes escaped letters anew, so that the redactor sees what they spell', () => {
    assert.match(written(JSON.stringify(answer({ note: 'key' })).replace('"key"', '"\\u006bey"')).out, /"note":"key"/);
  });
});
