import assert from 'node:assert/strict';
import type { WireFormat } from '../../src/protocol/types.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, toolCalls, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { bodyOf, FORMATS, PATHS, readBack } from '../support/wire-client.ts';

type Json = Record<string, unknown>;

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SCHEMA = { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'], additionalProperties: false };

for (const upstream of FORMATS) {
  describe(`what a ${upstream} upstream is shown`, () => {
    let model: ScriptedUpstream, gateway: TestGateway;
    before(async () => {
      model = await startScriptedUpstream({ script: text('hello'), wires: [upstream] });
      gateway = await startGateway({ upstream: { baseURL: model.baseURL, protocols: [upstream] }, roles: { eyes: { model: 'maker/eyes', images: true } } });
    });
    afterEach(() => { assert.deepEqual(model.refused, []); });
    after(async () => { await gateway.close(); await model.close(); });

    const sent = (): { body: Json; all: string } => {
      const { body } = model.requests.at(-1) ?? assert.fail();
      return { body: body as Json, all: JSON.stringify(body) };
    };
    const post = async (wire: WireFormat, body: Json): Promise<string> => {
      const response = await gateway.post(PATHS[wire], body);
      const said = await response.text();
      assert.equal(response.status, 200, said);
      return said;
    };

    it('is the image of every client', async () => {
      model.play(text('a dot'));
      const prompt = 'What is this?';
      const bodies: Record<WireFormat, Json> = {
        chat: { model: 'openfusion/eyes', messages: [{ role: 'user', content: [{ type: 'text', text: prompt }, { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'low' } }] }] },
        responses: { model: 'openfusion/eyes', input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }, { type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'low' }] }] },
        messages: { model: 'openfusion/eyes', max_tokens: 100, messages: [{ role: 'user', content: [{ type: 'text', text: prompt }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }] }] },
      };
      for (const client of FORMATS) {
        await post(client, bodies[client]);
        assert.equal(model.requests.at(-1)?.conversation.turns.at(-1)?.images, 1, client);
        assert.ok(sent().all.includes(PNG), client);
      }
    });

    it('is the image inside a tool result', async () => {
      model.play(text('a dot'));
      const call = { id: 'call_1', name: 'read', arguments: '{"path":"a.png"}' };
      const bodies: Partial<Record<WireFormat, Json>> = {
        responses: { ...bodyOf('responses', { tools: true, model: 'openfusion/eyes' }), input: [{ role: 'user', content: 'Look' }, { type: 'function_call', call_id: call.id, name: call.name, arguments: call.arguments }, { type: 'function_call_output', call_id: call.id, output: [{ type: 'input_text', text: 'here:' }, { type: 'input_image', image_url: `data:image/png;base64,${PNG}` }] }] },
        messages: { ...bodyOf('messages', { tools: true, model: 'openfusion/eyes' }), messages: [{ role: 'user', content: 'Look' }, { role: 'assistant', content: [{ type: 'tool_use', id: call.id, name: call.name, input: { path: 'a.png' } }] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: [{ type: 'text', text: 'here:' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }] }] }] },
      };
      for (const [client, body] of Object.entries(bodies)) {
        await post(client as WireFormat, body);
        assert.ok(sent().all.includes(PNG) && sent().all.includes('here:'), client);
      }
    });

    it('is the schema that the answer must have, and its answer comes back', async () => {
      model.play(text('{"sum":5}'));
      const bodies: Record<WireFormat, Json> = {
        chat: { messages: [{ role: 'user', content: '2+3' }], response_format: { type: 'json_schema', json_schema: { name: 'sum', schema: SCHEMA, strict: true } } },
        responses: { input: '2+3', text: { format: { type: 'json_schema', name: 'sum', schema: SCHEMA, strict: true } } },
        messages: { max_tokens: 100, messages: [{ role: 'user', content: '2+3' }], output_config: { format: { type: 'json_schema', schema: SCHEMA } } },
      };
      for (const client of FORMATS) {
        const said = await post(client, { model: 'openfusion/coder', ...bodies[client] });
        assert.ok(sent().all.includes('"required":["sum"]'), `${client}: ${sent().all}`);
        assert.equal(readBack(client, said, false).completion.text, '{"sum":5}');
      }
    });

    it('is a custom tool in the form that it has, and its call comes back as the text that it is', async () => {
      const patch = '*** Begin Patch\n*** Update File: a "b".ts\n-old\\n\n+new\u00fc 世界\n*** End Patch';
      const body = { model: 'openfusion/coder', stream: true, input: 'Patch it', tools: [{ type: 'custom', name: 'apply_patch', description: 'Patches files', format: { type: 'grammar', syntax: 'lark', definition: 'start: /.+/s' } }] };
      model.play(toolCalls([{ name: 'apply_patch', input: patch }]));
      const { completion } = readBack('responses', await post('responses', body), true);
      assert.deepEqual(completion.toolCalls.map(({ name, arguments: input, custom }) => ({ name, input, custom })), [{ name: 'apply_patch', input: patch, custom: true }]);
      model.play(text('patched'));
      const id = completion.toolCalls[0]?.id;
      await post('responses', { ...body, input: [{ role: 'user', content: 'Patch it' }, { type: 'custom_tool_call', call_id: id, name: 'apply_patch', input: patch }, { type: 'custom_tool_call_output', call_id: id, output: 'Done' }] });
      assert.equal(model.requests.at(-1)?.conversation.turns.flatMap(({ calls }) => calls).length, 1);
    });

    it('is the tool of a namespace by a name of its own, and its call comes back with the namespace', async () => {
      const body = { model: 'openfusion/coder', stream: true, input: 'Close it', tools: [{ type: 'namespace', name: 'agents', description: 'Agents', tools: [{ type: 'function', name: 'close', parameters: { type: 'object', properties: { id: { type: 'string' } } } }] }, { type: 'function', name: 'open', parameters: { type: 'object', properties: {} } }] };
      model.play(toolCalls([{ name: 'close', namespace: 'agents', arguments: '{"id":"7"}' }, { name: 'open', arguments: '{}' }]));
      const said = await post('responses', body);
      const last = JSON.parse(said.trim().split('\ndata: ').at(-1) ?? '') as { response: { output: Json[] } };
      assert.deepEqual(last.response.output.map(({ name, namespace, arguments: args }) => [namespace, name, args]), [['agents', 'close', '{"id":"7"}'], [undefined, 'open', '{}']]);
      model.play(text('closed'));
      const [first] = last.response.output;
      await post('responses', { ...body, input: [{ role: 'user', content: 'Close it' }, first, { type: 'function_call_output', call_id: first?.['call_id'], output: 'ok' }] });
      assert.equal(model.requests.at(-1)?.conversation.turns.flatMap(({ calls }) => calls).length, 1);
    });

    it('is no tool that only the provider of another format runs', async () => {
      model.play(text('ok'));
      await post('responses', { model: 'openfusion/coder', input: 'x', tools: [{ type: 'web_search' }, { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }], tool_choice: 'auto' });
      assert.equal(sent().all.includes('web_search'), upstream === 'responses');
      await post('messages', { model: 'openfusion/coder', max_tokens: 10, messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'web_search_20250305', name: 'web_search' }, { name: 'f', input_schema: { type: 'object', properties: {} } }] });
      assert.equal(sent().all.includes('web_search'), upstream === 'messages');
    });

    it('is what to do with tools, how hard to think, and how long the answer may be', async () => {
      model.play(({ conversation }) => (conversation.tools.length > 0 ? toolCalls([{ name: 'read', arguments: '{"path":"a"}' }]) : text('ok')));
      const wishes: Record<WireFormat, Json> = {
        chat: { tool_choice: { type: 'function', function: { name: 'read' } }, parallel_tool_calls: false, max_completion_tokens: 777, reasoning_effort: 'low' },
        responses: { tool_choice: { type: 'function', name: 'read' }, parallel_tool_calls: false, max_output_tokens: 777, reasoning: { effort: 'low' } },
        messages: { tool_choice: { type: 'tool', name: 'read', disable_parallel_tool_use: true }, max_tokens: 777 },
      };
      for (const client of FORMATS) {
        await post(client, { ...bodyOf(client, { tools: true, model: 'openfusion/coder' }), ...wishes[client] });
        assert.match(sent().all, /"tool_choice":\{[^}]*"name":"read"|"tool_choice":\{"type":"function","function":\{"name":"read"/, client);
        assert.ok(sent().all.includes('777'), `${client}: ${sent().all}`);
        assert.match(sent().all, /"parallel_tool_calls":false|"disable_parallel_tool_use":true/, client);
        if (client !== 'messages' && upstream !== 'messages') assert.match(sent().all, /"reasoning_effort":"low"|"effort":"low"/, client);
      }
    });
  });

  for (const client of FORMATS) {
    it(`text before and after a tool call reaches a ${client} client of a ${upstream} upstream whole`, async () => {
      const model = await startScriptedUpstream({ script: toolCalls([{ name: 'read', arguments: '{"path":"a"}' }], { say: 'Before.', closing: 'After.' }), wires: [upstream] });
      const gateway = await startGateway({ upstream: { baseURL: model.baseURL, protocols: [upstream] } });
      try {
        const response = await gateway.post(PATHS[client], bodyOf(client, { tools: true, stream: true }));
        const { completion } = readBack(client, await response.text(), true);
        const kinds = completion.parts.map((part) => (part.type === 'text' ? part.text : part.type));
        assert.deepEqual(kinds, ['Before.', 'tool_call', 'After.']);
      } finally {
        await gateway.close();
        await model.close();
      }
    });
  }
}
