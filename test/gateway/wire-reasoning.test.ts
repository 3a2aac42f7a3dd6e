import assert from 'node:assert/strict';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, toolCalls, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { FORMATS } from '../support/wire-client.ts';

type Json = Record<string, unknown>;

const TOOL = { name: 'read', input_schema: { type: 'object', properties: { path: { type: 'string' } } } };
const THINKS = { reasoning: 'The file has to be read first.' };
const CALL = toolCalls([{ name: 'read', arguments: { path: 'a' } }], THINKS);

/** Two providers behind two upstreams; each refuses what it did not seal itself. */
interface World { first: ScriptedUpstream; second: ScriptedUpstream; gateway: TestGateway; close(): Promise<void> }
async function startWorld(protocols: readonly ('chat' | 'responses' | 'messages')[], second = protocols): Promise<World> {
  const one = await startScriptedUpstream({ script: CALL, wires: protocols });
  const two = await startScriptedUpstream({ script: text('done'), wires: second });
  const gateway = await startGateway({
    upstream: { baseURL: one.baseURL, protocols: [...protocols] }, upstreams: { other: { baseURL: two.baseURL, protocols: [...second] } },
    roles: { one: { model: 'maker/one' }, two: { model: 'maker/two', upstreamName: 'other' } },
  });
  return { first: one, second: two, gateway, close: async () => { await gateway.close(); await one.close(); await two.close(); } };
}

describe('thinking of a Messages client', () => {
  const body = (model: string, messages: Json[]): Json => ({ model, max_tokens: 4_000, thinking: { type: 'enabled', budget_tokens: 2_000 }, tools: [TOOL], messages });
  const ask = async ({ gateway }: World, model: string, messages: Json[], stream = false): Promise<Json[]> => {
    const response = await gateway.post('/v1/messages', { ...body(model, messages), ...(stream ? { stream } : {}) });
    const said = await response.text();
    assert.equal(response.status, 200, said);
    return stream ? contentOfStream(said) : (JSON.parse(said) as { content: Json[] }).content;
  };
  const start = [{ role: 'user', content: 'Read a' }];
  const next = (content: Json[]): Json[] => [...start, { role: 'assistant', content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: content.find(({ type }) => type === 'tool_use')?.['id'], content: 'A' }] }];

  for (const stream of [false, true]) {
    it(`goes back byte for byte to the provider that sealed it, natively (${stream ? 'streamed' : 'whole'})`, async () => {
      const world = await startWorld(['messages']);
      try {
        const content = await ask(world, 'openfusion/one', start, stream);
        const thinking = content[0];
        assert.equal(thinking?.['thinking'], THINKS.reasoning);
        world.first.play(text('done'));
        await ask(world, 'openfusion/one', next(content), stream);
        assert.deepEqual((((world.first.requests.at(-1)?.body as Json)['messages'] as Json[])[1]?.['content'] as Json[])[0], thinking);
        assert.deepEqual(world.first.refused, []);
      } finally { await world.close(); }
    });
  }

  it('is left out for another provider, with the rest of the turn as it was', async () => {
    const world = await startWorld(['messages']);
    try {
      const content = await ask(world, 'openfusion/one', start);
      await ask(world, 'openfusion/two', next(content));
      const sent = world.second.requests.at(-1)?.body as { messages: { content: Json[] }[] };
      assert.deepEqual(sent.messages[1]?.content, content.slice(1));
      assert.deepEqual(world.second.refused, []);
    } finally { await world.close(); }
  });

  it('comes out of a panel sealed as it was, and goes back so', async () => {
    const world = await startWorld(['messages']);
    try {
      world.first.play(({ conversation }) => (JSON.stringify(conversation.turns.at(-1)).includes('one JSON object') ? text('{"best":"A"}') : CALL));
      const content = await ask(world, 'openfusion/fusion', start, true);
      assert.equal(content[0]?.['type'], 'thinking');
      world.first.play(text('done'));
      await ask(world, 'openfusion/one', next(content));
      assert.deepEqual(world.first.refused, []);
    } finally { await world.close(); }
  });

  it('from a Responses upstream survives the round trip in an envelope, and reaches nobody else', async () => {
    const world = await startWorld(['responses'], ['messages']);
    try {
      const content = await ask(world, 'openfusion/one', start, true);
      assert.equal(content[0]?.['type'], 'thinking');
      assert.match(String(content[0]?.['signature']), /^openfusion1\./);
      world.first.play(text('done'));
      await ask(world, 'openfusion/one', next(content));
      const input = (world.first.requests.at(-1)?.body as Json)['input'] as Json[];
      assert.ok(input.some(({ type, encrypted_content: sealed }) => type === 'reasoning' && typeof sealed === 'string' && !sealed.startsWith('openfusion')), JSON.stringify(input));
      await ask(world, 'openfusion/two', next(content));
      assert.ok(!JSON.stringify(world.second.requests.at(-1)?.body).includes('openfusion1.'));
      assert.deepEqual([...world.first.refused, ...world.second.refused], []);
    } finally { await world.close(); }
  });
});

describe('reasoning of a Responses client', () => {
  const tool = { type: 'function', name: 'read', parameters: TOOL.input_schema };
  const ask = async ({ gateway }: World, model: string, input: Json[]): Promise<Json[]> => {
    const response = await gateway.post('/v1/responses', { model, input, tools: [tool], store: false, include: ['reasoning.encrypted_content'], reasoning: { effort: 'high', summary: 'auto' }, stream: true });
    const said = await response.text();
    assert.equal(response.status, 200, said);
    const last = JSON.parse(said.trim().split('\ndata: ').at(-1) ?? '') as { type: string; response: { output: Json[] } };
    assert.equal(last.type, 'response.completed');
    return last.response.output;
  };
  const start: Json[] = [{ type: 'message', role: 'user', content: 'Read a' }];
  const next = (output: Json[]): Json[] => [...start, ...output, { type: 'function_call_output', call_id: output.find(({ type }) => type === 'function_call')?.['call_id'], output: 'A' }];

  for (const upstream of FORMATS) for (const other of FORMATS) {
    it(`goes back to the ${upstream} provider that sealed it, and not to a ${other} one that did not`, async () => {
      const world = await startWorld([upstream], [other]);
      try {
        const output = await ask(world, 'openfusion/one', start);
        assert.equal(output[0]?.['type'], 'reasoning', JSON.stringify(output));
        world.first.play(text('done'));
        await ask(world, 'openfusion/one', next(output));
        await ask(world, 'openfusion/two', next(output));
        assert.deepEqual([...world.first.refused, ...world.second.refused], []);
        if (upstream !== 'chat') assert.match(JSON.stringify(world.first.requests.at(-1)?.body), /encrypted_content":"[^"]+"|"signature":"[^"]+"/);
        assert.ok(!JSON.stringify([world.first.requests, world.second.requests].map((all) => all.at(-1)?.body)).includes('openfusion1.'));
      } finally { await world.close(); }
    });
  }
});

/** The blocks of a Messages stream, put together. */
function contentOfStream(body: string): Json[] {
  const blocks: Json[] = [];
  const json: string[] = [];
  for (const line of body.split('\n')) {
    if (!line.startsWith('data:')) continue;
    const event = JSON.parse(line.slice(5)) as { type: string; index: number; content_block?: Json; delta?: Json };
    if (event.type === 'content_block_start') { blocks[event.index] = { ...event.content_block }; json[event.index] = ''; }
    const block = blocks[event.index];
    if (event.type !== 'content_block_delta' || block === undefined) continue;
    const { delta = {} } = event;
    if (delta['type'] === 'thinking_delta') block['thinking'] = `${String(block['thinking'] ?? '')}${String(delta['thinking'])}`;
    if (delta['type'] === 'signature_delta') block['signature'] = `${String(block['signature'] ?? '')}${String(delta['signature'])}`;
    if (delta['type'] === 'text_delta') block['text'] = `${String(block['text'] ?? '')}${String(delta['text'])}`;
    if (delta['type'] === 'input_json_delta') json[event.index] += String(delta['partial_json']);
  }
  return blocks.map((block, index) => (block['type'] === 'tool_use' ? { ...block, input: JSON.parse(json[index] === '' ? '{}' : (json[index] ?? '{}')) as unknown } : block));
}
