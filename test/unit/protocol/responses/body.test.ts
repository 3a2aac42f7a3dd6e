import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { sealReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import { unusualItemIssue } from '../../../../src/protocol/responses/schema.ts';
import { isUsualItem } from '../../../../src/protocol/responses/usual-items.ts';
import { responsesWire } from '../../../../src/protocol/responses/wire.ts';
import { AGENT_TURN, answers, calls, read, says, sent, thinks } from './shapes.ts';

const parsed = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe('a Responses request that goes on in its own format', () => {
  it('goes on as its own bytes, but for the model', () => {
    const text = `{ "model" : "openfusion/auto", "of_tomorrow": 1.0, "stream":true,"input":[{"type":"message","role":"user","content":"Gr\\u00fc\\u00dfe"}],"tools":[{"type":"function","name":"f","parameters":{"properties":{"model":{"type":"string"}}}}]}`;
    const bytes = Buffer.from(text);
    const request = responsesWire.read(parsed(text), bytes);
    assert.ok(request.ok);
    assert.equal(sent(request.value), text.replace('"openfusion/auto"', '"up/model"'));
  });

  it('gets the fields that the upstream wants, and keeps the rest', () => {
    const out = parsed(sent(read(AGENT_TURN), { set: { service_tier: 'flex', parallel_tool_calls: false } }));
    assert.deepEqual(out, { ...AGENT_TURN, model: 'up/model', service_tier: 'flex', parallel_tool_calls: false });
  });

  it('never takes our own fields along, nor the earlier response that the gateway has put into the input, nor a wish for a later answer', () => {
    const out = parsed(sent(read({ ...AGENT_TURN, openfusion: { trace: false }, models: ['a'], previous_response_id: 'resp_1', background: true })));
    assert.deepEqual(out, { ...AGENT_TURN, model: 'up/model' });
  });

  it('streams as the call asks', () => {
    const whole = parsed(sent(read({ ...AGENT_TURN, stream_options: { include_obfuscation: false } }), { stream: false }));
    assert.deepEqual([whole['stream'], whole['stream_options']], [undefined, undefined]);
    assert.equal(parsed(sent(read({ ...AGENT_TURN, stream: undefined }), { stream: true }))['stream'], true);
  });

  it('does without what the model refuses, and names fields as it knows them', () => {
    const out = parsed(sent(read({ ...AGENT_TURN, max_output_tokens: 5 }), { quirks: { drop: ['prompt_cache_key', 'client_metadata'], rename: { max_output_tokens: 'max_tokens' }, dropSchemaKeywords: ['required'] } }));
    assert.deepEqual([out['prompt_cache_key'], out['client_metadata'], out['max_output_tokens'], out['max_tokens']], [undefined, undefined, undefined, 5]);
    const [shell, ...others] = AGENT_TURN.tools;
    assert.deepEqual(out['tools'], [{ ...shell, parameters: { type: 'object', properties: { cmd: { type: 'string' } } } }, ...others]);
  });

  it('does without schema keywords inside a namespace too', () => {
    const tool = (parameters: object): object => ({ type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'f', parameters }] });
    const out = parsed(sent(read({ input: 'x', tools: [tool({ type: 'object', $schema: 's' })] }), { quirks: { dropSchemaKeywords: ['$schema'] } }));
    assert.deepEqual(out['tools'], [tool({ type: 'object' })]);
  });
});

describe('reasoning in a Responses request that goes on in its own format', () => {
  const own = thinks('rs_own', 'A', 'own'), foreign = thinks('rs_foreign', 'B', 'foreign');
  const raw = { type: 'reasoning', id: 'rs_was', summary: [], encrypted_content: 'was' };
  const input = (...items: object[]): object => ({ model: 'm', of_tomorrow: { a: [1] }, input: [says('user', 'Go.'), ...items, calls('c', 'f', '{}'), answers('c', 'x')] });
  const owns = { ownsReasoning: ({ raw: { encrypted_content: seal } }: { raw: Readonly<Record<string, unknown>> }) => seal !== 'foreign' };

  it('goes on byte for byte to the provider that minted it', () => {
    assert.equal(sent(read(input(own)), owns), JSON.stringify({ ...input(own), model: 'up/model' }));
  });

  it('is left out when another provider minted it, and nothing else changes', () => {
    assert.deepEqual(parsed(sent(read(input(own, foreign)), owns)), { ...input(own), model: 'up/model' });
  });

  it('is left out when it is ours, unless it carries what this provider minted', () => {
    const ours = thinks('rs_ours', 'C', sealReasoning([])), other = thinks('rs_other', 'D', sealReasoning([{ wire: 'messages', provider: 'up/', raw: { type: 'thinking' } }]));
    const carrier = thinks('rs_carrier', 'E', sealReasoning([{ wire: 'responses', provider: 'up/', raw }]));
    assert.deepEqual(parsed(sent(read(input(ours, other, carrier)), owns)), { ...input(raw), model: 'up/model' });
  });
});

describe('a turn of ours behind a Responses request', () => {
  const request = read({ ...AGENT_TURN, text: { verbosity: 'low', format: { type: 'json_object' } }, max_output_tokens: 50, top_logprobs: 2 });

  it('stands behind the conversation, whose tools stay but may not be called', () => {
    const out = parsed(sent(request, { turn: { text: 'Now check.', kind: 'final' } }));
    assert.deepEqual(out['input'], [...AGENT_TURN.input, { type: 'message', role: 'user', content: 'Now check.' }]);
    assert.deepEqual([out['tool_choice'], out['tools'], out['prompt_cache_key'], out['max_output_tokens']], ['none', AGENT_TURN.tools, 'session-1', 50]);
    assert.deepEqual(out['text'], { verbosity: 'low', format: { type: 'json_object' } });
  });

  it('has no use for the client\'s wishes for form and length when it is a review', () => {
    const out = parsed(sent(request, { turn: { text: 'Now check.', kind: 'review' } }));
    for (const key of ['text', 'max_output_tokens', 'top_logprobs']) assert.equal(out[key], undefined);
    assert.deepEqual(out['reasoning'], AGENT_TURN.reasoning);
  });

  it('makes an array of an input that was a string', () => {
    assert.deepEqual(parsed(sent(read({ input: 'Hi' }), { turn: { text: 'And?', kind: 'final' } })), { model: 'up/model', input: [{ type: 'message', role: 'user', content: 'Hi' }, { type: 'message', role: 'user', content: 'And?' }] });
  });
});

describe('the look that spares usual items the schema', () => {
  const value = fc.oneof(fc.constantFrom('', 'user', 'assistant', 'text', 'call_1', undefined, null, 7, {}, []), fc.array(fc.record({ type: fc.constantFrom('input_text', 'output_text', 'input_image', 7), text: fc.constantFrom('a', 7, undefined), image_url: fc.constantFrom('a', 7, undefined) }), { maxLength: 2 }));
  const item = fc.record({ type: fc.constantFrom('message', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output', 'reasoning', 'of_tomorrow', undefined), role: value, content: value, call_id: value, name: value, namespace: value, arguments: value, input: value, output: value });

  it('accepts nothing that the schema would refuse', () => {
    let usual = 0;
    fc.assert(fc.property(item, (one) => {
      if (!isUsualItem(one)) return;
      usual += 1;
      assert.equal(unusualItemIssue(one, []), null);
    }), { numRuns: 3000 });
    assert.ok(usual > 30, `only ${usual} usual items were made`);
  });
});
