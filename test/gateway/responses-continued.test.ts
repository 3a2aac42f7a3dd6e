import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { gate, lastUserText, startScriptedUpstream, status, text, toolCalls, toolResults, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { FORMATS } from '../support/wire-client.ts';

type Json = Record<string, unknown>;
const TOOL = { type: 'function', name: 'read', parameters: { type: 'object', properties: { path: { type: 'string' } } } };

for (const upstream of FORMATS) {
  describe(`continuing a response on a ${upstream} upstream`, () => {
    let model: ScriptedUpstream, gateway: TestGateway;
    before(async () => {
      model = await startScriptedUpstream({ script: text('hello'), wires: [upstream] });
      gateway = await startGateway({ upstream: { baseURL: model.baseURL, protocols: [upstream] } });
    });
    after(async () => { await gateway.close(); await model.close(); });
    const ask = async (body: Json): Promise<{ status: number; body: Json }> => {
      const response = await gateway.post('/v1/responses', { model: 'openfusion/auto', ...body });
      return { status: response.status, body: await response.json() as Json };
    };

    it('puts what was said before the new input, and stays on the session', async () => {
      model.play(toolCalls([{ name: 'read', arguments: { path: 'a' } }]));
      const first = await ask({ input: 'Read a', tools: [TOOL] });
      const call = (first.body['output'] as Json[]).find(({ type }) => type === 'function_call') ?? assert.fail();
      model.play(text('It says 42.'));
      const second = await ask({ previous_response_id: first.body['id'], input: [{ type: 'function_call_output', call_id: call['call_id'], output: '42' }], tools: [TOOL] });
      assert.equal(second.status, 200, JSON.stringify(second.body));
      if (upstream !== 'responses') assert.equal(second.body['previous_response_id'], first.body['id']);
      const { conversation } = model.requests.at(-1) ?? assert.fail();
      assert.deepEqual([lastUserText(conversation), toolResults(conversation)], ['Read a', ['42']]);
      const before = (await gateway.lastTrace()).plan;
      assert.equal(before?.task.turn, 'tool_result');

      const third = await ask({ previous_response_id: second.body['id'], input: 'And b?' });
      assert.equal(third.status, 200);
      const turns = model.requests.at(-1)?.conversation.turns.map(({ role }) => role);
      assert.deepEqual(turns, ['user', 'assistant', 'tool', 'assistant', 'user']);
      const plan = (await gateway.lastTrace()).plan;
      assert.equal(plan?.session.id, before?.session.id);
      assert.deepEqual(model.refused, []);
    });

    it('remembers a streamed one', async () => {
      model.play(text('streamed'));
      const body = await (await gateway.post('/v1/responses', { model: 'openfusion/auto', input: 'Go', stream: true })).text();
      const { id } = (JSON.parse(body.trim().split('data: ').at(-1) ?? '') as { response: { id: string } }).response;
      assert.equal((await ask({ previous_response_id: id, input: 'more' })).status, 200);
      assert.deepEqual(model.requests.at(-1)?.conversation.turns.map(({ role, text: said }) => [role, said]), [['user', 'Go'], ['assistant', 'streamed'], ['user', 'more']]);
    });

    it('puts in items that are only named', async () => {
      model.play(text('I said this.'));
      const first = await ask({ input: 'Go' });
      const [item] = first.body['output'] as Json[];
      const second = await ask({ input: [{ role: 'user', content: 'Go' }, { type: 'item_reference', id: item?.['id'] }, { role: 'user', content: 'more' }] });
      assert.equal(second.status, 200, JSON.stringify(second.body));
      assert.deepEqual(model.requests.at(-1)?.conversation.turns.map(({ role, text: said }) => [role, said]), [['user', 'Go'], ['assistant', 'I said this.'], ['user', 'more']]);
    });

    it('says that it does not know one that it was told not to store', async () => {
      const { body } = await ask({ input: 'Go', store: false });
      const again = await ask({ previous_response_id: body['id'], input: 'more' });
      assert.equal(again.status, 404);
      assert.equal((again.body['error'] as Json)['code'], 'previous_response_not_found');
    });
  });
}

describe('the WebSocket form of /v1/responses', () => {
  let model: ScriptedUpstream, gateway: TestGateway;
  before(async () => {
    model = await startScriptedUpstream({ script: text('hello') });
    gateway = await startGateway({ upstream: { baseURL: model.baseURL, protocols: ['chat'] }, roles: { native: { model: 'native/model', upstreamName: 'native' } }, upstreams: { native: { baseURL: model.baseURL, protocols: ['responses'] } } });
  });
  after(async () => { await gateway.close(); await model.close(); });

  const open = async (path = '/v1/responses', headers: Record<string, string> = {}): Promise<{ socket: WebSocket; ask(message: unknown): Promise<Json[]> }> => {
    const socket = new WebSocket(`${gateway.origin.replace('http', 'ws')}${path}`, { headers });
    await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject); });
    return {
      socket,
      /** All events up to the one that ends the response. */
      ask: (message) => new Promise((resolve) => {
        const events: Json[] = [];
        const take = (data: Buffer): void => {
          const event = JSON.parse(data.toString('utf8')) as Json;
          events.push(event);
          if (!['response.completed', 'response.failed', 'response.incomplete', 'error'].includes(String(event['type']))) return;
          socket.off('message', take);
          resolve(events);
        };
        socket.on('message', take);
        socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      }),
    };
  };

  for (const [name, chosen] of [['translated', 'openfusion/auto'], ['native', 'openfusion/native']] as const) {
    it(`sends each event as one message, and answers one after the other (${name})`, async () => {
      model.play(text(['one ', 'two']));
      const { socket, ask } = await open();
      const first = await ask({ type: 'response.create', model: chosen, input: 'Count', store: false });
      assert.deepEqual(first.map(({ sequence_number: number }) => number), first.map((_, index) => index));
      assert.equal(first.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta).join(''), 'one two');
      const { id, openfusion } = first.at(-1)?.['response'] as { id: string; openfusion: Json };
      assert.equal(typeof openfusion['model'], 'string');
      const second = await ask({ type: 'response.create', model: chosen, previous_response_id: id, input: 'More', store: false });
      assert.equal(second.at(-1)?.['type'], 'response.completed');
      assert.deepEqual(model.requests.at(-1)?.conversation.turns.map(({ role }) => role), ['user', 'assistant', 'user']);
      socket.close();
    });
  }

  it('takes a conversation over without calling a model when asked to generate nothing', async () => {
    const { socket, ask } = await open();
    const called = model.requests.length;
    const warm = await ask({ type: 'response.create', model: 'openfusion/auto', generate: false, input: [{ type: 'message', role: 'user', content: 'Remember 7' }] });
    assert.equal(model.requests.length, called);
    const { id } = warm.at(-1)?.['response'] as { id: string };
    await ask({ type: 'response.create', model: 'openfusion/auto', previous_response_id: id, input: 'What?' });
    assert.deepEqual(model.requests.at(-1)?.conversation.turns.map(({ text: said }) => said), ['Remember 7', 'What?']);
    socket.close();
  });

  it('tells what is wrong, and goes on', async () => {
    const { socket, ask } = await open();
    for (const wrong of ['{', '[]', { type: 'other' }, { type: 'response.create', model: 'openfusion/auto', input: 5 }, { type: 'response.create', model: 'openfusion/nothing', input: 'x' }]) {
      const [error] = await ask(wrong);
      assert.equal(error?.['type'], 'error', JSON.stringify(error));
      assert.ok(Number(error['status']) >= 400);
    }
    model.play(status(429, { retryAfterS: 3 }));
    const [limited] = await ask({ type: 'response.create', model: 'elsewhere/limited', input: 'x' });
    assert.deepEqual([limited?.['status'], limited?.['headers']], [429, { 'retry-after': '3' }]);
    model.play(text('fine'));
    assert.equal((await ask({ type: 'response.create', model: 'openfusion/auto', input: 'x' })).at(-1)?.['type'], 'response.completed');
    socket.close();
  });

  it('ends in response.failed when the model breaks off', async () => {
    model.play(text(['half '], { ending: 'cut' }));
    const { socket, ask } = await open();
    for (const chosen of ['openfusion/fast', 'openfusion/native']) assert.equal((await ask({ type: 'response.create', model: chosen, input: 'x' })).at(-1)?.['type'], 'response.failed');
    socket.close();
  });

  it('ends the upstream call when the client leaves', async () => {
    const held = gate();
    model.play(text(['begun ', held, 'never']));
    const aborted = model.waitForAbort();
    const { socket } = await open();
    socket.once('message', () => { socket.terminate(); });
    socket.send(JSON.stringify({ type: 'response.create', model: 'openfusion/auto', input: 'x' }));
    assert.ok((await aborted).aborted);
    held.open();
  });

  it('is refused at once on another path, from a web page, and without the token', async () => {
    await assert.rejects(open('/v1/chat/completions'), /404/);
    await assert.rejects(open('/v1/responses', { origin: 'https://evil.example' }), /403/);
    const closed = await startGateway({ server: { token: '${env:GATE}' } }, { sources: { env: { GATE: 'let-me-in' }, secrets: {} } });
    try {
      const socket = new WebSocket(`${closed.origin.replace('http', 'ws')}/v1/responses`);
      const refused = await new Promise<Error>((resolve) => { socket.once('error', resolve); });
      assert.match(refused.message, /401/);
    } finally {
      await closed.close();
    }
  });
});
