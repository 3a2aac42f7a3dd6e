import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { WireFormat } from '../../src/protocol/types.ts';
import { text } from '../support/scripted-upstream/reply.ts';
import { FORMATS } from '../support/wire-client.ts';
import { chunk, eventsOf, head, httpWhole, LAST_CHUNK, SSE_HEAD, wholeOf } from './support/answers.ts';
import { ask } from './support/ask.ts';
import { useBench, type Bench } from './support/bench.ts';
import { LOUD } from './support/faults.ts';
import type { Play, RogueCall } from './support/rogue.ts';
import { isShort, itInFull } from './support/scope.ts';

const MB = 1_000_000;
const configFor = (protocol: WireFormat) => ({ upstream: { protocols: [protocol], timeouts: { connectMs: 2_000, firstByteMs: 10_000, idleMs: 10_000, totalMs: 60_000 } }, server: { holdHeadersMs: 60_000 } });
const loudEnd = (wire: WireFormat): string => (typeof LOUD === 'string' ? LOUD : LOUD[wire]);

const BOMB = gzipSync(Buffer.alloc(400_000_000, ' '));

/** Writes as long as anybody reads, at most so much. */
async function flood(call: RogueCall, piece: Uint8Array | string, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes && !call.socket.destroyed; sent += piece.length) await call.write(piece);
}

/** The longest that a small request had to wait while a work was done, ms. */
async function longestWaitMs(bench: Bench, work: Promise<unknown>): Promise<number> {
  let over = false, longest = 0;
  work.finally(() => { over = true; }).catch(() => undefined);
  while (!over) {
    const startedMs = performance.now();
    await ask(bench.gateway.port, { method: 'GET', path: '/health' });
    longest = Math.max(longest, performance.now() - startedMs);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  return longest;
}

/** How much resident memory grew at most while a work was done, bytes; 0 where the system does not tell. */
async function growth(bench: Bench, work: Promise<unknown>): Promise<number> {
  const before = await bench.gateway.rssBytes() ?? 0;
  let over = false, most = before;
  work.finally(() => { over = true; }).catch(() => undefined);
  while (!over) {
    most = Math.max(most, await bench.gateway.rssBytes() ?? 0);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  return most - before;
}

for (const wire of FORMATS) {
  describe(`an upstream that floods a ${wire} client (U1, U2)`, function () {
    this.timeout(60_000);
    const bench = useBench({ config: configFor(wire) });
    const events = (words: string): string[] => eventsOf(wire, text([words], { ending: 'no-finish' }));
    const content = (words: string): string => events(words).find((event) => event.includes(words)) ?? '';

    (wire === 'chat' ? it : itInFull)('with a plain answer of 300 MB is a 502, and costs less than 300 MB', async () => {
      bench.rogue.play('plain-flood', async (call, _asked) => { await call.write(head(200, 'content-type: application/json', 'transfer-encoding: chunked')); await flood(call, chunk(`${' '.repeat(999_999)}\n`), 300 * MB); });
      const seen = bench.see(wire, { title: 'plain-flood' });
      const grown = await growth(bench, seen);
      assert.match(await seen, /^502 /);
      assert.ok(grown < 300 * MB, `${grown}`);
    });

    (wire === 'chat' ? it : itInFull)('with a stream of 300 MB ends loudly, and costs less than 300 MB', async () => {
      bench.rogue.play('stream-flood', async (call, _asked) => {
        await call.write(Buffer.concat([Buffer.from(SSE_HEAD), ...events('w').map(chunk)]));
        await flood(call, chunk(content('x'.repeat(1_000)).repeat(200)), 300 * MB);
      });
      const seen = bench.see(wire, { title: 'stream-flood', stream: true });
      const grown = await growth(bench, seen);
      assert.equal(await seen, loudEnd(wire));
      assert.ok(grown < 300 * MB, `${grown}`);
    });

    (wire === 'chat' ? it : itInFull)('with an error of 300 MB is left after its first words', async () => {
      let written = 0;
      bench.rogue.play('error-flood', async (call, _asked) => {
        await call.write(head(400, 'content-type: application/json', 'transfer-encoding: chunked'));
        const piece = chunk('x'.repeat(60_000));
        for (; written < 300 * MB && !call.socket.destroyed; written += piece.length) await call.write(piece);
      });
      for (const stream of [true, false]) {
        written = 0;
        assert.match(await bench.see(wire, { title: 'error-flood', stream, model: `rogue/error-flood/${String(stream)}` }), /^400/);
        // 64 KB are read; what else was taken lay in the buffers of the system.
        assert.ok(written < 12 * MB, `${written} bytes`);
      }
    });

    (wire === 'chat' ? it : itInFull)('with 400 MB squeezed into 400 KB is a 502, and nothing of it is inflated', async () => {
      bench.rogue.play('bomb', async (call, _asked) => { await call.write(Buffer.concat([Buffer.from(head(200, 'content-type: application/json', 'content-encoding: gzip', `content-length: ${BOMB.length}`)), BOMB])); });
      assert.doesNotMatch(JSON.stringify((await bench.rogue.waitFor('good')).headers), /accept-encoding/, 'nobody asks for it');
      for (const stream of [true, false]) {
        const seen = bench.see(wire, { title: 'bomb', stream, model: `rogue/bomb/${String(stream)}` });
        const grown = await growth(bench, seen);
        assert.match(await seen, /^502 /);
        assert.ok(grown < 100 * MB, `${grown}`);
      }
    });

    itInFull('with an answer of 50 MB gets it through, and costs less than 400 MB', async () => {
      bench.rogue.play('large', async (call, { stream }) => { await call.write(stream ? Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(wire, Array.from({ length: 50 }, () => 'y'.repeat(wire === 'responses' ? 200_000 : MB))).map(chunk), Buffer.from(LAST_CHUNK)]) : httpWhole(200, wholeOf(wire, 'y'.repeat(50 * MB)))); });
      for (const stream of [true, false]) {
        const seen = bench.ask(wire, { title: 'large', stream });
        const grown = await growth(bench, seen);
        const reply = await seen;
        assert.equal(reply.status, 200);
        assert.ok(reply.whole && reply.body.length > 9 * MB);
        assert.ok(grown < 400 * MB, `${stream ? 'stream' : 'plain'}: ${grown}`);
      }
    });

    const FLOODS: readonly [name: string, piece: string, sees: RegExp][] = [
      ['carriage returns', '\r'.repeat(60_000), /^502 /], ['line feeds', '\n'.repeat(60_000), /^502 /], ['comments', ': x\n'.repeat(15_000), /^502 /], ['empty data', 'data:\n'.repeat(10_000), /^502 /], ['empty events', 'data: {}\n\n'.repeat(6_000), /^502 /],
      ['fields that nobody knows', 'x: y\n'.repeat(12_000), /^502 /], ['event names', 'event: x\n'.repeat(6_000), /^502 /], ['colons', ':'.repeat(60_000), /^502 /],
    ];
    // All formats share the reader of events; what stands in them they read themselves.
    for (const [name, piece, sees] of FLOODS.filter(([kind]) => wire === 'chat' || kind === 'empty events')) {
      itInFull(`with nothing but ${name} is a 502, and nobody waits for it`, async () => {
        const title = name.replace(/\W/g, '-');
        bench.rogue.play(title, async (call, _asked) => { await call.write(SSE_HEAD); await flood(call, chunk(piece), 20 * MB); call.socket.end(); });
        const seen = bench.see(wire, { title, stream: true, model: `rogue/${title}` });
        const startedMs = performance.now();
        const waitedMs = await longestWaitMs(bench, seen);
        const floodMs = performance.now() - startedMs;
        assert.match(await seen, sees);
        // A thread that is held up is so for all of the flood; a machine that is busy makes both longer.
        assert.ok(waitedMs < Math.max(2_000, floodMs / 3), `somebody waited for ${waitedMs} of ${floodMs} ms`);
      });
    }

    const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const ODDITIES: readonly [name: string, play: Play][] = [
      ['nested 100,000 deep', async (call, { stream }) => {
        const nest = (json: string): string => json.replace(/^\{/, `{"deep":${deep(100_000)},`);
        await call.write(stream ? Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(wire, ['well']).map((event) => chunk(event.replace(/^data: (.*)$/m, (_, json: string) => `data: ${nest(json)}`))), Buffer.from(LAST_CHUNK)]) : httpWhole(200, nest(wholeOf(wire, 'well'))));
      }],
      ['that names the prototype of objects', async (call, { stream }) => {
        const taint = (json: string): string => json.replace(/^\{/, '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},');
        await call.write(stream ? Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(wire, ['well']).map((event) => chunk(event.replace(/^data: (\{.*)$/m, (_, json: string) => `data: ${taint(json)}`))), Buffer.from(LAST_CHUNK)]) : httpWhole(200, taint(wholeOf(wire, 'well'))));
      }],
      ['with every field of the wrong type', async (call, { stream }) => {
        const wrong = (json: string): string => json.replace(/"(id|model|role|usage|created|created_at|object|index|output_index|content_index|item_id|logprobs)":(?:"[^"]*"|\d+|null|\{[^{}]*\})/g, '"$1":[{"x":[]}]');
        await call.write(stream ? Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(wire, ['well']).map((event) => chunk(event.replace(/^data: (\{.*)$/m, (_, json: string) => `data: ${wrong(json)}`))), Buffer.from(LAST_CHUNK)]) : httpWhole(200, wrong(wholeOf(wire, 'well'))));
      }],
      ['with usage beyond all numbers', async (call, { stream }) => {
        const wild = (json: string): string => json.replace(/"(prompt_tokens|completion_tokens|input_tokens|output_tokens|total_tokens)":\d+/g, '"$1":-1e308');
        await call.write(stream ? Buffer.concat([Buffer.from(SSE_HEAD), ...eventsOf(wire, ['well']).map((event) => chunk(wild(event))), Buffer.from(LAST_CHUNK)]) : httpWhole(200, wild(wholeOf(wire, 'well'))));
      }],
    ];
    for (const [name, play] of ODDITIES) {
      it(`with an answer ${name} is answered or told, in its own format`, async () => {
        const title = name.replace(/\W/g, '-');
        bench.rogue.play(title, play);
        for (const stream of [true, false]) {
          const seen = await bench.see(wire, { title, stream, model: `rogue/${title}/${String(stream)}` });
          assert.match(seen, /^(whole|502 .*|cut|response\.failed|error event)$/, `${stream ? 'stream' : 'plain'}: ${seen}`);
        }
      });
    }
  });
}

describe('tool calls of a hostile upstream (U4)', () => {
  const bench = useBench({ config: configFor('chat') });
  const CALLS: readonly [name: string, calls: readonly unknown[]][] = [
    ['at index 2^31', [{ index: 2 ** 31, id: 'c', function: { name: 'read', arguments: '{}' } }]], ['at index 1e9', [{ index: 1e9, id: 'c', function: { name: 'read', arguments: '{}' } }]], ['at index -1', [{ index: -1, id: 'c', function: { name: 'read', arguments: '{}' } }]],
    ['at index 0.5', [{ index: 0.5, id: 'c', function: { name: 'read', arguments: '{}' } }]], ['at an index that is a text', [{ index: '__proto__', id: 'c', function: { name: 'read', arguments: '{}' } }]], ['without a name', [{ index: 0, id: 'c', function: { arguments: '{}' } }]],
    ['without an id', [{ index: 0, function: { name: 'read', arguments: '{}' } }]], ['named like a prototype', [{ index: 0, id: '__proto__', function: { name: '__proto__', arguments: '{"__proto__":{"x":1}}' } }]], ['with arguments that are no JSON', [{ index: 0, id: 'c', function: { name: 'read', arguments: '{"path":' } }]],
    ['with arguments that are an object', [{ index: 0, id: 'c', function: { name: 'read', arguments: { path: 'x' } } }]], ['that are numbers', [1, 2, null]], ['by the thousand', Array.from({ length: 5_000 }, (_, index) => ({ index, id: `c${index}`, function: { name: 'read', arguments: '{}' } }))],
    ['with control characters in their names', [{ index: 0, id: 'c\r\nx: y', function: { name: '\u001b[2J\r\nrm', arguments: '{}' } }]],
  ];
  for (const [index, [name, calls]] of CALLS.entries()) {
    (index < 2 || !isShort ? it : itInFull)(`are passed on or told to be wrong: ${name}`, async () => {
      const title = `calls-${index}`;
      bench.rogue.play(title, async (call, { stream }) => {
        const finish = { index: 0, delta: {}, finish_reason: 'tool_calls' };
        const told = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'rogue' };
        await call.write(stream
          ? Buffer.concat([Buffer.from(SSE_HEAD), chunk(`data: ${JSON.stringify({ ...told, choices: [{ index: 0, delta: { role: 'assistant', tool_calls: calls }, finish_reason: null }] })}\n\ndata: ${JSON.stringify({ ...told, choices: [finish] })}\n\ndata: [DONE]\n\n`), Buffer.from(LAST_CHUNK)])
          : httpWhole(200, JSON.stringify({ ...told, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: null, tool_calls: calls }, finish_reason: 'tool_calls' }] })));
      });
      for (const wire of FORMATS) for (const stream of [true, false]) {
        const reply = await bench.ask(wire, { title, stream, tools: true, model: `rogue/${title}/${wire}/${String(stream)}` });
        assert.ok(reply.status === 200 || reply.status === 502, `${wire} ${stream ? 'stream' : 'plain'}: ${reply.status} ${reply.body.slice(0, 200)}`);
        assert.doesNotMatch(reply.body, /failed on this request/);
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(reply.body, /\u001b/);
      }
    });
  }
});
