import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { responsesWire } from '../../../../src/protocol/responses/wire.ts';
import type { RequestSettings } from '../../../../src/protocol/wire.ts';
import { AGENT_TURN, read } from './shapes.ts';

const settings = (fields: object): RequestSettings => responsesWire.settingsOf(read({ input: 'x', ...fields }));

describe('what a Responses request asks for', () => {
  it('is told in the words of no format', () => {
    const { tools: _, ...said } = settings({
      ...AGENT_TURN, text: { verbosity: 'low', format: { type: 'json_schema', name: 'a', schema: { type: 'object' }, strict: true } }, reasoning: { effort: 'high' }, max_output_tokens: 9, temperature: 0.1, top_p: 0.2, safety_identifier: 'u', service_tier: 'flex',
    });
    assert.deepEqual(said, {
      toolChoice: 'auto', parallelToolCalls: true, format: { type: 'json_schema', name: 'a', description: undefined, schema: { type: 'object' }, strict: true }, maxOutputTokens: 9, temperature: 0.1, topP: 0.2, topK: undefined, stop: [], seed: undefined,
      effort: 'high', thinkingTokens: undefined, verbosity: 'low', user: 'u', promptCacheKey: 'session-1', serviceTier: 'flex',
    });
  });

  it('is nothing where nothing was said', () => {
    const { effort, format, toolChoice, parallelToolCalls, tools } = settings({});
    assert.deepEqual([effort, format, toolChoice, parallelToolCalls, tools], [null, { type: 'text' }, undefined, undefined, []]);
  });

  it('holds functions, custom tools and those of namespaces, but none that only the provider runs', () => {
    assert.deepEqual(settings(AGENT_TURN).tools, [
      { kind: 'function', name: 'shell', description: 'Runs a command.', parameters: AGENT_TURN.tools[0]?.parameters, strict: false },
      { kind: 'custom', name: 'apply_patch', description: 'Patches files.', parameters: undefined, strict: undefined, grammar: AGENT_TURN.tools[1]?.format },
      { kind: 'function', name: 'agents__spawn', description: 'Starts one.', parameters: { type: 'object', properties: {} }, strict: false },
    ]);
  });

  it('names the tool that must be called, and none that only the provider has', () => {
    const choice = (tool_choice: unknown): unknown => settings({ ...AGENT_TURN, tool_choice }).toolChoice;
    assert.deepEqual(choice({ type: 'function', name: 'shell' }), { name: 'shell' });
    assert.deepEqual(choice({ type: 'custom', name: 'apply_patch' }), { name: 'apply_patch' });
    assert.deepEqual(choice({ type: 'function', namespace: 'agents', name: 'spawn' }), { name: 'agents__spawn' });
    assert.equal(choice({ type: 'web_search' }), undefined);
    assert.equal(choice('required'), 'required');
  });

  it('leaves the tools that are allowed', () => {
    const { tools, toolChoice } = settings({ ...AGENT_TURN, tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'shell' }, { type: 'web_search' }] } });
    assert.deepEqual([tools.map(({ name }) => name), toolChoice], [['shell'], 'required']);
  });
});
