import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { text } from '../support/scripted-upstream/reply.ts';
import { bodyOf, FORMATS, PATHS } from '../support/wire-client.ts';
import { ask } from './support/ask.ts';
import { chunk, eventsOf, httpWhole, LAST_CHUNK, SSE_HEAD, wholeOf } from './support/answers.ts';
import { openBench } from './support/bench.ts';
import { openTcp, rawRequest } from './support/tcp.ts';
import { until } from './support/until.ts';
import { verdictOf } from './support/verdict.ts';

const DRAIN_MS = 4_000;
const EACH = 6;

describe('a gateway that ends while clients of all kinds are there (D1–D3)', function () {
  this.timeout(60_000);

  it('brings to their end the answers that come to one, cuts the others loudly, and is gone in time', async () => {
    const bench = await openBench({ args: ['--drain-ms', String(DRAIN_MS)] });
    const { gateway, rogue } = bench;
    const go = Promise.withResolvers<undefined>();
    rogue.play('ends', async (call, { stream, text: asked }) => {
      const words = /<<(.{1,40}?)>>/.exec(asked)?.[1] ?? '';
      if (stream) await call.write(Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(call.wire, text([words.slice(0, 3)], { ending: 'no-finish' })).map(chunk)]));
      await go.promise;
      await call.write(stream ? Buffer.concat([...eventsOf(call.wire, [words.slice(0, 3), words.slice(3)]).slice(eventsOf(call.wire, text([words.slice(0, 3)], { ending: 'no-finish' })).length).map(chunk), Buffer.from(LAST_CHUNK)]) : httpWhole(200, wholeOf(call.wire, words)));
    });
    rogue.play('stalls', async (call, { stream }) => {
      if (stream) await call.write(Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(call.wire, text(['well'], { ending: 'no-finish' })).map(chunk)]));
      await call.gone;
    });
    try {
      const modes = FORMATS.flatMap((wire) => [true, false].map((stream) => ({ wire, stream })));
      const ending = modes.flatMap(({ wire, stream }) => Array.from({ length: EACH }, (_, at) => { const words = `end ${at} of ${wire}`; return bench.ask(wire, { title: 'ends', stream, prompt: `<<${words}>>` }).then((reply) => verdictOf(wire, stream, reply, words)); }));
      const stalling = modes.map(({ wire, stream }) => bench.ask(wire, { title: 'stalls', model: `rogue/stalls/${wire}`, stream }).then((reply) => verdictOf(wire, stream, reply), () => 'no answer'));
      const unread = await Promise.all(FORMATS.map(async (wire) => {
        const tcp = await openTcp(gateway.port);
        tcp.socket.pause();
        tcp.write(rawRequest(gateway.port, { path: PATHS[wire], body: JSON.stringify(bodyOf(wire, { model: 'rogue/unread', stream: true })), headers: { 'x-title': 'stalls' } }));
        return tcp;
      }));
      const half = await openTcp(gateway.port);
      half.write(rawRequest(gateway.port, { body: '{"model":"rogue/half","messages":[]}' }).slice(0, -10));
      const silent = await openTcp(gateway.port);
      const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/v1/responses`, { headers: { 'x-title': 'stalls' } });
      await new Promise((resolve) => { socket.once('open', resolve); });
      socket.on('error', () => undefined);
      const socketClosed = new Promise((resolve) => { socket.once('close', resolve); });
      socket.send(JSON.stringify({ type: 'response.create', ...bodyOf('responses', { model: 'rogue/socket' }) }));
      await rogue.waitFor('ends', ending.length);
      await rogue.waitFor('stalls', stalling.length + unread.length + 1);

      const toldMs = Date.now();
      gateway.signal('SIGTERM');
      await until(() => ask(gateway.port, { method: 'GET', path: '/health' }).then(() => false, () => true), 3_000, () => 'new requests are still taken');
      assert.equal(gateway.ended, null, 'it waits for the answers that run');
      go.resolve(undefined);
      assert.deepEqual(new Set(await Promise.all(ending)), new Set(['whole']));
      for (const seen of await Promise.all(stalling)) assert.match(seen, /^(cut|no answer|error event|response\.failed|50[234] .*)$/);
      await until(() => gateway.ended !== null, DRAIN_MS + 5_000, () => 'it does not end');
      assert.equal(gateway.ended, 'code 0');
      assert.ok(Date.now() - toldMs < DRAIN_MS + 5_000);
      await socketClosed;
      await until(() => rogue.open === 0 && rogue.connections === 0, 2_000, () => `${rogue.open} calls and ${rogue.connections} connections are left`);
      for (const { destroy } of [...unread, half, silent]) destroy();
    } finally {
      await bench.close();
    }
  });
});
