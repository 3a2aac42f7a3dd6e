import assert from 'node:assert/strict';
import { expectedOutput, measure } from '../../../../src/routing/profile/size.ts';
import { ask, call, chat, message, result, TOOLS } from '../support.ts';

describe('the size of a request', () => {
  it('is about a token for 3.6 bytes of English and 3 bytes of Chinese', () => {
    const english = measure(ask('word '.repeat(7_200))).contextTokens;
    assert.ok(english > 9_900 && english < 10_200, String(english));
    const chinese = measure(ask('测试'.repeat(5_000))).contextTokens;
    assert.ok(chinese > 9_500 && chinese < 10_500, String(chinese));
  });

  it('counts a picture as a picture, not as its base64', () => {
    const url = `data:image/png;base64,${'A'.repeat(1_000_000)}`;
    const size = measure(chat({ messages: [{ role: 'user', content: [{ type: 'text', text: 'see' }, { type: 'image_url', image_url: { url } }] }] }));
    assert.ok(size.contextTokens > 1_000 && size.contextTokens < 2_000, String(size.contextTokens));
    assert.equal(size.needs.images, true);
  });

  it('finds pictures inside results of tools', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(400_000) } };
    const raw = { type: 'tool_result', tool_use_id: 't', content: [image] };
    const request = { ...ask('x'), messages: [message('user', [{ type: 'other', raw }])], bytes: new TextEncoder().encode(JSON.stringify(raw)) };
    const { contextTokens, needs } = measure(request);
    assert.deepEqual(needs, { tools: true, images: true, jsonSchema: false });
    assert.ok(contextTokens < 2_000, String(contextTokens));
  });

  it('needs tools when there are some, or were', () => {
    assert.equal(measure(ask('x')).needs.tools, false);
    assert.equal(measure(ask('x', { tools: TOOLS })).needs.tools, true);
    assert.equal(measure(chat({ messages: [{ role: 'user', content: 'x' }, call(), result()] })).needs.tools, true);
  });

  it('needs a JSON schema only when one is given', () => {
    assert.equal(measure(ask('x', { response_format: { type: 'json_object' } })).needs.jsonSchema, false);
    assert.equal(measure(ask('x', { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } })).needs.jsonSchema, true);
  });
});

describe('the expected answer', () => {
  it('is short for a title, long for a summary, and never above what the client allows', () => {
    assert.ok(expectedOutput('chore', 'title', 0.3, undefined) < expectedOutput('tool_result', undefined, 0.3, undefined));
    assert.ok(expectedOutput('chore', 'summary', 0.3, undefined) > expectedOutput('task', undefined, 0.3, undefined));
    assert.equal(expectedOutput('task', undefined, 0.3, 16), 16);
  });

  it('grows with complexity', () => {
    assert.ok(expectedOutput('task', undefined, 0.9, undefined) > expectedOutput('task', undefined, 0.1, undefined));
  });
});
