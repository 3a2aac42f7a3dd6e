import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { startGateway, sseText, type GatewayConfig, type TestGateway } from '../support/gateway.ts';
import { gate, raw, startScriptedUpstream, status, text, toolCalls, type Script, type ScriptFunction, type ScriptedUpstream, type UpstreamRequest } from '../support/scripted-upstream.ts';

interface Answer { choices: { message: { content: string | null; tool_calls?: { id: string; function: { name: string; arguments: string } }[] }; finish_reason: string }[]; openfusion: { auto: { mode: string }; trace: { phases: { phase: string; verdict?: string }[] } }; usage: { prompt_tokens: number; completion_tokens: number } }

const tools = [{ type: 'function', function: { name: 'edit', parameters: { type: 'object', properties: { path: { type: 'string' } } } } }];
const lastText = ({ body }: UpstreamRequest): string => String(body.messages.at(-1)?.content);
const isVerify = (request: UpstreamRequest): boolean => lastText(request).includes('<draft>');
const isJudge = (request: UpstreamRequest): boolean => lastText(request).includes('Compare their answers');
const isSynthesis = (request: UpstreamRequest): boolean => lastText(request).includes('Write the one final reply');

describe('the strategies', () => {
  let gateway: TestGateway, upstream: ScriptedUpstream;
  const start = async (script: Script, config: GatewayConfig = {}) => {
    upstream = await startScriptedUpstream({ script });
    gateway = await startGateway({ upstreamURL: upstream.baseURL, ...config });
  };
  const answer = async (body: Record<string, unknown>): Promise<Answer> => {
    const response = await gateway.chat(body);
    assert.equal(response.status, 200, await response.clone().text());
    return await response.json() as Answer;
  };
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });

  describe('single-verify', () => {
    const verify: GatewayConfig = { auto: { thresholds: { smart: 0, verifyRisk: 0, verifyComplexity: 0, fusionRisk: 1, fusionComplexity: 1 } } };
    const task = { messages: [{ role: 'system', content: 'Be terse.' }, { role: 'user', content: 'Implement a function that adds two numbers' }] };

    it("lets the primary's own words out when the verifier says no change", async () => {
      await start((request) => (isVerify(request) ? text('NO_CHANGE') : text("the primary's own words")), verify);
      const { choices, openfusion } = await answer(task);
      assert.equal(choices[0]?.message.content, "the primary's own words");
      assert.equal(openfusion.auto.mode, 'single-verify');
      assert.deepEqual(openfusion.trace.phases.map(({ phase, verdict }) => [phase, verdict]), [['primary', undefined], ['verify', 'no change']]);
    });

    it("streams the verifier's corrected text, and holds the draft until then", async () => {
      const hold = gate();
      await start((request) => (isVerify(request) ? text(['Corrected ', hold, 'answer']) : text('wrong draft')), verify);
      const response = await gateway.chat({ ...task, stream: true });
      hold.open();
      const body = await response.text();
      assert.equal(sseText(body), 'Corrected answer');
      assert.equal(response.headers.get('x-openfusion-model'), upstream.requests[1]?.model);
    });

    it('tells a cost in the headers only when it is that of the whole answer', async () => {
      let verdict = 'Corrected answer';
      await start((request) => (isVerify(request) ? text(verdict) : text('draft')), verify);
      const costOf = async (stream: boolean): Promise<string | null> => (await gateway.chat({ ...task, stream })).headers.get('x-openfusion-cost-usd');
      assert.equal(await costOf(true), null);
      assert.ok(Number(await costOf(false)) > 0);
      verdict = 'NO_CHANGE';
      assert.ok(Number(await costOf(true)) > 0);
    });

    it('estimates what the verifier read by what it was sent, where nobody tells usage', async () => {
      await start((request) => (isVerify(request) ? text('NO_CHANGE', { usage: null }) : text('word '.repeat(800), { usage: { promptTokens: 10, completionTokens: 800 } })), verify);
      const { usage } = await answer(task);
      assert.ok(usage.prompt_tokens > 1_000, `the draft alone has 4000 characters: ${usage.prompt_tokens}`);
    });

    it('leaves an answer with several choices to one model', async () => {
      const choices = [0, 1].map((index) => ({ index, message: { role: 'assistant', content: `choice ${index}` }, finish_reason: 'stop' }));
      await start(raw({ body: JSON.stringify({ id: 'x', object: 'chat.completion', choices }) }), verify);
      assert.deepEqual((await answer({ ...task, n: 2 })).choices.map(({ message }) => message.content), ['choice 0', 'choice 1']);
      assert.equal(upstream.requests.length, 1);
    });

    it('keeps system prompt and turns in front of the verifier', async () => {
      await start((request) => (isVerify(request) ? text('no change') : text('draft')), verify);
      await answer(task);
      const [, check] = upstream.requests;
      assert.deepEqual(check?.body.messages.slice(0, 2), task.messages);
      assert.ok(lastText(check as UpstreamRequest).includes('draft'));
    });

    it('lets the draft out when the verifier fails, and says so', async () => {
      await start((request) => (isVerify(request) ? status(500) : text('draft')), verify);
      const response = await gateway.chat(task);
      assert.equal((await response.json() as Answer).choices[0]?.message.content, 'draft');
      assert.equal(response.headers.get('x-openfusion-fallback'), 'verifier_failed');
    });

    it("passes a tool turn's calls through verbatim", async () => {
      const call = { id: 'call_x', name: 'edit', arguments: '{"path": "a.ts"}' };
      await start((request) => (isVerify(request) ? text('NO_CHANGE') : toolCalls([call], { say: 'Editing.' })), verify);
      const { choices } = await answer({ ...task, tools });
      assert.deepEqual(choices[0]?.message.tool_calls?.map(({ id, function: fn }) => ({ id, ...fn })), [call]);
      assert.equal(choices[0]?.message.content, 'Editing.');
      assert.equal(choices[0]?.finish_reason, 'tool_calls');
      assert.equal(upstream.requests[1]?.body['tool_choice'], 'none');
    });

    it("lets the verifier's own proposal out when it rejects a tool call", async () => {
      const better = { id: 'call_y', name: 'edit', arguments: '{"path":"b.ts"}' };
      await start((request, index) => (isVerify(request) ? text('It edits the wrong file.') : index === 0 ? toolCalls([{ name: 'edit', arguments: { path: 'a.ts' } }]) : toolCalls([better])), verify);
      const { choices } = await answer({ ...task, tools });
      assert.deepEqual(choices[0]?.message.tool_calls?.map(({ id, function: fn }) => ({ id, ...fn })), [better]);
    });

    it('replaces a draft that broke in the middle, unseen', async () => {
      await start((request, index) => (isVerify(request) ? text('NO_CHANGE') : index === 0 ? text(['half'], { ending: 'reset' }) : text('whole')), verify);
      assert.equal((await answer(task)).choices[0]?.message.content, 'whole');
    });
  });

  describe('fusion', () => {
    const task = { model: 'openfusion/fusion', messages: [{ role: 'system', content: 'Be terse.' }, { role: 'user', content: [{ type: 'text', text: 'Review this patch for security risks and missing tests' }] }] };
    const script: ScriptFunction = (request) => (isJudge(request) ? text('Here: {"best":"B","consensus":["c"],"blind_spots":["z"]}') : isSynthesis(request) ? text(['the ', 'synthesis']) : text(`panel answer of ${request.model}`, { usage: { promptTokens: 10, completionTokens: 5 } }));

    it('asks a panel in parallel, then a judge, then streams the synthesis', async () => {
      const everyone = gate();
      await start((request) => (isJudge(request) || isSynthesis(request) ? script(request, 0) : text([everyone, 'panel answer'])));
      const answering = gateway.chat({ ...task, stream: true });
      await upstream.waitForRequest(3);
      everyone.open();
      const response = await answering;
      assert.equal(sseText(await response.text()), 'the synthesis');
      const trace = await gateway.lastTrace();
      assert.deepEqual(trace.phases.map(({ phase }) => phase), ['panel', 'panel', 'panel', 'judge', 'synthesis']);
      assert.equal(trace.phases.find(({ phase }) => phase === 'judge')?.verdict?.startsWith('best: B'), true);
    });

    it('sums usage over all calls', async () => {
      await start((request) => { const reply = script(request, 0) as ReturnType<typeof text>; return { ...reply, usage: { promptTokens: 10, completionTokens: 5 } }; });
      const { usage } = await answer(task);
      assert.deepEqual([usage.prompt_tokens, usage.completion_tokens], [50, 25]);
    });

    it('keeps system prompt, turns and parts for panel, judge and synthesis', async () => {
      await start(script);
      await answer(task);
      for (const { body } of upstream.requests) assert.deepEqual(body.messages.slice(0, 2), task.messages);
      const synthesis = upstream.requests.find(isSynthesis);
      assert.ok(lastText(synthesis as UpstreamRequest).includes('blind_spots'));
    });

    it('goes on without a panelist that fails', async () => {
      await start((request, index) => (index === 0 ? status(500) : script(request, index)));
      assert.equal((await answer(task)).choices[0]?.message.content, 'the synthesis');
    });

    it('goes on without a judge that fails, and says so', async () => {
      await start((request, index) => (isJudge(request) ? status(400) : script(request, index)));
      const response = await gateway.chat(task);
      assert.equal((await response.json() as Answer).choices[0]?.message.content, 'the synthesis');
      assert.equal(response.headers.get('x-openfusion-fallback'), 'judge_failed');
    });

    it("gives the best panel answer when the synthesis fails", async () => {
      await start((request, index) => (isSynthesis(request) ? status(400) : script(request, index)), { fallback: 'never' });
      const response = await gateway.chat(task);
      assert.match(String((await response.json() as Answer).choices[0]?.message.content), /^panel answer of/);
      assert.equal(response.headers.get('x-openfusion-fallback'), 'synthesis_failed');
    });

    it('fails only when the whole panel fails', async () => {
      await start(() => status(500));
      assert.equal((await gateway.chat(task)).status, 502);
    });

    it("selects one proposal of a tool turn and passes its calls through verbatim", async () => {
      await start((request) => (isJudge(request) ? text('{"best":"B"}') : toolCalls([{ id: `call_${request.model}`, name: 'edit', arguments: { path: request.model } }])));
      const { choices } = await answer({ ...task, tools });
      const chosen = upstream.requests[1]?.model;
      assert.deepEqual(choices[0]?.message.tool_calls?.map(({ id }) => id), [`call_${chosen}`]);
      assert.ok(!upstream.requests.some(isSynthesis));
      assert.deepEqual(upstream.requests[0]?.body['tools'], tools);
    });

    it('is what openfusion/auto does for a new task while the mode is Fusion', async () => {
      await start(script);
      gateway.app.setMode({ kind: 'fusion' });
      assert.equal((await answer({ ...task, model: 'openfusion/auto' })).openfusion.auto.mode, 'fusion-panel');
    });
  });

  describe('an agent working through openfusion/auto', () => {
    const user = { role: 'user', content: 'Fix the failing test in add.js' };
    const turn = (n: number) => [
      { role: 'assistant', content: null, tool_calls: [{ id: `c${n}`, type: 'function', function: { name: 'edit', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: `c${n}`, content: 'done' },
    ];

    it('stays on the model that began its tool loop', async () => {
      await start((_, index) => (index < 3 ? toolCalls([{ id: `c${index + 1}`, name: 'edit', arguments: {} }]) : text('done')));
      const messages: unknown[] = [{ role: 'system', content: 'You are an agent.' }, user];
      for (let n = 1; n <= 3; n++) {
        await answer({ messages, tools });
        messages.push(...turn(n));
      }
      await answer({ messages, tools });
      const models = new Set(upstream.requests.map(({ model }) => model));
      assert.equal(models.size, 1, [...models].join(', '));
      const trace = await gateway.lastTrace();
      assert.deepEqual([trace.plan?.task.turn, trace.plan?.reason], ['tool_result', 'tool_loop']);
    });

    it('has its title written by the cheapest candidate, and keeps its own model', async () => {
      await start(() => text('ok'));
      const session = { headers: { 'x-session-id': 's-1' } };
      const messages = [{ role: 'system', content: 'You are an agent.' }, user];
      await (await gateway.chat({ messages, tools }, session)).text();
      await (await gateway.chat({ messages: [{ role: 'system', content: 'You are a title generator. You output only a thread title.' }, { role: 'user', content: 'Generate a title for this conversation: Fix the failing test' }] }, session)).text();
      const chore = await gateway.lastTrace();
      assert.deepEqual([chore.plan?.task.turn, chore.plan?.reason, chore.plan?.pin], ['chore', 'chore_cheapest', null]);
      await (await gateway.chat({ messages: [...messages, ...turn(1)], tools }, session)).text();
      const [first, , third] = upstream.requests;
      assert.equal(third?.model, first?.model);
    });

    it('gets the models that the user configured for the roles', async () => {
      await start(() => text('ok'), { roles: { coder: { model: 'mine/coder' }, fast: { model: 'mine/fast' }, reasoner: { model: 'mine/reasoner' }, verifier: { model: 'mine/verifier' }, writer: { model: 'mine/writer' } } });
      await answer({ messages: [user], tools });
      assert.match(upstream.requests[0]?.model ?? '', /^mine\//);
    });
  });
});
