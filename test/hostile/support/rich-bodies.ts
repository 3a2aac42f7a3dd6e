/** One good request of each format with about everything that its clients send. */
import type { WireFormat } from '../../../src/protocol/types.ts';

const schema = { type: 'object', properties: { path: { type: 'string', description: 'where' }, lines: { type: 'array', items: { type: 'integer' } } }, required: ['path'], additionalProperties: false };
const PNG = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';

const chat = {
  model: 'rogue/rich', stream: false, stream_options: { include_usage: true }, temperature: 0.5, top_p: 0.9, n: 1, stop: ['END'], seed: 7, max_tokens: 500, max_completion_tokens: 600, presence_penalty: 0, frequency_penalty: 0, logit_bias: { 5: 1 }, logprobs: false, user: 'someone',
  reasoning_effort: 'low', verbosity: 'low', service_tier: 'auto', store: false, metadata: { user_id: 'u1', k: 'v' }, prompt_cache_key: 'key', session_id: 'session', parallel_tool_calls: true, tool_choice: 'auto', models: ['a/b'], provider: { order: ['x'] }, plugins: [{ id: 'web' }], openfusion: { trace: true },
  response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
  tools: [{ type: 'function', function: { name: 'read', description: 'Reads', parameters: schema, strict: true } }, { type: 'custom', custom: { name: 'patch', description: 'Patches', format: { type: 'text' } } }],
  messages: [
    { role: 'system', content: 'You are a test.' }, { role: 'developer', content: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] },
    { role: 'user', name: 'me', content: [{ type: 'text', text: 'Look at this' }, { type: 'image_url', image_url: { url: PNG, detail: 'low' } }, { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' } }] },
    { role: 'assistant', content: 'I read it', reasoning_content: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm', signature: 's', index: 0 }], tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'read', arguments: '{"path":"a"}' } }, { id: 'call_2', type: 'custom', custom: { name: 'patch', input: 'x' } }] },
    { role: 'tool', tool_call_id: 'call_1', content: 'text of a' }, { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'done' }] },
    { role: 'user', content: 'Say hello' },
  ],
};

const responses = {
  model: 'rogue/rich', stream: false, instructions: 'You are a test.', temperature: 0.5, top_p: 0.9, max_output_tokens: 500, max_tool_calls: 5, parallel_tool_calls: true, store: false, truncation: 'auto', include: ['reasoning.encrypted_content'], user: 'someone', service_tier: 'auto', prompt_cache_key: 'key',
  session_id: 'session', metadata: { user_id: 'u1' }, reasoning: { effort: 'low', summary: 'auto' }, text: { verbosity: 'low', format: { type: 'json_schema', name: 'answer', strict: true, schema } }, tool_choice: 'auto', models: ['a/b'], plugins: [{ id: 'web' }], openfusion: { trace: true }, client_metadata: { a: 'b' },
  tools: [
    { type: 'function', name: 'read', description: 'Reads', parameters: schema, strict: true }, { type: 'custom', name: 'patch', description: 'Patches', format: { type: 'grammar', syntax: 'lark', definition: 'start: /x/' } },
    { type: 'namespace', name: 'files', tools: [{ type: 'function', name: 'list', description: 'Lists', parameters: schema, strict: false }] }, { type: 'web_search' },
  ],
  input: [
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Look at this' }, { type: 'input_image', image_url: PNG, detail: 'low' }, { type: 'input_file', file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' }] },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], content: null, encrypted_content: 'sealed' },
    { type: 'message', role: 'assistant', id: 'msg_1', status: 'completed', content: [{ type: 'output_text', text: 'I read it', annotations: [] }] },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'read', arguments: '{"path":"a"}', status: 'completed' }, { type: 'function_call_output', call_id: 'call_1', output: 'text of a' },
    { type: 'custom_tool_call', call_id: 'call_2', name: 'patch', input: 'x' }, { type: 'custom_tool_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'done' }] },
    { type: 'item_reference', id: 'msg_9' }, { role: 'user', content: 'Say hello' },
  ],
};

const messages = {
  model: 'rogue/rich', max_tokens: 4_000, stream: false, temperature: 1, top_p: 0.9, top_k: 5, stop_sequences: ['END'], metadata: { user_id: 'u1' }, service_tier: 'auto', session_id: 'session', prompt_cache_key: 'key', models: ['a/b'], plugins: [{ id: 'web' }], openfusion: { trace: true },
  thinking: { type: 'enabled', budget_tokens: 1_024 }, output_config: { effort: 'low', format: { type: 'json_schema', schema } }, tool_choice: { type: 'auto', disable_parallel_tool_use: false }, container: null, context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
  system: [{ type: 'text', text: 'You are a test.', cache_control: { type: 'ephemeral', ttl: '5m' } }],
  tools: [{ name: 'read', description: 'Reads', input_schema: schema, cache_control: { type: 'ephemeral' } }, { type: 'web_search_20250305', name: 'web_search', max_uses: 2 }],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'Look at this' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }, { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' }, title: 'a.pdf' }] },
    { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 's' }, { type: 'redacted_thinking', data: 'r' }, { type: 'text', text: 'I read it' }, { type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: 'a' } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', is_error: false, content: [{ type: 'text', text: 'text of a' }, { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }] }, { type: 'text', text: 'Say hello' }] },
  ],
};

export const RICH: Readonly<Record<WireFormat, Readonly<Record<string, unknown>>>> = { chat, responses, messages };
