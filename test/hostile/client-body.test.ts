import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { WireFormat } from '../../src/protocol/types.ts';
import { bodyOf, FORMATS, PATHS } from '../support/wire-client.ts';
import { ask, type Reply } from './support/ask.ts';
import { useBench } from './support/bench.ts';
import { wellAnswered } from './support/rogue.ts';
import { isShort, itInFull } from './support/scope.ts';
import { openTcp, rawRequest } from './support/tcp.ts';
import { assertError, verdictOf } from './support/verdict.ts';

/** The largest body that the default lets in, in bytes. */
const LIMIT = 20_000_000;
const nested = (depth: number): string => `${'['.repeat(depth)}1${']'.repeat(depth)}`;

for (const wire of FORMATS) {
  describe(`a hostile body of a ${wire} client (C1, C3)`, () => {
    const bench = useBench();
    const send = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Reply> => ask(bench.gateway.port, { path: PATHS[wire], headers: { 'x-title': 'good', ...headers }, body });
    /** A good body with more text in it. */
    const withText = (text: string, more: Record<string, unknown> = {}) => JSON.stringify(bodyOf(wire, { model: 'rogue/body', prompt: text, more }));
    const assertRefused = async (body: string | Uint8Array, statuses: readonly number[] = [400], headers: Record<string, string> = {}) => {
      const reply = await send(body, headers);
      assert.ok(statuses.includes(reply.status), `${reply.status} ${reply.body.slice(0, 200)}`);
      return assertError(wire, reply);
    };

    it('is a 413 at once when it says that it is too large', async () => {
      const { port } = bench.gateway;
      const tcp = await openTcp(port);
      tcp.write(rawRequest(port, { path: PATHS[wire], headers: { 'Content-Length': String(LIMIT + 1) } }));
      await tcp.until(/^HTTP\/1\.1 413 [^]*"message":"[^"]*server\.maxBodyBytes/);
      tcp.destroy();
    });

    it('is a 413 when it grows too large in chunks, and is not kept', async () => {
      const { port } = bench.gateway;
      const before = await bench.gateway.rssBytes() ?? 0;
      const tcp = await openTcp(port);
      tcp.write(rawRequest(port, { path: PATHS[wire], headers: { 'Content-Length': null, 'Transfer-Encoding': 'chunked' } }));
      const piece = `100000\r\n${'x'.repeat(0x10_0000)}\r\n`;
      for (let sent = 0; sent < 60 && tcp.socket.writable; sent++) await new Promise<void>((resolve) => { tcp.socket.write(piece, () => { resolve(); }); });
      await tcp.until(/^HTTP\/1\.1 413 /);
      tcp.destroy();
      assert.ok((await bench.gateway.rssBytes() ?? 0) - before < 120_000_000, 'what is too much is thrown away');
    });

    it('of 19 MB is answered', async () => {
      assert.equal(verdictOf(wire, false, await send(withText('x'.repeat(19_000_000)))), 'whole');
    });

    it('is a 400 when it is nested too deeply, however small', async () => {
      await assertRefused(withText('x', { metadata: { deep: JSON.parse(nested(250)) as unknown } }));
      await assertRefused(`{"a":${nested(100_000)}}`);
    });

    itInFull('is a 400 in good time when it is nothing but brackets', async () => {
      await assertRefused(`{"a":${nested(9_000_000)}}`);
      await assertRefused(`{"a":${'{"a":'.repeat(3_000_000)}1${'}'.repeat(3_000_000)}}`);
      await assertRefused('['.repeat(19_000_000));
    });

    const lists: Record<WireFormat, string> = { chat: 'messages', responses: 'input', messages: 'messages' };
    for (const [name, item, count] of [['numbers', '1', 9_000_000], ['empty objects', '{}', 6_000_000], ['messages without content', '{"role":"user"}', 1_200_000], ['references', '{"type":"item_reference","id":"x"}', 500_000]] as const) {
      itInFull(`is answered in good time when its list is full of ${name}`, async () => {
        const reply = await send(`{"model":"rogue/lists","max_tokens":10,"${lists[wire]}":[${`${item},`.repeat(count)}${item}]}`);
        if (reply.status !== 200) assertError(wire, reply);
        assert.ok((await bench.gateway.rssBytes() ?? 0) < 2_000_000_000);
      });
    }

    for (const [name, body] of [
      ['is empty', ''], ['is no JSON', '<html>'], ['is cut', '{"model":"a","messages":[{"role":"us'], ['is a list', '[]'], ['is null', 'null'], ['is a number', '1e999'], ['is a text', '"x"'], ['is two objects', '{}{}'], ['has a comma too many', '{"a":1,}'],
      ['has a comment', '{/* x */}'], ['has single quotes', "{'a':1}"], ['is NaN', '{"a":NaN}'], ['has a control character in a text', '{"a":"\x01"}'], ['is nothing but blanks', ' '.repeat(1_000)], ['is binary', '\x00\x01\x02\xff'], ['is UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ] as const) {
      (name === 'is cut' || name === 'is empty' ? it : itInFull)(`is a 400 when it ${name}`, async () => { await assertRefused(body); });
    }

    it('is read or refused cleanly when its UTF-8 is broken', async () => {
      for (const bytes of [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
        const [before = '', after = ''] = withText('MARK').split('MARK');
        const reply = await send(Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]));
        if (reply.status === 400) assertError(wire, reply);
        else assert.equal(verdictOf(wire, false, reply), 'whole');
      }
    });

    it('is a 400 when it begins with a byte order mark, which JSON must not', async () => {
      await assertRefused(`\uFEFF${withText('x')}`);
    });

    it('is a 415 when it is compressed, unread', async () => {
      for (const encoding of ['gzip', 'GZIP', 'br', 'deflate', 'zstd', 'identity, gzip', 'x-gzip']) await assertRefused(gzipSync(Buffer.alloc(1_000_000)), [415], { 'content-encoding': encoding });
      assert.equal(verdictOf(wire, false, await send(withText('x'), { 'content-encoding': 'identity' })), 'whole');
    });

    it('is answered when it names the prototype of objects', async () => {
      for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
        const body = withText('x').replace(/^\{/, `{"${key}":{"polluted":true,"stream":true},`);
        const reply = await send(body);
        if (reply.status !== 200) assertError(wire, reply);
        else assert.equal(verdictOf(wire, false, reply), 'whole');
      }
      const health = await ask(bench.gateway.port, { method: 'GET', path: '/health' });
      assert.doesNotMatch(health.body, /polluted/);
    });

    it('with doubled keys means one thing to us and to the upstream', async () => {
      let seen = '';
      bench.rogue.play('doubled', async (call, asked) => { seen = asked.text; await wellAnswered(call, { ...asked, stream: false }); });
      const reply = await send(withText('x').replace(/"model":"[^"]*"/, '"model":"evil/first","model":"rogue/second"'), { 'x-title': 'doubled' });
      assert.equal(reply.status, 200);
      assert.equal((JSON.parse(seen) as { model: string }).model, reply.headers['x-openfusion-model']);
      assert.equal(reply.headers['x-openfusion-model'], 'rogue/second');
    });

    it('may name a model in any characters, none of which gets into a header or a log as it is', async () => {
      for (const model of ['\r\nx-evil: 1', '\u001b[31mred\u001b[0m', 'ünï/cödé', '\ud800', '🦊/x', 'a'.repeat(10_000), '../../etc/passwd', 'http://evil.example/v1', '${env:ROGUE_KEY}']) {
        const reply = await send(JSON.stringify(bodyOf(wire, { model })));
        if (reply.status !== 200) assertError(wire, reply);
        assert.equal(reply.headers['x-evil'], undefined);
        assert.match(String(reply.headers['x-openfusion-model'] ?? ''), /^[\x20-\x7e]{0,200}$/);
      }
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(bench.gateway.stderr, /\u001b/);
      assert.ok(bench.rogue.calls.every(({ path }) => /^\/v1\/(chat\/completions|responses|messages)$/.test(path)), 'no model name changes where a call goes');
    });

    it('with a text made to be slow holds nobody up', async function () {
      this.timeout(60_000);
      const size = isShort ? 200_000 : 4_000_000;
      for (const unit of ['a', ' ', '\n', '<system-reminder>', '```\n', '((((', 'aA1_-/.', '\t \r\n', 'x@', '{"', '\\', 'http://', '<task>x</task>', '0', 'e\u0301', '%%', '[[[', '- [ ] ', '# ', '| ', '&amp;', 'fix the bug in src/a.ts ']) {
        const slow = send(withText(unit.repeat(Math.floor(size / unit.length))));
        const startedMs = Date.now();
        await ask(bench.gateway.port, { method: 'GET', path: '/health' });
        const waitedMs = Date.now() - startedMs;
        const reply = await slow;
        assert.ok(waitedMs < 3_000, `${JSON.stringify(unit)} held up another request for ${waitedMs} ms`);
        assert.equal(reply.status, 200, `${JSON.stringify(unit)} ${reply.body.slice(0, 200)}`);
      }
    });
  });
}
