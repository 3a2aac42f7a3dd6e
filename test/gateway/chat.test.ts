import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { startGateway, sseEvents, sseText, type GatewayConfig, type TestGateway } from '../support/gateway.ts';
import { gate, startScriptedUpstream, text, toolCalls, type Script, type ScriptedUpstream } from '../support/scripted-upstream.ts';

let gateway: TestGateway, upstream: ScriptedUpstream;
const start = async (script: Script, config: GatewayConfig = {}) => {
  upstream = await startScriptedUpstream({ script });
  gateway = await startGateway({ upstreamURL: upstream.baseURL, ...config });
};
describe('the gateway, answering', () => {
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });

  describe('POST /v1/chat/completions', () => {
    it('answers as the client asked, and says which model really answered', async () => {
      await start(text('Hello there'));
      const response = await gateway.chat({});
      const body = await response.json() as Record<string, unknown>;
      assert.equal(response.status, 200);
      assert.equal(body['model'], 'openfusion/auto');
      assert.equal((body['choices'] as { message: { content: string } }[])[0]?.message.content, 'Hello there');
      assert.equal(response.headers.get('x-openfusion-model'), upstream.requests[0]?.model);
      assert.match(response.headers.get('x-openfusion-trace') ?? '', /^[0-9a-f]{24}$/);
      assert.ok(response.headers.get('x-openfusion-strategy'));
      assert.ok(Number(response.headers.get('x-openfusion-cost-usd')) > 0);
    });

    it('streams what the upstream streams, piece by piece and not at the end', async () => {
      const hold = gate();
      await start(text(['first ', hold, 'second']));
      const response = await gateway.chat({ stream: true });
      assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
      const reader = response.body?.getReader();
      assert.ok(reader);
      let seen = '';
      while (!seen.includes('first')) seen += Buffer.from((await reader.read()).value ?? []).toString();
      assert.ok(!seen.includes('second'));
      hold.open();
      for (let next = await reader.read(); !next.done; next = await reader.read()) seen += Buffer.from(next.value).toString();
      assert.equal(sseText(seen), 'first second');
      assert.equal(sseEvents(seen).at(-1), '[DONE]');
    });

    it('carries the openfusion object: at the top of a plain answer, on the finishing chunk of a stream, and nowhere when told so', async () => {
      await start(text('x'));
      const plain = await (await gateway.chat({})).json() as { openfusion: { auto: { mode: string }; trace: { auto: { mode: string }; phase_count: number } } };
      assert.equal(plain.openfusion.trace.phase_count, 1);
      assert.equal(plain.openfusion.trace.auto.mode, plain.openfusion.auto.mode);
      const events = sseEvents(await (await gateway.chat({ stream: true })).text());
      const holders = events.filter((event) => event !== '[DONE]' && 'openfusion' in event) as { choices: { finish_reason: string }[] }[];
      assert.deepEqual(holders.map(({ choices }) => choices[0]?.finish_reason), ['stop']);
      for (const stream of [true, false]) {
        assert.ok(!(await (await gateway.chat({ stream, openfusion: { trace: false } })).text()).includes('"openfusion":'));
      }
    });

    it('sends usage only as the client asked for it, in a chunk without choices', async () => {
      await start(text('x', { usage: { promptTokens: 100, completionTokens: 7, cachedTokens: 40 } }));
      const silent = await (await gateway.chat({ stream: true })).text();
      assert.ok(!silent.includes('"prompt_tokens"'));
      const asked = sseEvents(await (await gateway.chat({ stream: true, stream_options: { include_usage: true } })).text());
      const last = asked.at(-2) as { choices: unknown[]; usage: { prompt_tokens: number } };
      assert.deepEqual(last.choices, []);
      assert.equal(last.usage.prompt_tokens, 100);
      assert.equal((await gateway.lastTrace()).usage?.cachedInputTokens, 40);
    });

    it('marks usage that it had to estimate', async () => {
      await start(text('some words', { usage: null }));
      const body = await (await gateway.chat({})).json() as { usage: { estimated?: boolean; completion_tokens: number } };
      assert.equal(body.usage.estimated, true);
      assert.ok(body.usage.completion_tokens > 0);
    });

    it('passes parallel tool calls through with their fragments, ids and arguments intact', async () => {
      const calls = [{ id: 'call_a', name: 'read', arguments: { path: 'a – ü' } }, { id: 'call_b', name: 'grep', arguments: { re: '\\d+"' } }];
      await start(toolCalls(calls, { say: 'Looking.' }));
      const tools = [{ type: 'function', function: { name: 'read', parameters: {} } }, { type: 'function', function: { name: 'grep', parameters: {} } }];
      const events = sseEvents(await (await gateway.chat({ stream: true, tools })).text());
      const seen = new Map<number, { id: string; name: string; arguments: string }>();
      for (const event of events) {
        if (event === '[DONE]') continue;
        const [choice] = event['choices'] as { delta?: { tool_calls?: { index: number; id?: string; function: { name?: string; arguments?: string } }[] } }[];
        for (const call of choice?.delta?.tool_calls ?? []) {
          const entry = seen.get(call.index) ?? { id: '', name: '', arguments: '' };
          seen.set(call.index, { id: call.id ?? entry.id, name: call.function.name ?? entry.name, arguments: entry.arguments + (call.function.arguments ?? '') });
        }
      }
      assert.deepEqual([...seen.values()].map((call) => ({ ...call, arguments: JSON.parse(call.arguments) as unknown })), calls);
      assert.deepEqual(upstream.requests[0]?.body['tools'], tools);
    });

    it("forwards the client's own bytes: unknown fields, system prompt, turns and images", async () => {
      await start(text('x'));
      const body = {
        model: 'openfusion/writer', temperature: 0.25, seed: 7, vendor_field: { deep: [1, 2] },
        messages: [{ role: 'system', content: 'Be terse.' }, { role: 'user', content: [{ type: 'text', text: 'see' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] }],
      };
      assert.equal((await gateway.chat(body)).status, 200);
      const { model, ...sent } = upstream.requests[0]?.body ?? { model: '' };
      const { model: _asked, ...asked } = body;
      assert.equal(model, '~anthropic/claude-sonnet-latest');
      assert.deepEqual(sent, asked);
    });

    it('passes on only the headers that it may', async () => {
      await start(text('x'));
      await gateway.chat({}, { headers: { 'authorization': 'Bearer client-key-123456', 'x-title': 'T', 'openai-beta': 'b', 'x-secret': 's', 'cookie': 'c=1' } });
      const headers = upstream.requests[0]?.headers ?? {};
      assert.equal(headers['x-title'], 'T');
      assert.equal(headers['openai-beta'], 'b');
      assert.equal(headers['authorization'], undefined);
      assert.equal(headers['x-secret'], undefined);
      assert.equal(headers.cookie, undefined);
    });

    it('ends the upstream call when the client leaves', async () => {
      await start(text(['a', gate(), 'never']));
      const leave = new AbortController();
      const response = await gateway.chat({ stream: true }, { signal: leave.signal });
      await response.body?.getReader().read();
      leave.abort();
      await upstream.waitForAbort();
      assert.equal(upstream.requests.length, 1);
    });

    it('ends every call of a panel when the client leaves', async () => {
      await start(text([gate(), 'never']), { fusion: { minPanel: 2, maxPanel: 2 } });
      const leave = new AbortController();
      const answer = gateway.chat({ model: 'openfusion/fusion', stream: true }, { signal: leave.signal });
      answer.catch(() => undefined);
      await upstream.waitForRequest(2);
      leave.abort();
      await upstream.waitForAbort(2);
      assert.deepEqual(upstream.requests.map(({ aborted }) => aborted), [true, true]);
    });

    it('answers many at once without mixing them up', async () => {
      await start(({ body }) => text(`echo ${String(body.messages.at(-1)?.content)}`));
      const answers = await Promise.all(Array.from({ length: 100 }, async (_, index) => {
        const stream = index % 2 === 0;
        const response = await gateway.chat({ stream, messages: [{ role: 'user', content: `n${index}` }] });
        return stream ? sseText(await response.text()) : (await response.json() as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
      }));
      assert.deepEqual(answers, answers.map((_, index) => `echo n${index}`));
    });
  });
});
