import assert from 'node:assert/strict';
import { startScriptedUpstream, text } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';

type Body = Readonly<Record<string, unknown>>;
type Case = readonly [what: string, body: Body, message: RegExp];

const call = (id: string, name = 'read') => ({ id, type: 'function', function: { name, arguments: '{}' } });
const chatTool = (name: string, more: Body = {}) => ({ type: 'function', function: { name }, ...more });
const use = (id: string) => ({ type: 'tool_use', id, name: 'read', input: {} });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'r' });
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown, more: Body = {}) => ({ role: 'assistant', content, ...more });

const CHAT: readonly Case[] = [
  ['a tool message without a call', { messages: [user('a'), { role: 'tool', tool_call_id: 'c1', content: 'r' }] }, /must be a response to a preceding message with 'tool_calls'/],
  ['a call without its tool message', { messages: [user('a'), assistant(null, { tool_calls: [call('c1'), call('c2')] }), { role: 'tool', tool_call_id: 'c1', content: 'r' }] }, /did not have response messages: c2/],
  ['a user turn between a call and its answer', { messages: [user('a'), assistant(null, { tool_calls: [call('c1')] }), user('b'), { role: 'tool', tool_call_id: 'c1', content: 'r' }] }, /did not have response messages: c1/],
  ['silence without a call', { messages: [user('a'), assistant(null)] }, /expected a string, got null/],
  ['a tool name with a dot', { messages: [], tools: [chatTool('a.b')] }, /does not match pattern/],
  ['a called name that is too long', { messages: [user('a'), assistant(null, { tool_calls: [call('c1', 'x'.repeat(65))] }), { role: 'tool', tool_call_id: 'c1', content: 'r' }] }, /does not match pattern/],
  ['the id of a call that is too long', { messages: [user('a'), assistant(null, { tool_calls: [call('c'.repeat(41))] }), { role: 'tool', tool_call_id: 'c'.repeat(41), content: 'r' }] }, /maximum length 40/],
  ['two tools of one name', { messages: [], tools: [chatTool('a'), chatTool('a')] }, /twice/],
  ['a tool as Responses has it', { messages: [], tools: [{ type: 'function', name: 'a' }] }, /function/],
  ["a provider's own tool", { messages: [], tools: [{ type: 'web_search' }] }, /tools\.0\.type/],
  ['a part as Responses has it', { messages: [user([{ type: 'input_text', text: 'a' }])] }, /messages\.0\.content/],
  ['fields of Responses', { messages: [], previous_response_id: 'resp_1' }, /Unknown parameter: 'previous_response_id'/],
  ['fields of Messages', { messages: [], thinking: { type: 'adaptive' } }, /Unknown parameter: 'thinking'/],
  ['our own field', { messages: [], openfusion: {} }, /Unknown parameter: 'openfusion'/],
  ['a tool choice without tools', { messages: [], tool_choice: 'auto' }, /only allowed when 'tools' are specified/],
  ['stream options without a stream', { messages: [], stream_options: { include_usage: true } }, /only allowed when 'stream' is enabled/],
];

const MESSAGES_TOOLS = [{ name: 'read', input_schema: { type: 'object' } }];
const MESSAGES: readonly Case[] = [
  ['no max_tokens', { max_tokens: undefined }, /max_tokens/],
  ['another role', { messages: [{ role: 'developer', content: 'a' }] }, /messages\.0\.role/],
  ['an assistant that begins', { messages: [assistant('a'), user('b')] }, /first message must use the "user" role/],
  ['an assistant that ends', { messages: [user('a'), assistant('b')] }, /does not support assistant message prefill/],
  ['an empty text', { messages: [user([{ type: 'text', text: '' }])] }, /non-whitespace text/],
  ['an empty turn', { messages: [user('')] }, /non-empty content/],
  ['an empty system text', { system: [{ type: 'text', text: ' ' }] }, /system: text content blocks/],
  ['a use without its result', { messages: [user('a'), assistant([use('t1'), use('t2')]), user([result('t1')])] }, /without `tool_result` blocks immediately after: t2/],
  ['a result without its use', { messages: [user([result('t1')])] }, /unexpected `tool_use_id` found in `tool_result` blocks: t1/],
  ['a result after other content', { messages: [user('a'), assistant([use('t1')]), user([{ type: 'text', text: 'b' }, result('t1')])] }, /must come before other content/],
  ['a use that is there twice', { messages: [user('a'), assistant([use('t1')]), user([result('t1')]), assistant([use('t1')]), user([result('t1')])] }, /ids must be unique/],
  ['an id of another alphabet', { messages: [user('a'), assistant([use('call:1')]), user([result('call:1')])] }, /should match pattern/i],
  ['input that is no object', { messages: [user('a'), assistant([{ ...use('t1'), input: '{}' }]), user([result('t1')])] }, /input/],
  ['thinking of another server', { messages: [user('a'), assistant([{ type: 'thinking', thinking: 'hm', signature: 'foreign' }]), user('b')] }, /Invalid `signature` in `thinking` block/],
  ['a tool loop that began without the thinking that is enabled', { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 1024 }, messages: [user('a'), assistant([use('t1')]), user([result('t1')])] }, /must start with a thinking block/],
  ['an image as OpenAI has it', { messages: [user([{ type: 'image_url', image_url: { url: 'https://x' } }])] }, /messages\.0\.content/],
  ['an image by a data: URL', { messages: [user([{ type: 'image', source: { type: 'url', url: 'data:image/png;base64,AA==' } }])] }, /http\(s\) address/],
  ['a tool as OpenAI has it', { tools: [{ type: 'function', function: { name: 'a' } }] }, /tools\.0/],
  ['a tool choice as OpenAI has it', { tools: [{ name: 'a', input_schema: { type: 'object' } }], tool_choice: 'auto' }, /tool_choice/],
  ['calls in a conversation without tools', { tools: undefined, messages: [user('a'), assistant([use('t1')]), user([result('t1')])] }, /must define tools/],
  ['a tool choice without tools', { tools: undefined, tool_choice: { type: 'auto' } }, /only be specified while providing tools/],
  ['a temperature above one', { temperature: 1.5 }, /range: 0\.\.1/],
  ['a forced tool while thinking', { max_tokens: 4000, thinking: { type: 'adaptive' }, tools: [{ name: 'a', input_schema: { type: 'object' } }], tool_choice: { type: 'any' } }, /forces tool use/],
  ['too many cache marks', { system: Array.from({ length: 5 }, () => ({ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } })) }, /A maximum of 4 blocks/],
  ['fields of chat completions', { stream_options: { include_usage: true } }, /stream_options: Extra inputs are not permitted/],
  ['our own field', { openfusion: {} }, /openfusion: Extra inputs are not permitted/],
  ['unknown fields in a block', { messages: [user([{ type: 'text', text: 'a', annotations: [] }])] }, /annotations: Extra inputs are not permitted/],
];

const reply = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'b' }] };
const functionCall = (id: string) => ({ type: 'function_call', call_id: id, name: 'read', arguments: '{}' });
const output = (id: string, type = 'function_call_output') => ({ type, call_id: id, output: 'r' });
const RESPONSES: readonly Case[] = [
  ['no input', { input: undefined }, /Missing required parameter: 'input'/],
  ['fields of chat completions', { messages: [] }, /Unknown parameter: 'messages'/],
  ['max_tokens', { max_tokens: 100 }, /Unknown parameter: 'max_tokens'/],
  ['our own field', { openfusion: {} }, /Unknown parameter: 'openfusion'/],
  ['an output without its call', { input: [user('a'), output('c1')] }, /No tool call found for function call output with call_id c1/],
  ['an output of another kind than its call', { input: [user('a'), functionCall('c1'), output('c1', 'custom_tool_call_output')] }, /No tool call found for custom tool call output/],
  ['a call without its output', { input: [user('a'), functionCall('c1')] }, /No tool output found for function call c1/],
  ['a call without a call_id', { input: [user('a'), { ...functionCall('c1'), call_id: undefined }] }, /call_id/],
  ['a call_id that is too long', { input: [user('a'), functionCall('c'.repeat(65))] }, /string too long/],
  ['reasoning of another server', { input: [user('a'), { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'foreign' }, reply, user('b')] }, /encrypted content for item rs_1 could not be verified/],
  ['reasoning that nobody keeps', { store: false, input: [user('a'), { type: 'reasoning', id: 'rs_1', summary: [] }, reply, user('b')] }, /not persisted when `store` is set to false/],
  ['an id of another kind', { input: [{ type: 'message', id: 'chatcmpl-1', ...user('a') }] }, /Expected an ID that begins with 'msg'/],
  ['the same item twice', { input: [{ id: 'msg_1', ...user('a') }, { id: 'msg_1', ...user('b') }] }, /Duplicate item found with id msg_1/],
  ['a part as chat has it', { input: [user([{ type: 'text', text: 'a' }])] }, /input\[0\]/],
  ['words of the assistant as input', { input: [user('a'), assistant([{ type: 'input_text', text: 'b' }]), user('c')] }, /input\[1\]/],
  ['an item of another format', { input: [{ type: 'tool_result', tool_use_id: 't1' }] }, /Invalid value: 'tool_result'/],
  ['a tool as chat has it', { tools: [{ type: 'function', function: { name: 'a' } }] }, /tools\.0/],
  ['a previous response that is not known', { previous_response_id: 'resp_gone' }, /Previous response with id 'resp_gone' not found/],
];

describe('the strictness of the scripted upstream', () => {
  let up: ScriptedUpstream;

  before(async () => {
    up = await startScriptedUpstream({ script: text('ok') });
  });

  after(() => up.close());

  const formats = [
    ['chat', '/chat/completions', { messages: [user('hello')] }, CHAT],
    ['messages', '/messages', { max_tokens: 100, messages: [user('hello')], tools: MESSAGES_TOOLS }, MESSAGES],
    ['responses', '/responses', { input: 'hello' }, RESPONSES],
  ] as const;
  for (const [wire, path, sound, cases] of formats) {
    it(`takes a sound ${wire} request`, async () => {
      const response = await post(path, sound);
      assert.equal(response.status, 200, await response.text());
    });

    for (const [what, body, message] of cases) {
      it(`refuses in a ${wire} request ${what}`, async () => {
        const asked = up.requests.length;
        const response = await post(path, { ...sound, ...body });
        const { type, error } = (await response.json()) as { type?: string; error: { message: string } };
        assert.match(error.message, message);
        assert.ok([400, 404].includes(response.status));
        assert.equal(type, wire === 'messages' ? 'error' : undefined);
        assert.equal(up.requests.length, asked, 'the script was asked');
        assert.match(up.refused.at(-1)?.message ?? '', message);
      });
    }
  }

  it('wants the version header of Messages', async () => {
    const response = await fetch(`${up.baseURL}/messages`, { method: 'POST', body: JSON.stringify({ model: 'm', max_tokens: 1, messages: [user('a')] }) });
    assert.match(await response.text(), /anthropic-version: header is required/);
  });

  it('takes a system turn in the midst of the messages, as Claude Code sends it', async () => {
    const messages = [user('a'), { role: 'system', content: 's' }, assistant([use('t1')]), { role: 'system', content: 's' }, user([result('t1')])];
    assert.equal((await post('/messages', { max_tokens: 100, messages, tools: MESSAGES_TOOLS })).status, 200);
  });

  it('lets everything pass when it is told not to be strict', async () => {
    const lax = await startScriptedUpstream({ script: text('ok'), strict: false });
    try {
      const response = await fetch(`${lax.baseURL}/responses`, { method: 'POST', body: JSON.stringify({ model: 'm', whatever: 1 }) });
      assert.equal(response.status, 200);
    } finally {
      await lax.close();
    }
  });

  function post(path: string, body: Body): Promise<Response> {
    return fetch(up.baseURL + path, { method: 'POST', headers: { 'anthropic-version': '2023-06-01' }, body: JSON.stringify({ model: 'm', ...body }) });
  }
});
