import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { judge, renderAims } from './aims.mjs';
import { median, quantile } from './numbers.mjs';
import { chatBody, control, mockStats } from './requests.mjs';
import { findTopLevel, splice } from './scan.mjs';

describe('the bench', () => {
  describe('scanning a body for top-level fields', () => {
    const wanted = new Set(['model', 'stream']);
    const bodies = [
      { model: 'a/b', stream: true, messages: [] },
      { messages: [{ role: 'user', content: 'say "model": "x", \\ and \\" {[' }, { role: 'user', model: 'inner', content: '}' }], stream: false, model: 'last"one\\' },
      { tools: [{ a: { model: 'no' } }], model: 'ü-größe', metadata: { stream: true }, stream: true },
      JSON.parse(chatBody('openfusion/auto', 20_000, true).toString()),
    ];
    for (const [at, body] of bodies.entries()) {
      for (const indent of [0, 2]) {
        it(`finds what JSON.parse finds (body ${at}, indent ${indent})`, () => {
          const bytes = Buffer.from(JSON.stringify(body, null, indent));
          const { model, stream } = findTopLevel(bytes, wanted);
          assert.equal(JSON.parse(bytes.toString('utf8', model.start, model.end)), body.model);
          assert.equal(bytes.toString('latin1', stream.start, stream.end), String(body.stream));
          assert.deepEqual(JSON.parse(splice(bytes, model, 'new/model').toString()), { ...body, model: 'new/model' });
        });
      }
    }
  });

  describe('the mock', () => {
    let child;
    let port;

    before(async () => {
      child = spawn(process.execPath, [join(import.meta.dirname, 'mock-upstream.mjs')], { env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = await once(child.stdout, 'data');
      port = Number(/listening on (\d+)/.exec(String(line))[1]);
    });

    after(() => child.kill());

    const post = (body, extra) => fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST', headers: { authorization: 'Bearer k' }, body: JSON.stringify(body), ...extra });

    it('answers plainly and notes what it got', async () => {
      await control(port, {});
      const answer = await (await post({ model: 'm', messages: [] })).json();
      assert.equal(answer.choices[0].message.content, 'Hello from the mock upstream.');
      const { requests, model, authorization } = await mockStats(port);
      assert.deepEqual({ requests, model, authorization }, { requests: 1, model: 'm', authorization: 'Bearer k' });
    });

    it('streams stamped chunks, usage and [DONE]', async () => {
      for (const intervalMs of [0, 1]) {
        await control(port, { chunks: 3, intervalMs });
        const events = (await (await post({ model: 'm', stream: true })).text()).split('\n\n').filter(Boolean).map((line) => line.slice('data: '.length));
        assert.equal(events.pop(), '[DONE]');
        const chunks = events.map((event) => JSON.parse(event));
        assert.equal(chunks.filter(({ choices }) => /^t=\d{15};$/.test(choices[0]?.delta.content)).length, 3);
        assert.equal(chunks.at(-1).usage.total_tokens, 18);
      }
    });

    it('reads a chunked body that is cut anywhere', async () => {
      const socket = net.connect(port, '127.0.0.1');
      for (const character of 'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"mod\r\n8\r\nel":"m"}\r\n0\r\n\r\n') {
        socket.write(character);
        await new Promise((resolve) => { setImmediate(resolve); });
      }
      const [answer] = await once(socket, 'data');
      assert.match(String(answer), /^HTTP\/1\.1 200 OK/);
      socket.destroy();
    });

    it('counts a client that leaves', async () => {
      await control(port, { chunks: 1000, intervalMs: 5 });
      const left = new AbortController();
      const response = await post({ model: 'm', stream: true }, { signal: left.signal });
      await response.body.getReader().read();
      left.abort();
      while ((await mockStats(port)).aborted === 0);
      assert.equal((await mockStats(port)).finished, 0);
    });
  });

  describe('judging the aims', () => {
    const rows = (small, large, cpu) => ({
      load: [{ small: { cpu: small }, large: { cpu: large } }], paced: [{ cpu, ttft: 1000, p50: 500, incomplete: 0 }], burst: [{ incomplete: 0 }], cancel: [{ streams: 20, aborted: 20 }],
    });
    const verdicts = (results) => judge(results, { chunks: 200, intervalMs: 20 }).map(({ met }) => met);

    it('says met for a gateway within every limit', () => {
      assert.deepEqual(new Set(verdicts({ gateway: rows(100, 900, 39), 'node-http+undici': rows(51, 620, 31), direct: rows(0, 0, 0) })), new Set([true]));
    });

    it('says not met for each limit that is passed, with the number', () => {
      const judged = judge({ gateway: rows(103, 620, 39), 'node-http+undici': rows(51, 620, 31), direct: rows(0, 0, 0) }, { chunks: 200, intervalMs: 20 });
      assert.deepEqual(judged.filter(({ met }) => met === false).map(({ name }) => name), ['CPU a request, 0.5 KB, over the bare proxy']);
      assert.match(renderAims(judged), /- NOT MET: CPU a request, 0\.5 KB, over the bare proxy: 2\.02x \(at most 2x\)/);
    });

    it('catches a buffered stream, one that outlives its client and one that breaks', () => {
      const bad = rows(50, 600, 30);
      Object.assign(bad.paced[0], { ttft: 4_000_000, p50: 2_000_000, incomplete: 1 });
      bad.cancel[0].aborted = 19;
      assert.equal(verdicts({ gateway: bad, 'node-http+undici': rows(51, 620, 31), direct: rows(0, 0, 0) }).filter((met) => met === false).length, 4);
    });

    it('never calls met what was not measured', () => {
      assert.deepEqual(new Set(verdicts({ direct: rows(0, 0, 0) })), new Set([undefined]));
      assert.deepEqual(new Set(verdicts({ gateway: { load: [], paced: [], burst: [], cancel: [] } })), new Set([undefined]));
    });
  });

  it('passes over what could not be measured in its quantiles', () => {
    assert.equal(median([3, NaN, 1, 2]), 2);
    assert.equal(quantile([5], 0.99), 5);
    assert.ok(Number.isNaN(median([NaN])));
  });

  it('sends bodies of the size that it says', () => {
    assert.ok(Math.abs(chatBody('m', 512, false).length - 512) < 100);
    const large = chatBody('m', 200 * 1024, true);
    assert.ok(large.length >= 200 * 1024 && large.length < 260 * 1024, String(large.length));
    assert.equal(JSON.parse(large.toString()).stream, true);
  });
});
