import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { startGateway, sseText, type GatewayConfig, type TestGateway } from '../support/gateway.ts';
import {
  contextLengthExceeded, gate, html, raw, resetBeforeHeaders, roleOnlyThenHold, startScriptedUpstream, status, text, type Reply, type Script, type ScriptedUpstream,
} from '../support/scripted-upstream.ts';

let gateway: TestGateway, upstream: ScriptedUpstream;
const candidate = (id: string, more = {}) => ({ id, role: id, model: `m/${id}`, pricing: { inputUsdPer1M: 1, outputUsdPer1M: 1 }, skills: { coding: id === 'first' ? 1 : 0.5, reasoning: id === 'first' ? 1 : 0.5, writing: id === 'first' ? 1 : 0.5, verification: id === 'first' ? 1 : 0.5 }, ...more });
const two: GatewayConfig = { roles: { first: { model: 'm/first' }, second: { model: 'm/second' } }, auto: { candidates: [candidate('first'), candidate('second')], thresholds: { verifyRisk: 1, verifyComplexity: 1, fusionRisk: 1, fusionComplexity: 1 }, fallbackRoles: ['second'] }, fusion: { judgeRole: 'first', synthesizerRole: 'first', toolRole: 'first' } };
const start = async (script: Script, config: GatewayConfig = two) => {
  upstream = await startScriptedUpstream({ script });
  gateway = await startGateway({ upstreamURL: upstream.baseURL, ...config });
};
/** The first model asked fails so, the others answer. */
const firstFails = (reply: Reply): Script => (_, index) => (index === 0 ? reply : text('rescued'));
const error = async (response: Response) => (await response.json() as { error: { message: string; type: string; code: string | null; param: string | null } }).error;

describe('the gateway, when upstreams fail', () => {
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });

  describe('an upstream that fails before the first content', () => {
    const faults: [string, Reply, string][] = [
      ['a 429', status(429, { retryAfterS: 8 }), 'rate_limited'],
      ['a 500', status(500), 'server_error'],
      ['a context overflow', contextLengthExceeded(), 'context_length'],
      ['an HTML page', html(), 'invalid_response'],
      ['a reset', resetBeforeHeaders(), 'server_error'],
      ['broken JSON', raw({ body: '{"choices":' }), 'invalid_response'],
      ['an empty answer', raw({ body: '{"choices":[]}' }), 'invalid_response'],
      ['an error object in a 200', raw({ body: '{"error":{"message":"overloaded"}}' }), 'server_error'],
      ['an answer without finish_reason', raw({ body: '{"choices":[{"message":{"role":"assistant","content":"half"}}]}' }), 'incomplete'],
    ];
    for (const [name, reply, reason] of faults) {
      it(`is replaced, unseen by the client and seen in the trace: ${name}`, async () => {
        await start(firstFails(reply));
        const response = await gateway.chat({});
        assert.equal(response.status, 200);
        assert.equal((await response.json() as { choices: { message: { content: string } }[] }).choices[0]?.message.content, 'rescued');
        assert.equal(response.headers.get('x-openfusion-fallback'), reason);
        const trace = await gateway.lastTrace();
        assert.deepEqual(trace.phases[0]?.attempts.map(({ status: outcome, reason: why }) => [outcome, why]), [['error', reason], ['success', undefined]]);
      });
    }

    it('is replaced by a model of another upstream when it refuses the key, and by no other of its own', async () => {
      await start(status(401));
      const other = await startScriptedUpstream({ script: text('rescued elsewhere') });
      await gateway.close();
      const candidates = [candidate('first'), candidate('second'), candidate('third', { role: 'second', upstreamName: 'other' })];
      gateway = await startGateway({ ...two, upstreamURL: upstream.baseURL, upstreams: { other: { baseURL: other.baseURL } }, auto: { ...two.auto, candidates } });
      assert.equal((await gateway.chat({})).headers.get('x-openfusion-fallback'), 'auth');
      assert.deepEqual([upstream.requests.length, other.requests.length], [1, 1]);
      await other.close();
    });

    const streamed: [string, Reply][] = [
      ['a stream that breaks after its role chunk', text([], { ending: 'reset' })],
      ['a stream that ends after its role chunk', text([], { ending: 'no-finish' })],
      ['an error chunk', text([], { ending: 'error-chunk' })],
      ['a 503', status(503)],
    ];
    for (const [name, reply] of streamed) {
      it(`is replaced in a stream too: ${name}`, async () => {
        await start(firstFails(reply));
        const response = await gateway.chat({ stream: true });
        assert.equal(response.headers.get('x-openfusion-model'), upstream.requests[1]?.model);
        assert.equal(sseText(await response.text()), 'rescued');
      });
    }

    it('is retried when there is no other model', async () => {
      await start(firstFails(status(502)), { ...two, fallback: 'never' });
      assert.equal((await gateway.chat({})).status, 200);
      assert.equal(upstream.requests.length, 2);
      assert.equal(upstream.requests[0]?.model, upstream.requests[1]?.model);
    });
  });

  describe('when no upstream answers', () => {
    it('gives 429 with the Retry-After of the one that is back first', async () => {
      await start((_, index) => status(429, { retryAfterS: index === 0 ? 30 : 12 }));
      const response = await gateway.chat({ stream: true });
      assert.equal(response.status, 429);
      assert.equal(response.headers.get('retry-after'), '12');
      const { type, code } = await error(response);
      assert.deepEqual([type, code], ['rate_limit_error', 'rate_limit_exceeded']);
      // While all of them cool down nobody is asked again.
      assert.equal((await gateway.chat({})).status, 429);
      assert.equal(upstream.requests.length, 2);
    });

    it("gives 502 and no hope for a refused key, without the key's name leaking a value", async () => {
      await start(status(401, { message: 'Invalid key' }));
      const response = await gateway.chat({});
      assert.equal(response.status, 502);
      assert.equal(response.headers.get('x-should-retry'), 'false');
      assert.match((await error(response)).message, /key is missing or wrong/);
    });

    it('keeps context_length_exceeded, which agents compact on', async () => {
      await start(contextLengthExceeded());
      const response = await gateway.chat({});
      assert.equal(response.status, 400);
      assert.equal((await error(response)).code, 'context_length_exceeded');
    });

    it("keeps a 400 with its field, and asks no more than two models for the client's mistake", async () => {
      await start(status(400, { message: 'bad temperature', param: 'temperature', code: 'invalid_value' }));
      const response = await gateway.chat({ temperature: 99 });
      assert.equal(response.status, 400);
      assert.equal((await error(response)).param, 'temperature');
      assert.equal(upstream.requests.length, 2);
    });

    it('gives 502 in the error format of the client when nothing listens there', async () => {
      await start(text('x'));
      await gateway.close();
      gateway = await startGateway({ ...two, upstreamURL: 'http://127.0.0.1:9/v1' });
      const response = await gateway.chat({});
      assert.equal(response.status, 502);
      assert.match((await error(response)).message, /could not be reached/);
    });

    it('gives 504 when no first byte comes in time', async () => {
      await start({ kind: 'stall' });
      await gateway.close();
      gateway = await startGateway({ ...two, fallback: 'never', upstream: { baseURL: upstream.baseURL, timeouts: { firstByteMs: 1_000 } } });
      assert.equal((await gateway.chat({})).status, 504);
    });
  });

  describe('an upstream that fails after content has gone out', () => {
    for (const ending of ['reset', 'cut', 'no-finish', 'error-chunk'] as const) {
      it(`never ends cleanly: ${ending}`, async () => {
        const seen = gate();
        await start(text(['partial ', seen], { ending }));
        const response = await gateway.chat({ stream: true });
        const pieces: string[] = [];
        await assert.rejects(async () => {
          for await (const piece of response.body ?? []) {
            pieces.push(Buffer.from(piece as Uint8Array).toString());
            seen.open();
          }
        });
        assert.equal(sseText(pieces.join('')), 'partial ');
        assert.ok(!pieces.join('').includes('[DONE]'));
        assert.equal(upstream.requests.length, 1);
        assert.equal((await gateway.lastTrace()).status, 'failed');
      });
    }

    it('leaves the gateway alive for the next request', async () => {
      await start((_, index) => (index === 0 ? text(['half'], { ending: 'reset' }) : text('whole')));
      await (await gateway.chat({ stream: true })).text().catch(() => undefined);
      assert.equal((await gateway.chat({})).status, 200);
    });
  });

  describe("a day's budget", () => {
    const usage = { promptTokens: 1_000_000, completionTokens: 0 };
    const oneDollar: GatewayConfig = { ...two, budget: { maxUsdPerDay: 0.9 } };
    const secondCosts = async (): Promise<number> => (await gateway.chat({})).status;

    it('counts a panel whose client left before its answer', async () => {
      await start(({ body }) => (String(body.messages.at(-1)?.content).includes('Compare their answers') ? roleOnlyThenHold() : text('panel answer', { usage })), oneDollar);
      const left = new AbortController();
      const answer = gateway.chat({ model: 'openfusion/fusion', stream: true }, { signal: left.signal });
      while (upstream.requests.every(({ body }) => !String(body.messages.at(-1)?.content).includes('Compare'))) await upstream.waitForRequest(upstream.requests.length + 1);
      left.abort();
      await assert.rejects(answer);
      await upstream.waitForAbort();
      assert.equal(await secondCosts(), 402);
    });

    it('is not broken by requests at once: what runs counts by its estimate', async () => {
      const hold = gate();
      await start(text(['x', hold]), two);
      const plan = await (await gateway.post('/debug/route', { messages: [{ role: 'user', content: 'Say hello' }] })).json() as { budget: { estimatedUsd: number } };
      gateway.configure({ ...two, upstream: { baseURL: upstream.baseURL }, budget: { maxUsdPerDay: plan.budget.estimatedUsd * 1.5 } });
      const first = gateway.chat({});
      await hold.reached;
      assert.equal((await gateway.chat({})).status, 402);
      hold.open();
      assert.equal((await first).status, 200);
      assert.equal((await gateway.chat({})).status, 200);
    });

    it('counts what has a price also when another call of the answer has none', async () => {
      await start(text('x', { usage }), { ...oneDollar, auto: { ...two.auto, candidates: [candidate('first'), candidate('second', { pricing: undefined })] } });
      assert.equal((await gateway.chat({ model: 'openfusion/fusion' })).status, 200);
      assert.equal(await secondCosts(), 402);
    });
  });

  it('counts the words of a draft that broke off and was replaced', async () => {
    const verify = { verifyRisk: 0, verifyComplexity: 0, fusionRisk: 1, fusionComplexity: 1 };
    await start((request, index) => (index === 0 ? text(['a draft that breaks'], { ending: 'cut' }) : text(String(request.body.messages.at(-1)?.content).includes('<draft>') ? 'NO_CHANGE' : 'whole')), { ...two, auto: { ...two.auto, thresholds: verify } });
    const body = await (await gateway.chat({})).json() as { usage: { estimated?: boolean; prompt_tokens: number } };
    assert.equal(body.usage.estimated, true);
    assert.ok(body.usage.prompt_tokens > 22, 'more than draft and verdict say');
  });

  describe('headers that wait for the first content', () => {
    it('leave with keep-alive comments after holdHeadersMs, naming trace and strategy but no model', async () => {
      const hold = gate();
      await start(text([hold, 'late']), { ...two, server: { holdHeadersMs: 20 } });
      const response = await gateway.chat({ stream: true });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('x-openfusion-model'), null);
      assert.ok(response.headers.get('x-openfusion-trace'));
      assert.equal(response.headers.get('x-openfusion-strategy'), 'fast-single');
      hold.open();
      const body = await response.text();
      assert.ok(body.startsWith(': keep-alive\n\n'));
      assert.equal(sseText(body), 'late');
    });

    it('name the strategy on an error too', async () => {
      await start(status(500));
      assert.equal((await gateway.chat({})).headers.get('x-openfusion-strategy'), 'fast-single');
    });

    it('are followed by a reset when it fails after all', async () => {
      await start(roleOnlyThenHold(), { ...two, fallback: 'never', server: { holdHeadersMs: 20 }, upstream: undefined });
      await gateway.close();
      gateway = await startGateway({ ...two, fallback: 'never', server: { holdHeadersMs: 20 }, upstream: { baseURL: upstream.baseURL, timeouts: { idleMs: 1_000 } } });
      const response = await gateway.chat({ stream: true });
      assert.equal(response.status, 200);
      await assert.rejects(response.text());
    });
  });
});
