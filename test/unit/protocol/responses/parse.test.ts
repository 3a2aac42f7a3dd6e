import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { sealReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import { AGENT_TURN, answers, calls, read, refused, says, thinks } from './shapes.ts';

describe('reading a Responses request', () => {
  it('reads an agent\'s turn as a conversation', () => {
    const request = read(AGENT_TURN);
    assert.deepEqual(request.messages, [
      { role: 'developer', content: 'You work in a repository.' },
      { role: 'developer', content: [{ type: 'text', text: 'Skills: none.' }, { type: 'text', text: 'Sandbox: off.' }] },
      { role: 'user', content: '<context>cwd: /repo</context>' },
      { role: 'user', content: 'Fix the test.' },
      { role: 'assistant', content: 'I look first.', toolCalls: [{ id: 'call_1', name: 'shell', arguments: '{"cmd":"cat a.js"}' }] },
      { role: 'tool', toolCallId: 'call_1', content: 'export const a = 1;' },
      {
        role: 'assistant', content: null, toolCalls: [{ id: 'call_2', name: 'apply_patch', arguments: '*** Begin Patch\n*** End Patch\n', custom: true }],
        reasoning: 'The sign is wrong.', reasoningItems: [{ wire: 'responses', provider: null, raw: AGENT_TURN.input[7] }],
      },
      { role: 'tool', toolCallId: 'call_2', content: 'Done.' },
    ]);
    assert.equal(request.hasReasoningItems, true);
    assert.deepEqual(request.session, { sessionId: undefined, promptCacheKey: 'session-1', previousResponseId: undefined, metadataUserId: undefined });
    assert.equal(request.stream, true);
  });

  it('flattens namespaces in the tools and in the history, and keeps what the provider runs as built-in', () => {
    const { tools, messages } = read({ ...AGENT_TURN, input: [says('user', 'Go.'), { ...calls('c', 'spawn', '{}'), namespace: 'agents' }] });
    assert.deepEqual(tools.map(({ kind, name, namespace }) => [kind, name, namespace]), [
      ['function', 'shell', undefined], ['custom', 'apply_patch', undefined], ['function', 'agents__spawn', { name: 'agents', localName: 'spawn' }], ['builtin', 'web_search', undefined],
    ]);
    assert.equal(messages[1]?.toolCalls?.[0]?.name, 'agents__spawn');
  });

  it('takes tools that an item of the history adds, each once', () => {
    const tool = { type: 'function', name: 'late', parameters: {} };
    const { tools, messages } = read({ input: [{ type: 'additional_tools', role: 'developer', tools: [tool, { type: 'namespace', name: 'n', tools: [tool] }] }, says('user', 'Go.'), { type: 'tool_search_output', call_id: 'x', tools: [tool] }] });
    assert.deepEqual(tools.map(({ name }) => name), ['late', 'n__late']);
    assert.deepEqual(messages, [{ role: 'user', content: 'Go.' }]);
  });

  it('takes a string for the user\'s words and instructions for the system\'s', () => {
    assert.deepEqual(read({ instructions: 'Be brief.', input: 'Hello' }).messages, [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Hello' }]);
  });

  it('takes messages without a type, and assistant\'s words as a string', () => {
    assert.deepEqual(read({ input: [{ role: 'user', content: 'Hi' }, { type: 'message', role: 'assistant', content: 'Ho' }] }).messages, [{ role: 'user', content: 'Hi' }, { role: 'assistant', content: 'Ho' }]);
  });

  it('reads images, files and refusals, and tolerates parts that it does not know', () => {
    const [user, assistant] = read({ input: [
      { role: 'user', content: [
        { type: 'input_text', text: 'See' }, { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'high' }, { type: 'input_file', file_data: 'data:application/pdf;base64,AA', filename: 'a.pdf' },
        { type: 'input_file', file_url: 'https://x.test/b.pdf' }, { type: 'input_image', file_id: 'file_1' }, { type: 'input_audio', input_audio: {} },
      ] },
      { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    ] }).messages;
    assert.deepEqual(user?.content, [
      { type: 'text', text: 'See' }, { type: 'image', url: 'data:image/png;base64,AA', detail: 'high' }, { type: 'file', url: 'data:application/pdf;base64,AA', filename: 'a.pdf' },
      { type: 'file', url: 'https://x.test/b.pdf' }, { type: 'other', raw: { type: 'input_image', file_id: 'file_1' } }, { type: 'other', raw: { type: 'input_audio', input_audio: {} } },
    ]);
    assert.equal(assistant?.content, 'No.');
  });

  it('keeps images inside tool results', () => {
    const { messages } = read({ input: [calls('c', 'look', '{}'), answers('c', [{ type: 'input_text', text: 'A picture:' }, { type: 'input_image', image_url: 'https://x.test/a.png' }])] });
    assert.deepEqual(messages[1], { role: 'tool', toolCallId: 'c', content: [{ type: 'text', text: 'A picture:' }, { type: 'image', url: 'https://x.test/a.png' }] });
  });

  it('gathers reasoning, words and parallel calls of one turn, and begins anew behind a result', () => {
    const { messages } = read({ input: [
      says('user', 'Go.'), thinks('rs_1', 'One.', null), thinks('rs_2', 'Two.', null), says('assistant', 'A'), calls('a', 'f', '1'), says('assistant', 'B'), calls('b', 'g', '2'),
      answers('a', 'x'), answers('b', 'y'), says('assistant', 'C'),
    ] });
    assert.deepEqual(messages.map(({ role }) => role), ['user', 'assistant', 'tool', 'tool', 'assistant']);
    assert.deepEqual(messages[1]?.content, [{ type: 'text', text: 'A' }, { type: 'text', text: 'B' }]);
    assert.deepEqual(messages[1]?.toolCalls?.map(({ id }) => id), ['a', 'b']);
    assert.equal(messages[1]?.reasoning, 'One.\n\nTwo.');
    assert.equal(messages[1]?.reasoningItems?.length, 2);
  });

  it('opens reasoning that we sealed for another format', () => {
    const raw = { type: 'thinking', thinking: 'Hm.', signature: 'sig' };
    const { messages, hasReasoningItems } = read({ input: [says('user', 'Go.'), thinks('rs_1', 'Hm.', sealReasoning([{ wire: 'messages', provider: 'up/', raw }])), says('assistant', 'A'), thinks('rs_2', '', sealReasoning([])), calls('c', 'f', '')] });
    assert.deepEqual(messages[1]?.reasoningItems, [{ wire: 'messages', provider: 'up/', raw, carried: true }]);
    assert.equal(hasReasoningItems, true);
  });

  it('reads built-in tools that the client runs as calls and results, and tolerates what the provider ran', () => {
    const { messages } = read({ input: [
      says('user', 'Go.'),
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } },
      { type: 'local_shell_call', id: 'lsh_1', call_id: 'call_s', status: 'completed', action: { type: 'exec', command: ['ls'], env: {} } },
      { type: 'local_shell_call_output', id: 'call_s', output: 'a.js' },
      { type: 'computer_call', id: 'cu_1', call_id: 'call_c', action: { type: 'screenshot' } },
      { type: 'computer_call_output', call_id: 'call_c', output: { type: 'computer_screenshot', image_url: 'data:image/png;base64,AA' } },
      { type: 'item_reference', id: 'msg_1' }, { type: 'mcp_list_tools', id: 'm', server_label: 's', tools: [] }, { type: 'program_output', call_id: 'nobody', result: '1' }, { type: 'of_tomorrow' },
    ] });
    assert.deepEqual(messages.slice(1), [
      { role: 'assistant', content: null, toolCalls: [{ id: 'call_s', name: 'local_shell', arguments: '{"type":"exec","command":["ls"],"env":{}}' }] },
      { role: 'tool', toolCallId: 'call_s', content: 'a.js' },
      { role: 'assistant', content: null, toolCalls: [{ id: 'call_c', name: 'computer', arguments: '{"type":"screenshot"}' }] },
      { role: 'tool', toolCallId: 'call_c', content: [{ type: 'image', url: 'data:image/png;base64,AA' }] },
    ]);
  });

  it('takes an empty or missing model for openfusion/auto, and an absent stream for a plain answer', () => {
    for (const model of [undefined, null, '', ' ']) assert.equal(read({ model, input: 'x' }).model, 'openfusion/auto');
    assert.equal(read({ input: 'x' }).stream, false);
  });

  it('reads the session, our options and what OpenRouter routes by', () => {
    const request = read({ input: 'x', session_id: 's', previous_response_id: 'resp_1', metadata: { user_id: 'u' }, openfusion: { trace: false }, models: ['a'], provider: { only: ['b'] }, plugins: [{ id: 'c' }], max_output_tokens: 9, text: { format: { type: 'json_object' } } });
    assert.deepEqual(request.session, { sessionId: 's', promptCacheKey: undefined, previousResponseId: 'resp_1', metadataUserId: 'u' });
    assert.equal(request.options.trace, false);
    assert.deepEqual(request.openrouter, { models: ['a'], provider: { only: ['b'] }, plugins: [{ id: 'c' }] });
    assert.equal(request.maxOutputTokens, 9);
    assert.equal(request.responseFormat, 'json_object');
  });

  const item = (wrong: object): object => ({ input: [says('user', 'Go.'), calls('c', 'f', '{}'), answers('c', 'x'), wrong] });
  const tool = (wrong: object): object => ({ input: 'x', tools: [{ type: 'web_search' }, wrong] });
  for (const [param, message, body] of [
    ['input', '`input` is missing.', {}],
    ['input', '`input` is invalid: expected string or array.', { input: 7 }],
    ['input', '`input` is invalid: it must not be empty or below its minimum.', { input: [] }],
    ['input[3]', '`input[3]` is invalid: expected object.', item('x' as unknown as object)],
    ['input[3].type', '`input[3].type` is missing.', item({ content: 'x' })],
    ['input[3].role', '`input[3].role` is invalid: expected one of system, developer, user, assistant.', item({ role: 'robot', content: 'x' })],
    ['input[3].content[1].text', '`input[3].content[1].text` is missing.', item({ role: 'user', content: [{ type: 'input_text', text: 'a' }, { type: 'input_text' }] })],
    ['input[3].call_id', '`input[3].call_id` is missing.', item({ type: 'function_call_output', output: 'x' })],
    ['input[3].call_id', '`input[3].call_id` is missing.', item({ type: 'function_call', name: 'f', arguments: '{}' })],
    ['input[3].arguments', '`input[3].arguments` is invalid: expected string.', item({ type: 'function_call', name: 'f', call_id: 'c', arguments: {} })],
    ['input[3].output', '`input[3].output` is missing.', item({ type: 'custom_tool_call_output', call_id: 'c' })],
    ['input[3].tools[0].name', '`input[3].tools[0].name` is missing.', item({ type: 'additional_tools', tools: [{ type: 'function' }] })],
    ['tools', '`tools` is invalid: expected array.', { input: 'x', tools: {} }],
    ['tools[1].name', '`tools[1].name` is missing.', tool({ type: 'function', function: { name: 'f' } })],
    ['tools[1].type', '`tools[1].type` is missing.', tool({ name: 'f' })],
    ['tools[1].tools[0].name', '`tools[1].tools[0].name` is missing.', tool({ type: 'namespace', name: 'n', tools: [{ type: 'custom' }] })],
    ['stream', '`stream` is invalid: expected boolean.', { input: 'x', stream: 'yes' }],
    ['max_output_tokens', '`max_output_tokens` is invalid: it must not be empty or below its minimum.', { input: 'x', max_output_tokens: 0 }],
  ] as const) {
    it(`refuses a body and names ${param}: ${message}`, () => {
      const error = refused(body);
      assert.deepEqual([error.status, error.type, error.param, error.message], [400, 'invalid_request_error', param, message]);
    });
  }

  it('refuses what only one provider could know, so that no other answers without it', () => {
    for (const [field, value] of Object.entries({ conversation: 'conv_1', prompt: { id: 'pmpt_1' } })) {
      const error = refused({ input: 'x', [field]: value });
      assert.deepEqual([error.status, error.param], [400, field]);
      assert.match(error.message, /previous_response_id/);
    }
    assert.ok(read({ input: 'x', conversation: null }));
  });

  it('takes no input for enough where the instructions or an earlier response say something', () => {
    assert.deepEqual(read({ instructions: 'Greet.', input: [] }).messages, [{ role: 'system', content: 'Greet.' }]);
    assert.deepEqual(read({ previous_response_id: 'resp_1', input: [] }).messages, []);
  });
});
