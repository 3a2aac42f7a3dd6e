import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readRefusals, type Refusal } from '../../../src/upstream/refusals.ts';

const read = (text: string, param: string | null = null) => readRefusals({ text, param, paths: [] });
/** The field, and what stands for it. */
const field = (refusals: readonly Refusal[]) => refusals.map((refusal) => (refusal.kind === 'field' ? [refusal.names[0], refusal.instead] : refusal.kind));

describe('what a provider refuses', () => {
  it('is a field, in many words for it', () => {
    const said: [text: string, param: string | null, name: string][] = [
      ["Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.", 'temperature', 'temperature'],
      ['Unrecognized request argument supplied: reasoning_effort', null, 'reasoning_effort'],
      ["Unknown parameter: 'verbosity'.", 'verbosity', 'verbosity'],
      ['`temperature` is deprecated for this model.', null, 'temperature'],
      ['invalid temperature: only 1 is allowed for this model', null, 'temperature'],
      ["property 'store' is unsupported, did you mean 'stop'?", null, 'store'],
      ['Argument not supported on this model: presencePenalty', null, 'presence_penalty'],
      ['Model grok-code-fast-1 does not support parameter reasoningEffort.', null, 'reasoning_effort'],
      ["UnsupportedParamsError: openai does not support parameters: ['parallel_tool_calls'], for model=x", null, 'parallel_tool_calls'],
      ['context_management: Extra inputs are not permitted', null, 'context_management'],
      ['#: extraneous key [context_management] is not permitted', null, 'context_management'],
      ["Extra inputs are not permitted, field: 'prompt_cache_key', value: 'k'", null, 'prompt_cache_key'],
      ["[{'type': 'extra_forbidden', 'loc': ('body', 'service_tier'), 'msg': 'Extra inputs are not permitted'}]", null, 'service_tier'],
      ['Invalid JSON payload received. Unknown name "top_k": Cannot find field.', null, 'top_k'],
      ['json: unknown field "stream_options"', null, 'stream_options'],
      ["The model does not support the 'top_k' parameter", null, 'top_k'],
    ];
    for (const [text, param, name] of said) assert.deepEqual(field(read(text, param)), [[name, null]], text);
  });

  it('is a name that has another one', () => {
    assert.deepEqual(field(read("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", 'max_tokens')), [['max_tokens', 'max_completion_tokens']]);
  });

  it('is a key inside messages or tools', () => {
    const said: [text: string, param: string | null, refusal: Refusal][] = [
      ['tools.0.custom.defer_loading: Extra inputs are not permitted', null, { kind: 'inside', field: 'tools', key: 'defer_loading' }],
      ['messages.3.content.0.text.citations: Extra inputs are not permitted', null, { kind: 'inside', field: 'messages', key: 'citations' }],
      ["Unknown parameter: 'messages[1].tool_calls[0].extra_content'.", 'messages[1].tool_calls[0].extra_content', { kind: 'inside', field: 'messages', key: 'extra_content' }],
      ["'messages.1' : for 'role:user' the following must be satisfied[('messages.1' : property 'metadata' is unsupported)]", null, { kind: 'inside', field: 'messages', key: 'metadata' }],
      ["Unsupported value: 'reasoning.effort' does not support 'minimal' with this model.", 'reasoning.effort', { kind: 'inside', field: 'reasoning', key: 'effort' }],
    ];
    for (const [text, param, refusal] of said) assert.deepEqual(read(text, param), [refusal], text);
    assert.deepEqual(readRefusals({ text: '', param: null, paths: ['messages.0.user.name', 'messages.0.user.tool_outputs', 'seed'] }), [{ kind: 'inside', field: 'messages', key: 'tool_outputs' }, { kind: 'field', names: ['seed'], instead: null }]);
  });

  it('is one of two fields', () => {
    assert.deepEqual(read('`temperature` and `top_p` cannot both be specified for this model. Please use only one.'), [{ kind: 'exclusive', kept: 'temperature', other: 'top_p' }]);
  });

  it('is a keyword of JSON Schema, or several', () => {
    const at = (name: string) => `Unknown name "${name}" at 'tools[0].function_declarations[0].parameters.properties[1].value': Cannot find field.`;
    assert.deepEqual(read(`Invalid JSON payload received. ${at('const')}\nInvalid JSON payload received. ${at('examples')}\nInvalid JSON payload received. ${at('const')}`), [{ kind: 'keywords', keywords: ['const', 'examples'] }]);
    assert.deepEqual(read("Invalid schema for function 't': In context=('properties', 'a'), 'minLength' is not permitted."), [{ kind: 'keywords', keywords: ['minLength'] }]);
  });

  it('is reasoning: missed, refused, or not readable', () => {
    assert.deepEqual(read('thinking is enabled but reasoning_content is missing in assistant tool call message at index 32'), [{ kind: 'reasoning_text', wanted: true }]);
    assert.deepEqual(read('The `reasoning_content` in the thinking mode must be passed back to the API.'), [{ kind: 'reasoning_text', wanted: true }]);
    assert.deepEqual(read("for 'role:assistant' the following must be satisfied[('messages.1' : property 'reasoning_content' is unsupported)]"), [{ kind: 'reasoning_text', wanted: false }]);
    assert.deepEqual(readRefusals({ text: 'messages.31.assistant.reasoning_content: Extra inputs are not permitted', param: null, paths: [] }), [{ kind: 'reasoning_text', wanted: false }]);
    for (const text of [
      'messages.1.content.0: Invalid `signature` in `thinking` block', '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.', 'Corrupted thought signature.',
      'The encrypted content gAAA could not be verified.', "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
    ]) assert.deepEqual(read(text), [{ kind: 'reasoning_items' }], text);
    assert.deepEqual(read('Function call is missing a thought_signature in functionCall parts.'), [{ kind: 'call_extras' }]);
  });

  it("is a form of thinking, or a system message's place", () => {
    assert.deepEqual(read('"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'), [{ kind: 'thinking', takes: 'adaptive' }]);
    assert.deepEqual(read('adaptive thinking is not supported on this model'), [{ kind: 'thinking', takes: 'budget' }]);
    assert.deepEqual(read("role 'system' is not supported on this model"), [{ kind: 'system_turns' }]);
  });

  it('is nothing where the error is about something else, or about what a request is nothing without', () => {
    for (const [text, param] of [
      ['temperature must be between 0 and 2', 'temperature'], ['max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens', null], ["Invalid value for 'content': expected a string", 'messages[0].content'],
      ["Unsupported parameter: 'model'", 'model'], ["Unsupported value: 'messages[0].role' does not support 'system' with this model", 'messages[0].role'], ["tools is not supported with this model", 'tools'], ['', null],
      ["'response_format' of type 'json_schema' is not supported with this model", 'response_format'], ['messages.0.content.0.type: Extra inputs are not permitted', null],
    ] as const) assert.deepEqual(read(text, param), [], text);
  });

  it('is read from any text without an end that does not come', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200, unit: fc.constantFrom('a', '.', '[0]', "'", '"', ' ', '(', 'unknown', 'parameter', ':', 'reasoning_content', 'messages') }), fc.option(fc.string()), (text, param) => {
      assert.ok(Array.isArray(read(text.slice(0, 8_192), param)));
    }));
  });
});
