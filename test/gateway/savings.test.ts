import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { startGateway, type GatewayConfig, type TestGateway } from '../support/gateway.ts';
import { gate, startScriptedUpstream, status, text, type Script, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const SMALL = { inputUsdPer1M: 1, outputUsdPer1M: 2, cachedInputUsdPer1M: 0.1 }, BIG = { inputUsdPer1M: 10, outputUsdPer1M: 20, cachedInputUsdPer1M: 1 };
const skills = (ability: number) => ({ coding: ability, reasoning: ability, verification: ability, writing: ability });
/** Two models whose prices and abilities leave no doubt which one is strong and which one is cheap. */
const POOL: GatewayConfig = {
  roles: { fast: { model: 'maker/small', pricing: SMALL }, reasoner: { model: 'maker/big', pricing: BIG } },
  auto: { candidates: [{ id: 'small', role: 'fast', skills: skills(0.2) }, { id: 'big', role: 'reasoner', skills: skills(0.95) }] },
};
const usage = (promptTokens: number, completionTokens: number) => ({ usage: { promptTokens, completionTokens } });
interface Body { openfusion: { cost_usd: number; savings: { strongest: { model: string; cost_usd: number }; cheapest: { model: string; cost_usd: number } } | null } }

describe('what an answer would have cost elsewhere', () => {
  let gateway: TestGateway, upstream: ScriptedUpstream;
  const start = async (script: Script, config: GatewayConfig = {}) => {
    upstream = await startScriptedUpstream({ script });
    gateway = await startGateway({ upstreamURL: upstream.baseURL, ...POOL, ...config });
  };
  const ask = (more: Record<string, unknown> = {}) => gateway.chat({ model: 'openfusion/small', ...more });
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });

  it('stands in the answer, in the trace and in the list', async () => {
    await start(text('done', usage(1_000_000, 100_000)));
    const { openfusion } = await (await ask()).json() as Body;
    assert.deepEqual(openfusion.savings, { strongest: { model: 'maker/big', cost_usd: 12 }, cheapest: { model: 'maker/small', cost_usd: 1.2 } });
    assert.equal(openfusion.cost_usd, 1.2);
    const { savings, id } = await gateway.lastTrace();
    assert.deepEqual(savings?.tokens, { input: 1_000_000, cached: 0, output: 100_000, estimated: false });
    assert.deepEqual([savings.strongest?.candidateId, savings.strongest?.costUsd, savings.unpriced], ['big', 12, 0]);
    const line = (await gateway.app.traces.list()).find((trace) => trace.id === id);
    assert.deepEqual([line?.costUsd, line?.strongestUsd, line?.cheapestUsd], [1.2, 12, 1.2]);
  });

  it('stands in a stream too', async () => {
    await start(text('done', usage(1_000_000, 100_000)));
    const body = await (await ask({ stream: true, stream_options: { include_usage: true } })).text();
    assert.match(body, /"savings":\{"strongest":\{"model":"maker\/big","cost_usd":12\}/);
  });

  it('has a warm cache where the conversation went on, as far as the request before reached', async () => {
    let read = 400_000;
    await start(() => text('done', usage(read, 0)));
    const session = { session_id: 'one-conversation' };
    await (await ask(session)).text();
    assert.equal((await gateway.lastTrace()).savings?.tokens.cached, 0);
    read = 500_000;
    const { openfusion } = await (await ask(session)).json() as Body;
    // 100,000 tokens are new and cold, 400,000 are read from the cache.
    assert.equal(openfusion.savings?.strongest.cost_usd, 1.4);
    assert.equal(openfusion.cost_usd, 0.5, 'what was really paid does not change: this upstream told of no cache');
  });

  it('is less than what was spent where a panel worked on it', async () => {
    await start(text('done', usage(1_000_000, 100_000)), { ...POOL, fusion: { minPanel: 2, maxPanel: 2, maxUpstreamCalls: 6 } });
    const { openfusion } = await (await ask({ model: 'openfusion/fusion' })).json() as Body;
    assert.equal(openfusion.savings?.strongest.cost_usd, 12, 'one call of the strongest, not the sum of all calls');
    assert.ok(openfusion.cost_usd > 12, String(openfusion.cost_usd));
  });

  it('is not claimed for an answer that never came, and what that cost counts', async () => {
    const hold = gate();
    await start(text(['half an ', hold, 'answer'], { ending: 'error-chunk', usage: null }));
    const response = await ask({ stream: true });
    hold.open();
    await response.text().catch(() => undefined);
    const broken = await gateway.lastTrace();
    assert.deepEqual([broken.status, broken.savings], ['failed', null]);
    assert.ok((broken.costUsd ?? 0) > 0, 'its tokens were paid for');
  });

  it('is not claimed when nobody answered', async () => {
    await start(status(400));
    assert.ok((await ask()).status >= 400);
    assert.equal((await gateway.lastTrace()).savings, null);
  });

  it('is nothing in a dry run', async () => {
    await start(text('never asked'));
    await gateway.close();
    gateway = await startGateway(POOL, { forceDryRun: true });
    const { openfusion } = await (await ask()).json() as Body;
    assert.deepEqual([openfusion.savings, (await gateway.lastTrace()).savings], [null, null]);
  });
});
