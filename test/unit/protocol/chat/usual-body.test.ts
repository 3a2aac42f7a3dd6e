import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { bodySchema } from '../../../../src/protocol/chat/parse.ts';
import { isUsualBody } from '../../../../src/protocol/chat/usual-body.ts';

/** Mostly right values with wrong ones among them. */
const oneOf = (...right: unknown[]) => fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.constantFrom(null, 7, -1, 0, '', 'x', true, [], {}, [null], ['x'], [{}], { type: 3 }) });
const part = fc.record({ type: oneOf('text', 'image_url'), text: oneOf('hi') }, { requiredKeys: [] });
const inner = fc.record({ name: oneOf('read'), arguments: oneOf('{}') }, { requiredKeys: [] });
const call = fc.record({ id: oneOf('c1'), function: fc.oneof(inner, oneOf({ name: 'a' })), custom: oneOf(undefined, { name: 'x', input: 'y' }) }, { requiredKeys: [] });
const message = fc.record({
  role: oneOf('system', 'developer', 'user', 'assistant', 'tool', 'function'), content: fc.oneof(oneOf('hi', null), fc.array(part, { maxLength: 2 })),
  tool_calls: fc.oneof(fc.constant(undefined), fc.array(call, { maxLength: 2 })), tool_call_id: oneOf(undefined, 'c1'), reasoning_content: oneOf(undefined, 'hm'), name: oneOf('n'),
}, { requiredKeys: ['role'] });
const body = fc.record({
  model: oneOf('openfusion/auto'), messages: fc.oneof({ weight: 9, arbitrary: fc.array(message, { maxLength: 3 }) }, oneOf([{ role: 'user' }])),
  tools: oneOf([{ type: 'function', function: {} }], [{}]), response_format: oneOf({ type: 'json_object' }, {}), max_tokens: oneOf(1, 256), max_completion_tokens: oneOf(1), n: oneOf(1),
  stream: oneOf(true, false), stream_options: oneOf({ include_usage: true }, {}), session_id: oneOf('s'), prompt_cache_key: oneOf('k'), previous_response_id: oneOf('r'),
  metadata: oneOf({ user_id: 'u' }), models: oneOf(['a']), plugins: oneOf([{}]), openfusion: oneOf({ trace: false }), temperature: oneOf(0),
}, { requiredKeys: [] });

describe('the usual chat body', () => {
  it('is one that the schema takes as it is, whatever stands in it', () => {
    fc.assert(fc.property(body, (made) => {
      // As it comes off the wire: plain objects, no undefined.
      const value = JSON.parse(JSON.stringify(made)) as Record<string, unknown>;
      if (!isUsualBody(value)) return;
      const checked = bodySchema.safeParse(value);
      assert.ok(checked.success, JSON.stringify(value));
      assert.deepEqual(checked.data, value);
    }), { numRuns: 2_000 });
  });

  it('is what agents send: texts, parts, tools and their results, a stream', () => {
    const agents = {
      model: 'openfusion/auto', stream: true, stream_options: { include_usage: true }, max_tokens: 256, temperature: 0,
      tools: [{ type: 'function', function: { name: 'read', parameters: {} } }],
      messages: [
        { role: 'system', content: 'You are terse.' }, { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'read', arguments: '{}' } }] }, { role: 'tool', tool_call_id: 'c1', content: 'text' },
      ],
    };
    assert.equal(isUsualBody(agents), true);
    for (const wrong of [{}, { messages: [] }, { ...agents, stream: 'yes' }, { ...agents, max_tokens: 0 }, { ...agents, messages: [{ role: 'robot', content: '' }] }, { ...agents, messages: [{ role: 'user', content: 7 }] }]) {
      assert.equal(isUsualBody(wrong), false);
    }
  });
});
