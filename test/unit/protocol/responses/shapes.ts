import assert from 'node:assert/strict';
import type { ApiError } from '../../../../src/protocol/errors.ts';
import type { ChatRequest } from '../../../../src/protocol/types.ts';
import type { CallBody } from '../../../../src/protocol/wire.ts';
import { responsesWire } from '../../../../src/protocol/responses/wire.ts';

/** Bodies in the shapes that agents send, made here. */

export const bodyOf = (fields: object): Record<string, unknown> => JSON.parse(JSON.stringify(fields)) as Record<string, unknown>;

export function read(fields: object): ChatRequest {
  const body = bodyOf(fields);
  const result = responsesWire.read(body, Buffer.from(JSON.stringify(body)));
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value;
}

export function refused(fields: object): ApiError {
  const body = bodyOf(fields);
  const result = responsesWire.read(body, Buffer.from(JSON.stringify(body)));
  assert.ok(!result.ok, 'it was accepted');
  return result.error;
}

export const callOf = (more: Partial<CallBody> = {}): CallBody => ({ model: 'up/model', stream: true, set: {}, ownsReasoning: () => true, quirks: {}, ...more });

/** A body that goes to an upstream. */
export function sent(request: ChatRequest, more: Partial<CallBody> = {}): string {
  const { wire } = request;
  assert.equal(wire, 'responses');
  return Buffer.concat(responsesWire.writeBody(request, () => responsesWire.settingsOf(request), callOf({ stream: request.stream, ...more }))).toString();
}

export const says = (role: string, text: string): object => ({ type: 'message', role, content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }] });
export const calls = (callId: string, name: string, args: string): object => ({ type: 'function_call', id: `fc_${callId}`, call_id: callId, name, arguments: args, status: 'completed' });
export const answers = (callId: string, output: unknown): object => ({ type: 'function_call_output', call_id: callId, output });
export const thinks = (id: string, text: string, sealed: string | null): object => ({ type: 'reasoning', id, summary: text === '' ? [] : [{ type: 'summary_text', text }], content: null, encrypted_content: sealed });

/** As Codex asks: no `instructions`, the system's words as `developer` messages, a namespace and a built-in tool. */
export const AGENT_TURN = {
  model: 'openfusion/auto', stream: true, store: false, tool_choice: 'auto', parallel_tool_calls: true, reasoning: { summary: 'auto' }, include: ['reasoning.encrypted_content'],
  prompt_cache_key: 'session-1', client_metadata: { thread_id: 'session-1' },
  input: [
    says('developer', 'You work in a repository.'),
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Skills: none.' }, { type: 'input_text', text: 'Sandbox: off.' }] },
    says('user', '<context>cwd: /repo</context>'),
    says('user', 'Fix the test.'),
    says('assistant', 'I look first.'),
    calls('call_1', 'shell', '{"cmd":"cat a.js"}'),
    answers('call_1', 'export const a = 1;'),
    thinks('rs_1', 'The sign is wrong.', 'c2VhbA=='),
    { type: 'custom_tool_call', id: 'ctc_1', status: 'completed', call_id: 'call_2', name: 'apply_patch', input: '*** Begin Patch\n*** End Patch\n' },
    { type: 'custom_tool_call_output', call_id: 'call_2', output: 'Done.' },
  ],
  tools: [
    { type: 'function', name: 'shell', description: 'Runs a command.', strict: false, parameters: { type: 'object', properties: { cmd: { type: 'string' } }, required: ['cmd'] } },
    { type: 'custom', name: 'apply_patch', description: 'Patches files.', format: { type: 'grammar', syntax: 'lark', definition: 'start: "*** Begin Patch"' } },
    { type: 'namespace', name: 'agents', description: 'Sub-agents.', tools: [{ type: 'function', name: 'spawn', description: 'Starts one.', strict: false, parameters: { type: 'object', properties: {} } }] },
    { type: 'web_search', external_web_access: true },
  ],
};
