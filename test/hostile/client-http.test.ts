import assert from 'node:assert/strict';
import { bodyOf } from '../support/wire-client.ts';
import { useBench } from './support/bench.ts';
import { wellAnswered } from './support/rogue.ts';
import { itInFull } from './support/scope.ts';
import { exchange, openTcp, rawRequest } from './support/tcp.ts';

const good = (words: string) => JSON.stringify(bodyOf('chat', { model: 'rogue/http', prompt: `<<${words}>>` }));
/** Status lines of what came back, in order. */
const statuses = (answer: string): number[] => [...answer.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));

describe('HTTP that can be read in two ways (C4)', () => {
  const bench = useBench();
  const send = (bytes: string) => exchange(bench.gateway.port, bytes);
  const head = (lines: string): string => `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${bench.gateway.port}\r\nContent-Type: application/json\r\n${lines}\r\n`;
  const smuggled = () => rawRequest(bench.gateway.port, { body: good('smuggled'), headers: { 'x-title': 'smuggled' } });
  const sized = (body: string) => body.length.toString(16);

  const REFUSED: readonly [name: string, bytes: () => string][] = [
    ['a length and chunks (CL.TE)', () => head('Content-Length: 6\r\nTransfer-Encoding: chunked\r\n') + `0\r\n\r\n${smuggled()}`],
    ['chunks and a length (TE.CL)', () => head('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n') + `5c\r\n${smuggled()}\r\n0\r\n\r\n`],
    ['two lengths that differ', () => head('Content-Length: 2\r\nContent-Length: 200\r\n') + `{}${smuggled()}`],
    ['two lengths that agree', () => head('Content-Length: 2\r\nContent-Length: 2\r\n') + `{}${smuggled()}`],
    ['a list of lengths', () => head('Content-Length: 2, 2\r\n') + '{}'],
    ['a negative length', () => head('Content-Length: -1\r\n') + '{}'],
    ['a length with a plus', () => head('Content-Length: +2\r\n') + '{}'],
    ['a length in hex', () => head('Content-Length: 0x2\r\n') + '{}'],
    ['a length beyond 64 bits', () => head('Content-Length: 99999999999999999999999\r\n') + '{}'],
    ['a length with letters', () => head('Content-Length: 2a\r\n') + '{}'],
    ['an unknown transfer coding', () => head('Transfer-Encoding: xchunked\r\n') + `0\r\n\r\n${smuggled()}`],
    ['a transfer coding that hides chunks', () => head('Transfer-Encoding: chunked, identity\r\n') + `0\r\n\r\n${smuggled()}`],
    ['a transfer coding with a control character', () => head('Transfer-Encoding: \x0bchunked\r\n') + `0\r\n\r\n${smuggled()}`],
    ['a space before the colon', () => head('Transfer-Encoding : chunked\r\n') + `0\r\n\r\n${smuggled()}`],
    ['a folded header', () => head('X-Title: a\r\n b: c\r\nContent-Length: 2\r\n') + '{}'],
    ['a bare CR in a header', () => head('X-Title: a\rTransfer-Encoding: chunked\r\nContent-Length: 2\r\n') + '{}'],
    ['a null byte in a header', () => head('X-Title: a\0b\r\nContent-Length: 2\r\n') + '{}'],
    ['a header without a name', () => head(': x\r\nContent-Length: 2\r\n') + '{}'],
    ['a header without a colon', () => head('nonsense\r\nContent-Length: 2\r\n') + '{}'],
    ['a chunk size that is no number', () => head('Transfer-Encoding: chunked\r\n') + 'zz\r\n{}\r\n0\r\n\r\n'],
    ['a negative chunk size', () => head('Transfer-Encoding: chunked\r\n') + '-2\r\n{}\r\n0\r\n\r\n'],
    ['a chunk size beyond 64 bits', () => head('Transfer-Encoding: chunked\r\n') + 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'],
    ['a chunk longer than it says', () => head('Transfer-Encoding: chunked\r\n') + `2\r\n${good('x')}\r\n0\r\n\r\n`],
    ['a chunk without its line end', () => head('Transfer-Encoding: chunked\r\n') + `2\r\n{}0\r\n\r\n`],
    ['an endless chunk extension', () => head('Transfer-Encoding: chunked\r\n') + `2;${'x'.repeat(40_000)}\r\n{}\r\n0\r\n\r\n`],
    ['endless trailers', () => head('Transfer-Encoding: chunked\r\n') + `2\r\n{}\r\n0\r\n${`x: ${'y'.repeat(1_000)}\r\n`.repeat(100)}\r\n`],
    ['headers of 100 KB', () => head(`X-Title: ${'x'.repeat(100_000)}\r\nContent-Length: 2\r\n`) + '{}'],
    ['a URL of 100 KB', () => `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: 127.0.0.1:${bench.gateway.port}\r\n\r\n`],
    ['HTTP/0.9', () => 'GET /v1/models\r\n'],
    ['HTTP/3.7', () => `GET /health HTTP/3.7\r\nHost: 127.0.0.1:${bench.gateway.port}\r\n\r\n`],
    ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['an unknown method', () => `BREW /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${bench.gateway.port}\r\n\r\n`],
    ['a method in lower case', () => `post /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${bench.gateway.port}\r\n\r\n`],
    ['nothing but line ends and letters', () => '\r\n\r\n\r\nhello\r\n\r\n'],
    ['SSH', () => 'SSH-2.0-OpenSSH_9.6\r\n'],
  ];
  for (const [index, [name, bytes]] of REFUSED.entries()) {
    (index % 6 === 0 || index === 2 ? it : itInFull)(`is refused and the connection closed: ${name}`, async () => {
      const answer = await send(bytes());
      assert.match(answer, /^HTTP\/1\.1 4\d\d [^]*connection: close[^]*"error":\{"message":"[^"]/i);
      assert.deepEqual(statuses(answer).length, 1, answer);
      assert.equal(bench.rogue.callsOf('smuggled').length, 0, 'what was smuggled is no request');
    });
  }

  it('is read when it is right: chunks with extensions and trailers', async () => {
    const body = good('in chunks');
    const answer = await send(head('Transfer-Encoding: chunked\r\nConnection: close\r\n') + `${sized(body.slice(0, 20))};name=value\r\n${body.slice(0, 20)}\r\n${sized(body.slice(20))}\r\n${body.slice(20)}\r\n0\r\nX-Trailer: x\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 200 [^]*in chunks/);
  });

  it('is read when it comes a byte at a time', async () => {
    const tcp = await openTcp(bench.gateway.port);
    for (const byte of rawRequest(bench.gateway.port, { body: good('slowly') })) await new Promise((resolve) => tcp.socket.write(byte, resolve));
    assert.match(await tcp.closed, /^HTTP\/1\.1 200 [^]*slowly/);
  });

  it('is answered in the order of its requests when it is pipelined', async () => {
    const { port } = bench.gateway;
    bench.rogue.play('late', async (call, { text }) => {
      await new Promise((resolve) => { setTimeout(resolve, text.includes('first') ? 150 : 10); });
      await wellAnswered(call, { stream: false, text });
    });
    const one = (words: string, connection: string) => rawRequest(port, { body: good(words), headers: { 'Connection': connection, 'x-title': 'late' } });
    const answer = await send(one('first', 'keep-alive') + rawRequest(port, { method: 'GET', path: '/nowhere', headers: { 'Connection': 'keep-alive', 'Content-Length': null } }) + one('third', 'keep-alive') + one('last', 'close'));
    assert.deepEqual(statuses(answer), [200, 404, 200, 200]);
    const at = ['first', 'nowhere', 'third', 'last'].map((words) => answer.indexOf(words));
    assert.deepEqual([...at].sort((a, b) => a - b), at, answer);
  });

  it('with garbage behind a good request spoils neither the answer nor its framing', async () => {
    const { port } = bench.gateway;
    const held = Promise.withResolvers<undefined>();
    bench.rogue.play('held', async (call, asked) => {
      await held.promise;
      await wellAnswered(call, asked);
    });
    const streamed = JSON.stringify(bodyOf('chat', { model: 'rogue/held', prompt: '<<kept whole>>', stream: true }));
    const tcp = await openTcp(port);
    tcp.write(rawRequest(port, { body: streamed, headers: { 'Connection': 'keep-alive', 'x-title': 'held' } }));
    await bench.rogue.waitFor('held');
    tcp.write('\x00\x01garbage\r\n\r\n');
    // The garbage has been read when the next request on another connection is answered.
    await bench.ask('chat');
    held.resolve(undefined);
    const answer = await tcp.closed;
    assert.match(answer, /^HTTP\/1\.1 200 [^]*kept whole[^]*\[DONE\]\n\n\r\n0\r\n\r\n/);
    assert.match(answer.slice(answer.indexOf('[DONE]')), /^\[DONE\]\n\n\r\n0\r\n\r\n(HTTP\/1\.1 400 [^]*)?$/, 'what is said of the garbage stands behind the answer');
  });

  it('with a body that is no good is answered in the format of its endpoint', async () => {
    const { port } = bench.gateway;
    const answer = await send(`POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`);
    assert.match(answer, /^HTTP\/1\.1 400 [^]*\{"type":"error","error":\{"type":"invalid_request_error","message":"[^"]/);
  });

  it('stays in step on one connection after every kind of error', async () => {
    const { port } = bench.gateway;
    const tcp = await openTcp(port);
    const wrong: [number, string][] = [
      [400, rawRequest(port, { body: '{"messages":', headers: { Connection: 'keep-alive' } })], [415, rawRequest(port, { body: 'x=1', headers: { 'Connection': 'keep-alive', 'Content-Type': 'text/plain' } })],
      [404, rawRequest(port, { path: '/v1/embeddings', body: '{"input":"x"}', headers: { Connection: 'keep-alive' } })], [405, rawRequest(port, { method: 'PUT', body: '{}', headers: { Connection: 'keep-alive' } })],
      [403, rawRequest(port, { body: '{}', headers: { Connection: 'keep-alive', Origin: 'https://evil.example' } })], [401, rawRequest(port, { method: 'GET', path: '/traces', headers: { 'Connection': 'keep-alive', 'Content-Length': null } })],
      [413, rawRequest(port, { body: 'x'.repeat(21_000_000), headers: { Connection: 'keep-alive' } })], [415, rawRequest(port, { body: 'xx', headers: { 'Connection': 'keep-alive', 'Content-Encoding': 'gzip' } })],
    ];
    for (const [status, bytes] of wrong) {
      const before = tcp.received.length;
      tcp.write(bytes);
      await tcp.until(new RegExp(`^[^]{${before}}HTTP/1\\.1 ${status} [^]*\\}\\}$`));
    }
    tcp.write(rawRequest(port, { body: good('still in step') }));
    assert.match(await tcp.closed, /still in step/);
  });

  it('that wants an upgrade to something else is answered as HTTP', async () => {
    const { port } = bench.gateway;
    assert.match(await send(rawRequest(port, { body: good('no upgrade'), headers: { 'Connection': 'close, Upgrade, HTTP2-Settings', 'Upgrade': 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAoAAAAAIAAAAA' } })), /^HTTP\/1\.1 200 [^]*no upgrade/);
  });

  it('lets go of a connection whose other side never closes', async () => {
    const { port } = bench.gateway;
    const before = await bench.gateway.descriptors();
    const open = await Promise.all(Array.from({ length: 30 }, () => openTcp(port)));
    for (const [index, { write, socket }] of open.entries()) {
      socket.allowHalfOpen = true;
      write(index % 2 === 0 ? 'garbage\r\n\r\n' : `GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    }
    await Promise.all(open.map(({ until }) => until(/^HTTP\/1\.1 4/)));
    await untilAtMost(() => bench.gateway.descriptors(), before, 5_000);
    for (const { destroy } of open) destroy();
  });

  it('forwards nothing of a client but a list of headers', async () => {
    const { port } = bench.gateway;
    const seen = bench.rogue.waitFor('headers');
    const client = { 'x-title': 'headers', 'authorization': 'Bearer client-key-1234', 'x-api-key': 'client-key-5678', 'cookie': 'a=b', 'x-forwarded-for': '1.2.3.4', 'proxy-authorization': 'Basic eA==', 'te': 'trailers', 'via': 'x', 'x-made-up': 'y', 'anthropic-version': '2023-06-01', 'http-referer': 'https://me.example', 'openai-beta': 'x', 'user-agent': 'evil/1', 'x-stainless-os': 'z', 'expect-ct': 'w' };
    await send(rawRequest(port, { body: good('x'), headers: client }));
    const names = Object.keys((await seen).headers).sort();
    assert.deepEqual(names, ['accept', 'authorization', 'connection', 'content-length', 'content-type', 'host', 'http-referer', 'openai-beta', 'user-agent', 'x-title']);
    assert.doesNotMatch(JSON.stringify((await seen).headers), /client-key|evil/);
  });

  itInFull('takes any byte in a header that goes on, and cannot be made to send another one', async () => {
    const { port } = bench.gateway;
    for (const byte of ['\t', '\x7f', '\x80', '\xff', '\x01', '\x1b', '%0d%0aX-Evil: 1']) {
      const answer = await send(rawRequest(port, { body: good('x'), headers: { 'http-referer': `a${byte}b` } }));
      assert.match(answer, /^HTTP\/1\.1 (200|400) /, JSON.stringify(byte));
    }
    assert.ok(bench.rogue.calls.every(({ headers }) => headers['x-evil'] === undefined));
  });
});

/** Waits until a number of the process is back, at most so long. */
async function untilAtMost(measure: () => Promise<number | null>, limit: number | null, forMs: number): Promise<void> {
  const end = Date.now() + forMs;
  for (;;) {
    const now = await measure();
    if (now === null || limit === null || now <= limit) return;
    if (Date.now() > end) assert.fail(`${now}, not ${limit}`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}
