import assert from 'node:assert/strict';
import { bodyOf } from '../support/wire-client.ts';
import { useBench } from './support/bench.ts';
import { isShort } from './support/scope.ts';
import { openTcp, rawRequest, type Tcp } from './support/tcp.ts';

const SLOW = isShort ? 50 : 250;
const body = JSON.stringify(bodyOf('chat', { model: 'rogue/slow' }));

/** Ms until each connection was closed by the other side, from now. */
async function closedAfterMs(tcp: Tcp): Promise<{ ms: number; answer: string }> {
  const startedMs = Date.now();
  const answer = await tcp.closed;
  return { ms: Date.now() - startedMs, answer };
}

describe('clients that are slow (C2)', function () {
  this.timeout(60_000);
  const bench = useBench();

  it('do not starve others, however many they are', async () => {
    const { port } = bench.gateway;
    const kinds = [
      () => '', () => 'P', () => `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-A: `,
      () => rawRequest(port, { body }).slice(0, -10), () => rawRequest(port, { headers: { 'Content-Length': null, 'Transfer-Encoding': 'chunked' } }),
    ];
    const slow = await Promise.all(Array.from({ length: SLOW }, async (_, at) => {
      const tcp = await openTcp(port);
      tcp.write(kinds[at % kinds.length]?.() ?? '');
      return tcp;
    }));
    const drip = setInterval(() => { for (const { socket } of slow) if (socket.writable) socket.write('a'); }, 50);
    try {
      const answers = await Promise.all(Array.from({ length: 40 }, () => bench.see('chat', {})));
      assert.deepEqual(new Set(answers), new Set(['whole']));
    } finally {
      clearInterval(drip);
      for (const { destroy } of slow) destroy();
    }
  });

  if (!isShort) it('are let go: headers after 10 s, a body after 30 s, and those that say nothing at all', async () => {
    const { port } = bench.gateway;
    const before = await bench.gateway.descriptors() ?? 0;
    const long = (path: string, bytes: number) => rawRequest(port, { path, headers: { 'Content-Length': String(bytes) } });
    const opened = await Promise.all(['', 'GET /health HTTP/1.1\r\nHost: ', long('/v1/chat/completions', 5_000), long('/v1/messages', 5_000), long('/v1/chat/completions', 21_000_000)].map(async (bytes) => {
      const tcp = await openTcp(port);
      if (bytes !== '') tcp.write(bytes);
      return tcp;
    }));
    const drip = setInterval(() => { for (const { socket, received } of opened.slice(1)) if (socket.writable && !received.includes('408')) socket.write('a'); }, 400);
    const [silent, headers, slowBody, slowMessages, refused] = await Promise.all(opened.map(closedAfterMs));
    clearInterval(drip);
    assert.ok(silent !== undefined && silent.ms < 13_000, `silent: ${silent?.ms}`);
    assert.ok(headers !== undefined && headers.ms > 8_000 && headers.ms < 13_000, `headers: ${headers?.ms}`);
    assert.match(headers.answer, /^HTTP\/1\.1 408 [^]*"error"/);
    assert.ok(slowBody !== undefined && slowBody.ms > 25_000 && slowBody.ms < 34_000, `body: ${slowBody?.ms}`);
    assert.match(slowBody.answer, /^HTTP\/1\.1 408 [^]*"error":\{"message"/);
    assert.match(slowMessages?.answer ?? '', /^HTTP\/1\.1 408 [^]*\{"type":"error"/, 'in the format of its endpoint');
    assert.match(refused?.answer ?? '', /^HTTP\/1\.1 413 /);
    assert.equal(refused?.answer.match(/HTTP\/1\.1/g)?.length, 1, 'one answer to one request');
    assert.ok((await bench.gateway.descriptors() ?? 0) <= before + 2);
  });

  it('are answered when they are slow within the limits', async () => {
    const tcp = await openTcp(bench.gateway.port);
    const bytes = rawRequest(bench.gateway.port, { body });
    for (let at = 0; at < bytes.length; at += 40) {
      tcp.write(bytes.slice(at, at + 40));
      await new Promise((resolve) => { setTimeout(resolve, 10); });
    }
    assert.match(await tcp.closed, /^HTTP\/1\.1 200 /);
  });
});
