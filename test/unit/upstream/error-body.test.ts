import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readErrorBody } from '../../../src/upstream/error-body.ts';

const read = (value: unknown) => readErrorBody(typeof value === 'string' ? value : JSON.stringify(value));

describe("a provider's error body", () => {
  it("is OpenAI's or Anthropic's object", () => {
    const { message, code, param } = read({ error: { message: 'no', type: 'invalid_request_error', param: 'top_p', code: 'unsupported_value' } });
    assert.deepEqual([message, code, param], ['no', 'unsupported_value', 'top_p']);
    const overloaded = read({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    assert.deepEqual([overloaded.message, overloaded.code], ['Overloaded', 'overloaded_error']);
  });

  it("is Google's list with one object", () => {
    assert.equal(read([{ error: { code: 400, message: 'Unknown name "x"', status: 'INVALID_ARGUMENT' } }]).message, 'Unknown name "x"');
  });

  it("is pydantic's list of complaints, wherever it lies", () => {
    const detail = [{ type: 'extra_forbidden', loc: ['body', 'messages', 3, 'assistant', 'name'], msg: 'Extra inputs are not permitted' }, { type: 'missing', loc: ['body', 'model'], msg: 'Field required' }];
    for (const body of [{ detail }, { object: 'error', message: { detail } }, { object: 'error', message: JSON.stringify({ detail }) }, { object: 'Error', detail, message: detail }]) {
      const { message, paths } = read(body);
      assert.match(message, /messages\.3\.assistant\.name: Extra inputs are not permitted; model: Field required/);
      assert.deepEqual([...new Set(paths)], ['messages.3.assistant.name']);
    }
  });

  it("tells the provider's own words inside a relay's", () => {
    const { message, param } = read({ error: { message: 'Provider returned error', code: 400, metadata: { raw: JSON.stringify({ error: { message: 'temperature is odd', param: 'temperature' } }), provider_name: 'P' } } });
    assert.deepEqual([message, param], ['Provider returned error: temperature is odd', 'temperature']);
    assert.equal(read({ error: { message: 'Provider returned error', metadata: { raw: 'plain words' } } }).message, 'Provider returned error: plain words');
  });

  it('is a text, or nothing that can be read', () => {
    assert.equal(read({ error: 'just words' }).message, 'just words');
    for (const odd of ['<html>', '[]', '7', '{"error":null}', '']) assert.equal(read(odd).message, '', odd);
  });
});
