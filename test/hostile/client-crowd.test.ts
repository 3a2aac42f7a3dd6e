import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { WebSocket } from 'ws';
import type { WireFormat } from '../../src/protocol/types.ts';
import { bodyOf, FORMATS, PATHS, readBack } from '../support/wire-client.ts';
import { ask } from './support/ask.ts';
import { chunk, eventsOf, httpWhole, LAST_CHUNK, SSE_HEAD, wholeOf } from './support/answers.ts';
import { useBench } from './support/bench.ts';
import { wellAnswered } from './support/rogue.ts';
import { isShort } from './support/scope.ts';
import { until } from './support/until.ts';
import { verdictOf } from './support/verdict.ts';

const CROWD = isShort ? 60 : 500;
const wireOf = (index: number): WireFormat => FORMATS[index % FORMATS.length] ?? 'chat';

describe('crowds (D3)', function () {
  this.timeout(60_000);

  for (const upstream of FORMATS) {
    describe(`in front of an upstream that speaks ${upstream}`, () => {
      const bench = useBench({ config: { upstream: { protocols: [upstream] } } });
      it(`of ${CROWD} streams and ${CROWD} plain requests at once are all answered, each with its own words`, async () => {
        // Words that take their time and come in pieces, so that all are under way at once.
        bench.rogue.play('crowd', async (call, { stream, text }) => {
          const words = /<<(.{1,40}?)>>/.exec(text)?.[1] ?? '';
          if (!stream) { await new Promise((resolve) => { setTimeout(resolve, 300); }); await call.write(httpWhole(200, wholeOf(call.wire, words))); return; }
          await call.write(SSE_HEAD);
          for (const event of eventsOf(call.wire, words.match(/.{1,8}/g) ?? [])) {
            await call.write(chunk(event));
            await new Promise((resolve) => { setTimeout(resolve, 20); });
          }
          await call.write(LAST_CHUNK);
        });
        const replies = await Promise.all(Array.from({ length: 2 * CROWD }, async (_, index) => {
          const wire = wireOf(index), stream = index < CROWD, words = `number ${index} and no other`;
          return { wire, stream, words, reply: await bench.ask(wire, { title: 'crowd', stream, prompt: `<<${words}>>` }) };
        }));
        const wrong = replies.filter(({ wire, stream, words, reply }) => verdictOf(wire, stream, reply, words) !== 'whole');
        assert.deepEqual(wrong.map(({ words, reply }) => `${words}: ${reply.status} ${reply.body.slice(0, 200)}`), []);
        assert.equal(bench.rogue.callsOf('crowd').length, 2 * CROWD, 'one call each');
      });
    });
  }

  describe('of requests on few connections', () => {
    const bench = useBench();

    it('stay in step, whatever becomes of each', async () => {
      bench.rogue.play('mixed', async (call, asked) => {
        if (asked.text.includes('<<cut>>')) { call.socket.destroy(); return; }
        if (asked.text.includes('<<bad>>')) { await call.write(httpWhole(400, '{"error":{"message":"no","code":"invalid_value"}}')); return; }
        await wellAnswered(call, asked);
      });
      const agent = new Agent({ keepAlive: true, maxSockets: 4 });
      const kinds = ['bad', 'well', 'json', 'well', 'type', 'well', 'path', 'well', 'cut', 'well'];
      const replies = await Promise.all(Array.from({ length: isShort ? 60 : 400 }, async (_, index) => {
        const kind = kinds[index % kinds.length] ?? 'well', wire = wireOf(index), words = kind === 'well' ? `words ${index}` : kind;
        const body = kind === 'json' ? '{"messages":' : JSON.stringify(bodyOf(wire, { model: `rogue/mixed-${index}`, prompt: `<<${words}>>` }));
        const reply = await ask(bench.gateway.port, { agent, path: kind === 'path' ? '/v1/nowhere' : PATHS[wire], headers: { 'x-title': 'mixed', ...(kind === 'type' ? { 'content-type': 'text/plain' } : {}) }, body });
        return { kind, wire, words, reply };
      }));
      agent.destroy();
      const STATUS: Readonly<Record<string, number>> = { bad: 400, json: 400, type: 415, path: 404, cut: 502 };
      for (const { kind, wire, words, reply } of replies) {
        if (kind === 'well') assert.equal(verdictOf(wire, false, reply, words), 'whole');
        else assert.equal(reply.status, STATUS[kind], `${kind}: ${reply.body.slice(0, 200)}`);
      }
    });

    it('of WebSockets are answered, each with its own words', async () => {
      const count = isShort ? 20 : 150;
      const said = await Promise.all(Array.from({ length: count }, async (_, index) => {
        const socket = new WebSocket(`ws://127.0.0.1:${bench.gateway.port}/v1/responses`);
        await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject); });
        const events: string[] = [];
        const over = new Promise<void>((resolve) => { socket.on('message', (data: Buffer) => { events.push(`data: ${data.toString()}\n\n`); if (/"type":"response\.(completed|failed)"|"type":"error"/.test(events.at(-1) ?? '')) resolve(); }); });
        socket.send(JSON.stringify({ type: 'response.create', ...bodyOf('responses', { model: 'rogue/socket', prompt: `<<socket ${index}>>` }) }));
        await over;
        socket.close();
        return readBack('responses', events.join(''), true).completion.text;
      }));
      assert.deepEqual(said, said.map((_, index) => `socket ${index}`));
    });

    it('leave nothing behind', async () => {
      await until(() => bench.rogue.open === 0, 3_000, () => `${bench.rogue.open} calls are open`);
    });
  });
});
