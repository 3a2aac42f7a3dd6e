import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { WebSocket } from 'ws';
import type { WireFormat } from '../../src/protocol/types.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { raw, startScriptedUpstream, status, text, toolCalls, type Answer, type Reply, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { bodyOf, FORMATS, PATHS, readBack } from '../support/wire-client.ts';

/** Signs that other forms write otherwise. */
const KEY = 'sk-or-v1-Zq8+W3/x"T5kP0mN7bV2cR9dL4fH6jG1';
/** Of the secret part of the key and of its other forms: no run of so many characters may come out. */
const RUN = 10;

const base64 = (before: string): string => Buffer.from(`${before}${KEY}`).toString('base64');
/** What stands for the key, by how it is written. */
const WRITTEN: Readonly<Record<string, string>> = {
  plain: KEY, 'URL-encoded': encodeURIComponent(KEY), 'in base64': base64(''), 'in base64 behind a name': base64('user:'), 'JSON in a text': JSON.stringify({ key: KEY }),
};

function assertNoKey(out: string, where: string): void {
  const forms = [KEY.slice(9), encodeURIComponent(KEY).slice(9), JSON.stringify(KEY).slice(10, -1), JSON.stringify(JSON.stringify(KEY)).slice(12, -2), base64('').slice(12, -2), base64('user:').slice(20, -2)];
  for (const form of forms) {
    for (let at = 0; at + RUN <= form.length; at++) assert.ok(!out.includes(form.slice(at, at + RUN)), `${where}: ${form.slice(at, at + RUN)} in ${out.slice(0, 2_000)}`);
  }
}

const pieces = (words: string, size: number): string[] => Array.from({ length: Math.ceil(words.length / size) }, (_, at) => words.slice(at * size, (at + 1) * size));

for (const client of FORMATS) for (const upstream of FORMATS) {
  describe(`the key of a ${upstream} upstream, asked by a ${client} client`, () => {
    let model: ScriptedUpstream, gateway: TestGateway;
    beforeEach(async () => {
      model = await startScriptedUpstream({ script: text('hello'), wires: [upstream] });
      gateway = await startGateway({ upstream: { baseURL: model.baseURL, protocols: [upstream], apiKeyEnv: 'K' }, trace: { keepPrompts: 'memory' } }, { sources: { env: { K: KEY }, secrets: {} } });
    });
    afterEach(async () => {
      await gateway.close();
      await model.close();
    });

    /** All that anybody gets to see of one request. */
    const ask = async (reply: Answer | ReturnType<typeof status>, stream: boolean, wire: WireFormat = client): Promise<{ body: string; seen: string; status: number }> => {
      model.play(reply);
      const live: string[] = [];
      const stop = gateway.app.traces.feed.subscribe((message) => { live.push(JSON.stringify(message)); });
      const response = await gateway.post(PATHS[wire], bodyOf(wire, { stream, tools: true }));
      const body = await response.text().catch(() => '');
      const trace = JSON.stringify(await gateway.lastTrace());
      stop();
      const listed = await (await fetch(`${gateway.origin}/traces`, { headers: { authorization: `Bearer ${gateway.viewToken}` } })).text();
      assert.ok(model.requests.some(({ headers }) => JSON.stringify(headers).includes('Zq8+W3')), 'the key goes to its upstream');
      return { body, status: response.status, seen: [body, JSON.stringify([...response.headers]), trace, listed, ...live, ...gateway.logs].join('\n') };
    };

    for (const stream of [false, true]) {
      const how = stream ? 'in a stream' : 'in a whole answer';

      it(`is masked ${how}, however it is written, the rest being there`, async () => {
        for (const [form, written] of Object.entries(WRITTEN)) {
          const { body, seen } = await ask(text(`It is <${written}>, is it?`), stream);
          assertNoKey(seen, form);
          const said = readBack(client, body, stream).completion.text;
          assert.match(said, /^It is <.*>, is it\?$/u, form);
          assert.ok(said.includes('[redacted'), form);
        }
      });

      it(`is masked ${how} of reasoning and tool calls`, async () => {
        const { seen } = await ask(toolCalls([{ name: 'run', arguments: { command: `echo ${KEY}` }, fragments: 6 }], { reasoning: `I know ${KEY}`, say: KEY }), stream);
        assertNoKey(seen, 'tool call');
      });
    }

    it('is masked in a stream that brings it in pieces: of its text, and of its bytes', async () => {
      for (const [form, written] of Object.entries(WRITTEN)) for (const size of [1, 3, 5, 8, 13]) {
        const { body, seen } = await ask(text([...pieces(`It is <${written}>, is it?`, size)]), true);
        assertNoKey(seen, `${form} in pieces of ${size}`);
        assert.match(readBack(client, body, true).completion.text, /^It is <.*>, is it\?$/u);
      }
      assertNoKey((await ask(text(`It is <${KEY}>, is it?`, { bytesPerWrite: 7 }), true)).seen, 'bytes');
    });

    it('is masked in the answer to an error of the upstream, also one that is cut', async () => {
      assertNoKey((await ask(status(400, { message: `bad key ${KEY}` }), false)).seen, 'message');
      for (const before of [462, 470, 480]) {
        const cut = await ask(status(400, { message: `${'x'.repeat(before)}${KEY}` }), true);
        assert.equal(cut.status, 400);
        assertNoKey(cut.seen, `cut after ${before}`);
      }
    });
  });
}

describe('a key elsewhere', () => {
  let model: ScriptedUpstream, gateway: TestGateway;
  const start = async (script: Reply, wires: readonly WireFormat[] = ['chat']): Promise<void> => {
    model = await startScriptedUpstream({ script, wires });
    gateway = await startGateway({ upstream: { baseURL: model.baseURL, protocols: [...wires], apiKeyEnv: 'K' } }, { sources: { env: { K: KEY }, secrets: {} } });
  };
  afterEach(async () => {
    await gateway.close();
    await model.close();
  });

  for (const wire of ['responses', 'chat'] as const) {
    it(`is masked on the WebSocket of /v1/responses before a ${wire} upstream, in pieces too`, async () => {
      await start(text(pieces(`It is <${KEY}>, is it?`, 5)), [wire]);
      const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/v1/responses`);
      const messages: string[] = [];
      await new Promise<void>((resolve, reject) => {
        socket.on('error', reject);
        socket.on('open', () => { socket.send(JSON.stringify({ type: 'response.create', model: 'openfusion/auto', input: 'Say hello' })); });
        socket.on('message', (data: Buffer) => {
          messages.push(data.toString());
          if (/"type":"(response\.completed|error)"/u.test(data.toString())) resolve();
        });
      });
      socket.terminate();
      assertNoKey(messages.join('\n'), wire);
      assert.match(messages.at(-1) ?? '', /It is <(sk-?)?\[redacted/u);
    });
  }

  it('is masked in refusals that repeat what a client sent, and in the headers of answers', async () => {
    await start(text('hello'));
    for (const [path, body] of [['/v1/chat/completions', { model: KEY, messages: [] }], ['/v1/chat/completions', { model: `openfusion/${KEY}`, messages: [{ role: 'user', content: 'x' }] }], [`/v1/${encodeURIComponent(KEY)}`, {}]] as const) {
      const response = await gateway.post(path, body);
      assert.ok(response.status >= 400);
      assertNoKey(`${await response.text()} ${JSON.stringify([...response.headers])}`, path);
    }
    const named = await gateway.chat({ model: `vendor/${KEY}` });
    assertNoKey(`${await named.text()} ${JSON.stringify([...named.headers])}`, 'model');
    assertNoKey(JSON.stringify(await gateway.lastTrace()), 'trace');
    assert.ok(gateway.logs.some((line) => line.includes('vendor/[redacted')), 'the log names the model');
    assertNoKey(gateway.logs.join('\n'), 'log');
  });

  for (const body of [`<html>${KEY}`, `{"error":"${JSON.stringify(KEY).slice(1, -1)}"}`, `not JSON: ${KEY}`]) {
    it(`is masked in what is no answer: ${body.slice(0, 9)}`, async () => {
      await start(raw({ body }));
      const response = await gateway.chat({});
      assertNoKey([await response.text(), JSON.stringify([...response.headers]), JSON.stringify(await gateway.lastTrace()), ...gateway.logs].join('\n'), body);
    });
  }
});
