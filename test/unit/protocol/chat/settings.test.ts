import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chatWire } from '../../../../src/protocol/chat/wire.ts';

const settings = (body: object) => {
  const read = chatWire.read({ messages: [{ role: 'user', content: 'hi' }], ...body }, Buffer.from(''));
  assert.ok(read.ok);
  return chatWire.settingsOf(read.value);
};

describe('the settings of a chat request', () => {
  it('are unsaid where the body says nothing', () => {
    const { tools, stop, format, effort, ...rest } = settings({});
    assert.deepEqual({ tools, stop, format, effort }, { tools: [], stop: [], format: { type: 'text' }, effort: null });
    assert.deepEqual(Object.values(rest).filter((value) => value !== undefined), []);
  });

  it('are read from the fields that agents send', () => {
    const said = settings({
      max_completion_tokens: 9, temperature: 0, top_p: 0.5, top_k: 3, seed: 7, stop: 'x', user: 'u', verbosity: 'low', parallel_tool_calls: false, prompt_cache_key: 'k', service_tier: 'flex', reasoning_effort: 'high',
    });
    assert.deepEqual(said, {
      tools: [], toolChoice: undefined, parallelToolCalls: false, format: { type: 'text' }, maxOutputTokens: 9, temperature: 0, topP: 0.5, topK: 3, stop: ['x'], seed: 7,
      effort: 'high', thinkingTokens: undefined, verbosity: 'low', user: 'u', promptCacheKey: 'k', serviceTier: 'flex',
    });
  });

  it("read OpenRouter's reasoning object", () => {
    const of = (reasoning: object) => { const { effort, thinkingTokens } = settings({ reasoning }); return [effort, thinkingTokens]; };
    assert.deepEqual([{ effort: 'low' }, { max_tokens: 2_000 }, { enabled: true }, { enabled: false }].map(of), [['low', undefined], [null, 2_000], ['medium', undefined], ['none', undefined]]);
  });

  it('name functions, custom tools with their grammar, and leave builtin ones out', () => {
    const { tools } = settings({ tools: [
      { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true }, cache_control: { type: 'ephemeral' } },
      { type: 'custom', custom: { name: 'c', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "x"' } } } }, { type: 'web_search' },
    ] });
    assert.deepEqual(tools, [
      { kind: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true, cacheControl: { type: 'ephemeral' } },
      { kind: 'custom', name: 'c', description: undefined, parameters: undefined, strict: undefined, grammar: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } },
    ]);
  });

  it('read every form of tool choice', () => {
    const choices = ['auto', 'none', 'required', { type: 'function', function: { name: 'f' } }, { type: 'custom', custom: { name: 'f' } }, { name: 'f' }, { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [] } }, 7];
    assert.deepEqual(choices.map((choice) => settings({ tool_choice: choice }).toolChoice), ['auto', 'none', 'required', { name: 'f' }, { name: 'f' }, { name: 'f' }, 'required', undefined]);
    assert.deepEqual(settings({ function_call: { name: 'f' } }).toolChoice, { name: 'f' });
  });

  it('read a format with its schema', () => {
    const schema = { type: 'object' };
    assert.deepEqual(settings({ response_format: { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } } }).format, { type: 'json_schema', name: 'n', description: undefined, schema, strict: true });
    assert.deepEqual(settings({ response_format: { type: 'json_object' } }).format, { type: 'json_object' });
  });
});
