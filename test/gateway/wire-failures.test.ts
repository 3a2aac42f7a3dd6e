import assert from 'node:assert/strict';
import type { WireFormat } from '../../src/protocol/types.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { gate, pause, startScriptedUpstream, status, text, toolCalls, type Ending, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { bodyOf, FORMATS, PATHS, readBack } from '../support/wire-client.ts';

const BREAKS: readonly Ending[] = ['cut', 'reset', 'no-finish', 'error-chunk'];

for (const client of FORMATS) for (const upstream of FORMATS) {
  describe(`a ${client} client when a ${upstream} upstream fails`, () => {
    let model: ScriptedUpstream, gateway: TestGateway;
    before(async () => {
      model = await startScriptedUpstream({ script: text('hello'), wires: [upstream] });
      gateway = await startGateway({ upstream: { baseURL: model.baseURL, protocols: [upstream] }, server: { holdHeadersMs: 60 } });
    });
    after(async () => { await gateway.close(); await model.close(); });

    for (const ending of BREAKS) {
      it(`after the first content (${ending}) gets a loud end`, async () => {
        model.play(text(['one ', pause(30), 'two ', pause(30)], { ending }));
        const { body, clean } = await readAll(await gateway.post(PATHS[client], bodyOf(client, { stream: true })));
        const back = readBack(client, body, true);
        assert.equal(back.finished, false, body);
        if (client === 'chat') assert.equal(clean, false, 'a chat stream is cut');
        else { assert.ok(clean, 'the failure event is the end of the stream'); assert.ok(back.error !== null, body); }
        assert.equal((await gateway.lastTrace()).status, 'failed');
      });
    }

    it('before the first content is answered by the next candidate', async () => {
      model.play((_request, index) => (index === 0 ? status(503) : text('from the next')));
      const response = await gateway.post(PATHS[client], bodyOf(client, { stream: true }));
      assert.equal(readBack(client, await response.text(), true).completion.text, 'from the next');
      assert.equal(response.headers.get('x-openfusion-fallback'), 'server_error');
    });

    it('everywhere with a 429 gets a 429 with its Retry-After in its own format', async () => {
      model.play(status(429, { retryAfterS: 7 }));
      const response = await gateway.post(PATHS[client], bodyOf(client, { stream: true, model: 'elsewhere/limited' }));
      assert.equal(response.status, 429);
      assert.equal(response.headers.get('retry-after'), '7');
      assertErrorObject(client, await response.json(), 'rate_limit_error');
    });

    it('after keep-alive comments gets the loud end of its format', async () => {
      const held = gate();
      model.play(status(500, { before: held }));
      const response = await gateway.post(PATHS[client], bodyOf(client, { stream: true, model: 'elsewhere/slow' }));
      assert.equal(response.status, 200);
      held.open();
      const { body, clean } = await readAll(response);
      assert.match(body, /^: keep-alive\n\n/);
      if (client === 'chat') assert.equal(clean, false);
      else assert.ok(readBack(client, body, true).error !== null, body);
    });
  });
}

describe('a Responses stream that fails', () => {
  for (const upstream of FORMATS) {
    it(`goes on counting its events up to response.failed (${upstream} upstream)`, async () => {
      const model = await startScriptedUpstream({ script: toolCalls([{ name: 'read', arguments: { path: 'a' } }], { say: 'Look', ending: 'cut' }), wires: [upstream] });
      const gateway = await startGateway({ upstream: { baseURL: model.baseURL, protocols: [upstream] } });
      try {
        const body = await (await gateway.post('/v1/responses', bodyOf('responses', { stream: true, tools: true }))).text();
        const events = body.split('\n\n').filter((event) => event.includes('data:')).map((event) => JSON.parse(event.slice(event.indexOf('data:') + 5)) as { type: string; sequence_number: number });
        assert.deepEqual(events.map(({ sequence_number: number }) => number), events.map((_, index) => index));
        assert.equal(events.at(-1)?.type, 'response.failed');
      } finally {
        await gateway.close();
        await model.close();
      }
    });
  }
});

describe('a body that is not right', () => {
  let gateway: TestGateway;
  before(async () => { gateway = await startGateway(); });
  after(() => gateway.close());

  const WRONG: readonly [WireFormat, Record<string, unknown>, string][] = [
    ['responses', { input: 5 }, 'input'],
    ['responses', { input: [{ type: 'function_call_output', output: 'x' }] }, 'call_id'],
    ['responses', { input: 'x', tools: 'none' }, 'tools'],
    ['messages', { messages: [{ role: 'user', content: 'x' }] }, 'max_tokens'],
    ['messages', { max_tokens: 10, messages: 'x' }, 'messages'],
    ['messages', { max_tokens: 10, messages: [{ role: 'robot', content: 'x' }] }, 'role'],
  ];
  for (const [wire, body, field] of WRONG) {
    it(`is a 400 of ${wire} that names ${field}`, async () => {
      const response = await gateway.post(PATHS[wire], { model: 'openfusion/auto', ...body });
      assert.equal(response.status, 400);
      const said = JSON.stringify(await response.json());
      assert.ok(said.includes(field), said);
      assertErrorObject(wire, JSON.parse(said), 'invalid_request_error');
    });
  }

  it('names an unknown model in the format of the client', async () => {
    for (const wire of FORMATS) {
      const response = await gateway.post(PATHS[wire], bodyOf(wire, { model: 'openfusion/nothing' }));
      assert.equal(response.status, 404);
      assertErrorObject(wire, await response.json(), wire === 'messages' ? 'not_found_error' : 'invalid_request_error');
    }
  });
});

function assertErrorObject(wire: WireFormat, body: unknown, type: string): void {
  const { error, ...rest } = body as { type?: string; error: { type: string; message: string } };
  assert.equal(error.type, type);
  assert.ok(error.message !== '');
  assert.equal(rest.type, wire === 'messages' ? 'error' : undefined);
}

async function readAll(response: Response): Promise<{ body: string; clean: boolean }> {
  let body = '';
  const decoder = new TextDecoder();
  try {
    for await (const piece of response.body ?? []) body += decoder.decode(piece as Uint8Array, { stream: true });
    return { body, clean: true };
  } catch {
    return { body, clean: false };
  }
}
