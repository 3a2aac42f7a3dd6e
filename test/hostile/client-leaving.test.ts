import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { text } from '../support/scripted-upstream/reply.ts';
import { bodyOf, FORMATS, PATHS } from '../support/wire-client.ts';
import { chunk, eventsOf, head, httpWhole, LAST_CHUNK, SSE_HEAD, wholeOf } from './support/answers.ts';
import { useBench } from './support/bench.ts';
import { wellAnswered, type Play, type RogueCall } from './support/rogue.ts';
import { itInFull } from './support/scope.ts';
import { openTcp, rawRequest, type Tcp } from './support/tcp.ts';
import { until } from './support/until.ts';

/** An upstream may not be called for longer than this after its client has left (criterion D1). */
const ABORT_MS = 1_000;
const silent: Play = async (call) => { await call.gone; };
const begun: Play = async (call, { stream }) => {
  await call.write(stream ? Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(call.wire, text(['well'], { ending: 'no-finish' })).map(chunk)]) : head(200, 'content-type: application/json', 'content-length: 100000') + wholeOf(call.wire, 'well').slice(0, 50));
  await call.gone;
};
const noFusion = { verifyRisk: 1, verifyComplexity: 1, fusionRisk: 1, fusionComplexity: 1 };

describe('clients that leave (D1)', function () {
  this.timeout(60_000);
  const bench = useBench({ config: { fusion: { minPanel: 3, maxPanel: 4 }, auto: { thresholds: noFusion } } });
  const goners: readonly [how: string, leave: (tcp: Tcp) => void][] = [['by closing', ({ socket }) => { socket.end(); socket.destroy(); }], ['by a reset', ({ socket }) => { socket.resetAndDestroy(); }]];
  /** Sends a request and leaves as soon as so many calls were made for it. */
  const assertAborted = async (title: string, calls: number, body: object, path: string, leave: (tcp: Tcp) => void): Promise<void> => {
    const before = bench.rogue.callsOf(title).length;
    const tcp = await openTcp(bench.gateway.port);
    tcp.write(rawRequest(bench.gateway.port, { path, body: JSON.stringify(body), headers: { 'x-title': title } }));
    await bench.rogue.waitFor(title, before + calls);
    // As the call has come, so has what it answers at once.
    await new Promise((resolve) => { setTimeout(resolve, 60); });
    const leftMs = Date.now();
    leave(tcp);
    const made = (): readonly RogueCall[] => bench.rogue.callsOf(title).slice(before);
    await until(() => made().every(({ over }) => over), ABORT_MS, () => `${made().filter(({ over }) => !over).length} of ${made().length} calls go on`);
    assert.ok(made().some(({ left }) => left) && made().every(({ leftAtMs }) => (leftAtMs ?? 0) - leftMs <= ABORT_MS));
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    assert.equal(made().length, calls, 'and nobody is asked any more');
  };

  for (const wire of FORMATS) for (const [how, leave] of goners) {
    const run = wire === 'chat' && how === 'by closing' ? it : itInFull;
    for (const stream of [true, false]) {
      run(`end the call while they wait, ${how} (${wire}, ${stream ? 'stream' : 'plain'})`, async () => {
        bench.rogue.play('silent', silent);
        await assertAborted('silent', 1, bodyOf(wire, { model: `rogue/${wire}`, stream }), PATHS[wire], leave);
      });
      run(`end the call in the middle of its answer, ${how} (${wire}, ${stream ? 'stream' : 'plain'})`, async () => {
        bench.rogue.play('begun', begun);
        await assertAborted('begun', 1, bodyOf(wire, { model: `rogue/${wire}`, stream }), PATHS[wire], leave);
      });
    }
    run(`end every call of a panel, ${how} (${wire})`, async () => {
      bench.rogue.play('panel', begun);
      await assertAborted('panel', 3, bodyOf(wire, { model: 'openfusion/fusion', stream: true }), PATHS[wire], leave);
    });
    run(`end the judge of a panel, ${how} (${wire})`, async () => {
      bench.rogue.play('judge', async (call, asked) => { await (asked.text.includes('Compare their answers') ? silent(call, asked) : wellAnswered(call, asked)); });
      await assertAborted('judge', 4, bodyOf(wire, { model: 'openfusion/fusion', stream: true }), PATHS[wire], leave);
    });
    run(`end a synthesis, ${how} (${wire})`, async () => {
      bench.rogue.play('synthesis', async (call, asked) => { await (asked.text.includes('Write the one final reply') ? begun(call, asked) : wellAnswered(call, asked)); });
      await assertAborted('synthesis', 5, bodyOf(wire, { model: 'openfusion/fusion', stream: true }), PATHS[wire], leave);
    });
  }

  it('in the middle of their own request have nobody called', async () => {
    for (const wire of FORMATS) {
      const whole = rawRequest(bench.gateway.port, { path: PATHS[wire], body: JSON.stringify(bodyOf(wire, { model: 'rogue/half' })), headers: { 'x-title': 'half' } });
      for (const share of [0.1, 0.5, 0.9, 0.99]) {
        const tcp = await openTcp(bench.gateway.port);
        tcp.write(whole.slice(0, Math.floor(whole.length * share)));
        await new Promise((resolve) => { setTimeout(resolve, 20); });
        tcp.socket.resetAndDestroy();
      }
    }
    assert.equal(bench.rogue.callsOf('half').length, 0);
  });

  it('while a failed call waits for its next attempt end that too', async () => {
    bench.rogue.play('between', async (call, _asked) => { await call.write(httpWhole(500, '{}')); });
    const tcp = await openTcp(bench.gateway.port);
    tcp.write(rawRequest(bench.gateway.port, { body: JSON.stringify(bodyOf('chat', { model: 'rogue/between', stream: true })), headers: { 'x-title': 'between' } }));
    await bench.rogue.waitFor('between');
    tcp.destroy();
    await new Promise((resolve) => { setTimeout(resolve, 1_500); });
    assert.ok(bench.rogue.callsOf('between').length <= 2);
  });

  it('on a WebSocket end the call too', async () => {
    bench.rogue.play('socket', begun);
    const socket = new WebSocket(`ws://127.0.0.1:${bench.gateway.port}/v1/responses`, { headers: { 'x-title': 'socket' } });
    await new Promise((resolve) => { socket.once('open', resolve); });
    socket.send(JSON.stringify({ type: 'response.create', ...bodyOf('responses', { model: 'rogue/socket' }) }));
    const call = await bench.rogue.waitFor('socket');
    socket.terminate();
    await until(() => call.left, ABORT_MS, () => 'the call goes on');
  });

  it('by the hundred leave nothing behind', async () => {
    bench.rogue.play('crowd', begun);
    const before = await bench.gateway.descriptors() ?? 0;
    for (let round = 0; round < 3; round++) {
      const tcps = await Promise.all(Array.from({ length: 100 }, async (_, at) => {
        const tcp = await openTcp(bench.gateway.port);
        tcp.write(rawRequest(bench.gateway.port, { body: JSON.stringify(bodyOf('chat', { model: 'rogue/crowd', stream: at % 2 === 0 })), headers: { 'x-title': 'crowd' } }));
        return tcp;
      }));
      await bench.rogue.waitFor('crowd', (round + 1) * 100);
      for (const { socket } of tcps) socket.resetAndDestroy();
    }
    await until(() => bench.rogue.open === 0, 5_000, () => `${bench.rogue.open} calls go on`);
    let now: number | null = 0;
    await until(async () => { now = await bench.gateway.descriptors(); return (now ?? 0) <= before + 5; }, 5_000, () => `more descriptors than ${before}: ${String(now)}`);
  });
});

describe('clients that do not read (D2)', function () {
  this.timeout(60_000);
  const bench = useBench({ config: { upstream: { timeouts: { idleMs: 30_000 } } } });
  let accepted = 0;
  before(() => {
    bench.rogue.play('unread', async (call, _asked) => {
      await call.write(Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(call.wire, text(['w'], { ending: 'no-finish' })).slice(0, -1).map(chunk)]));
      const piece = chunk((eventsOf(call.wire, ['x'.repeat(1_000)]).find((event) => event.includes('xxx')) ?? '').repeat(60));
      for (let sent = 0; sent < 60_000_000 && !call.socket.destroyed; sent += piece.length) { await call.write(piece); accepted += piece.length; }
      await call.gone;
    });
  });

  for (const [clients, growth] of [[1, 150_000_000], [20, 300_000_000]] as const) {
    (clients === 1 ? it : itInFull)(`hold up their upstream, not our memory: ${clients} of them`, async () => {
      accepted = 0;
      const before = await bench.gateway.rssBytes() ?? 0;
      const tcps = await Promise.all(Array.from({ length: clients }, async (_, at) => {
        const wire = FORMATS[at % FORMATS.length] ?? 'chat';
        const tcp = await openTcp(bench.gateway.port);
        tcp.socket.pause();
        tcp.write(rawRequest(bench.gateway.port, { path: PATHS[wire], body: JSON.stringify(bodyOf(wire, { model: 'rogue/unread', stream: true })), headers: { 'x-title': 'unread' } }));
        return tcp;
      }));
      let last = -1;
      // Held up: what is accepted does not grow any more.
      await until(async () => { const now = accepted; await new Promise((resolve) => { setTimeout(resolve, 500); }); const still = now === last && now > 0; last = now; return still; }, 30_000, () => `${accepted} bytes and more`);
      const grown = (await bench.gateway.rssBytes() ?? 0) - before;
      // Most of it waits in the buffers of the system, some megabytes for each connection; the upstream would send 60 MB to each.
      assert.ok(accepted < clients * (clients === 1 ? 40_000_000 : 32_000_000), `${accepted} bytes accepted`);
      assert.ok(grown < growth, `${grown} bytes of memory`);
      assert.equal(await bench.see('chat', {}), 'whole', 'others are served meanwhile');
      for (const { destroy } of tcps) destroy();
      await until(() => bench.rogue.open === 0, 3_000, () => `${bench.rogue.open} calls go on`);
    });
  }

  it('are served at their pace when they read slowly, and miss nothing', async () => {
    const words = Array.from({ length: 40 }, (_, at) => `${at}:${'z'.repeat(20_000)};`);
    bench.rogue.play('slowly', async (call, _asked) => { await call.write(Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(call.wire, words).map(chunk), Buffer.from(LAST_CHUNK)])); });
    const tcp = await openTcp(bench.gateway.port);
    tcp.write(rawRequest(bench.gateway.port, { body: JSON.stringify(bodyOf('chat', { model: 'rogue/slowly', stream: true })), headers: { 'x-title': 'slowly' } }));
    const pace = setInterval(() => { tcp.socket.pause(); setTimeout(() => tcp.socket.resume(), 5); }, 10);
    const answer = await tcp.closed;
    clearInterval(pace);
    assert.deepEqual([...answer.matchAll(/(\d+):z/g)].map(([, at]) => Number(at)), words.map((_, at) => at));
    assert.match(answer, /\[DONE\]\n\n\r\n0\r\n\r\n$/);
  });

  it('on a WebSocket that asks nonsense without end are cut off', async () => {
    const before = await bench.gateway.rssBytes() ?? 0;
    const tcp = await openTcp(bench.gateway.port);
    tcp.write(`GET /v1/responses HTTP/1.1\r\nHost: 127.0.0.1:${bench.gateway.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`);
    await tcp.until(/^HTTP\/1\.1 101 /);
    tcp.socket.pause();
    const frames = Buffer.concat(Array.from({ length: 8_000 }, () => Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x7b, 0x7d])));
    for (let sent = 0; sent < 200 && tcp.socket.writable; sent++) await Promise.race([new Promise<void>((resolve) => { tcp.socket.write(frames, () => { resolve(); }); }), tcp.closed, new Promise((resolve) => { setTimeout(resolve, 2_000); })]);
    assert.ok((await bench.gateway.rssBytes() ?? 0) - before < 150_000_000, 'what waits for a client that does not read is bounded');
    tcp.destroy();
  });
});
