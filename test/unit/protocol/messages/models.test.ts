import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readCountTokens, renderCount } from '../../../../src/protocol/messages/count-tokens.ts';
import { modelBody, modelListBody } from '../../../../src/protocol/messages/models.ts';
import { hi, sent, type Fields } from './samples.ts';

const models = ['openfusion/auto', 'openfusion/long-context', 'a', 'b'].map((id) => ({ id, created: 1_700_000_000, context_window: 200_000, max_output_tokens: null }));
const page = (query: Parameters<typeof modelListBody>[1]) => {
  const list = modelListBody(models, query);
  assert.ok(list.ok);
  const { data, ...rest } = list.value;
  return { ids: (data as Fields[]).map(({ id }) => id), ...rest };
};

describe('the list of models in Anthropic\'s form', () => {
  it('describes each model', () => {
    assert.deepEqual(modelBody(models[1] ?? { id: '', created: 0, context_window: null, max_output_tokens: null }), { type: 'model', id: 'openfusion/long-context', display_name: 'OpenFusion Long Context', created_at: '2023-11-14T22:13:20.000Z', max_input_tokens: 200_000, max_tokens: null });
  });

  it('is given page by page, in both directions', () => {
    assert.deepEqual(page({}), { ids: models.map(({ id }) => id), has_more: false, first_id: 'openfusion/auto', last_id: 'b' });
    assert.deepEqual(page({ limit: '2' }), { ids: ['openfusion/auto', 'openfusion/long-context'], has_more: true, first_id: 'openfusion/auto', last_id: 'openfusion/long-context' });
    assert.deepEqual(page({ limit: '2', after_id: 'openfusion/long-context' }), { ids: ['a', 'b'], has_more: false, first_id: 'a', last_id: 'b' });
    assert.deepEqual(page({ limit: '1', before_id: 'b' }), { ids: ['a'], has_more: true, first_id: 'a', last_id: 'a' });
    assert.deepEqual(page({ after_id: 'b' }), { ids: [], has_more: false, first_id: null, last_id: null });
  });

  it('names what is wrong with a page', () => {
    const param = (query: Parameters<typeof modelListBody>[1]) => { const list = modelListBody(models, query); return list.ok ? null : [list.error.status, list.error.param]; };
    assert.deepEqual([param({ limit: '0' }), param({ limit: 'x' }), param({ limit: '1001' }), param({ after_id: 'z' }), param({ before_id: 'z' })], [[400, 'limit'], [400, 'limit'], [400, 'limit'], [400, 'after_id'], [400, 'before_id']]);
  });
});

describe('a request to count tokens', () => {
  const read = (body: Fields) => readCountTokens(body, Buffer.from(JSON.stringify(body)));

  it('is a Messages body without a limit, and goes on without one', () => {
    const request = read({ model: 'm', messages: [hi], system: 's' });
    assert.ok(request.ok);
    assert.deepEqual([request.value.maxOutputTokens, request.value.stream, request.value.messages.length], [undefined, false, 2]);
    assert.deepEqual(sent(request.value).body, { model: 'claude-x', messages: [hi], system: 's' });
  });

  it('names the field that is wrong', () => {
    const request = read({ model: 'm' });
    assert.equal(!request.ok && request.error.param, 'messages');
  });

  it('is answered by the count', () => {
    assert.deepEqual(renderCount(42), { input_tokens: 42 });
  });
});
