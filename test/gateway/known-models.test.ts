import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ModelEntry } from '../../src/gateway/parts.ts';
import { CliHome } from '../support/cli.ts';
import { startGateway, type GatewayConfig, type TestGateway } from '../support/gateway.ts';
import { startModelLists, type ModelLists } from '../support/model-lists.ts';
import { startScriptedUpstream, status, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('what is known of models', function () {
  this.timeout(60_000);
  let dir = '', remove: () => Promise<void>, lists: ModelLists;
  let home: CliHome;
  let upstream: ScriptedUpstream | null = null;
  const gateways: TestGateway[] = [];
  beforeEach(async () => {
    ({ path: dir, remove } = await temporaryFolder());
    lists = await startModelLists();
    home = await CliHome.create();
  });
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
    await Promise.all([upstream?.close(), lists.close(), home.remove()]);
    upstream = null;
    await remove();
  });
  const start = async (given: GatewayConfig, options: Parameters<typeof startGateway>[1] = { stateDir: dir }): Promise<TestGateway> => {
    const gateway = await startGateway(given, options);
    gateways.push(gateway);
    return gateway;
  };
  const entryOf = async ({ baseURL }: TestGateway, id: string): Promise<ModelEntry> => {
    const answer = await fetch(`${baseURL}/models/${id}`);
    assert.equal(answer.status, 200);
    return await answer.json() as ModelEntry;
  };

  it('is listed with its source and date, and is fetched anew by who has the view token alone', async () => {
    const gateway = await start({ catalogue: { sources: lists.sources }, auto: { candidates: [{ id: 'one', role: 'coder', model: 'v/m', contextTokens: 5_000 }] } });
    const before = await entryOf(gateway, 'openfusion/one');
    assert.deepEqual([before.pricing, before.context_window, before.sources.context_window], [null, 5_000, { origin: 'config', date: null }]);
    assert.equal((await gateway.post('/catalogue/refresh', {})).status, 401);
    assert.deepEqual(lists.asked, []);
    const report = await (await gateway.post('/catalogue/refresh', {}, { headers: { authorization: `Bearer ${gateway.viewToken}` } })).json() as { sources: { name: string; error: null }[] };
    assert.deepEqual(report.sources.map(({ name, error: failed }) => [name, failed]), [['OpenRouter', null], ['models.dev', null], ['LiteLLM', null]]);
    const after = await entryOf(gateway, 'openfusion/one');
    const today = new Date().toISOString().slice(0, 10);
    assert.deepEqual([after.pricing?.input_usd_per_1m, after.max_output_tokens, after.context_window], [1, 800, 5_000]);
    assert.deepEqual([after.sources.pricing, after.sources.max_output_tokens, after.sources.context_window], [{ origin: 'OpenRouter /api/v1/models', date: today }, { origin: 'models.dev', date: today }, { origin: 'config', date: null }]);
    assert.deepEqual([after.capabilities.tools, after.capabilities.images, after.model, after.upstream], [false, true, 'v/m', 'default']);
  });

  it('is in the next plan: its price, and that it cannot call tools', async () => {
    const gateway = await start({ catalogue: { sources: lists.sources }, auto: { candidates: [{ id: 'one', role: 'coder', model: 'v/m' }, { id: 'two', role: 'coder', model: 'v/n', pricing: { inputUsdPer1M: 9, outputUsdPer1M: 9 } }] } }, { stateDir: dir, sources: { env: { OPENROUTER_API_KEY: 'sk-test-of-nothing' }, secrets: {} } });
    await gateway.post('/catalogue/refresh', {}, { headers: { authorization: `Bearer ${gateway.viewToken}` } });
    const route = async (more: object) => await (await gateway.post('/debug/route', { model: 'openfusion/auto', messages: [{ role: 'user', content: 'Say hello' }], ...more })).json() as { candidates: { id: string; costUsd: number | null }[]; rejected: { id: string; reason: string }[] };
    const plain = await route({});
    assert.ok((plain.candidates.find(({ id }) => id === 'one')?.costUsd ?? 0) > 0);
    const tools = await route({ tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }] });
    assert.deepEqual(tools.rejected.map(({ id, reason }) => [id, reason]), [['one', 'no_tools']]);
  });

  it('holds what our own calls showed, over a restart, and a plan says so', async () => {
    let calls = 0;
    upstream = await startScriptedUpstream({ script: { 'v/m': () => (++calls === 3 ? status(503) : text('a fine answer')) } });
    const given: GatewayConfig = { fallback: 'never', upstream: { baseURL: upstream.baseURL }, auto: { candidates: [{ id: 'one', role: 'coder', model: 'v/m' }] } };
    const first = await start(given);
    for (let n = 0; n < 8; n++) await (await first.chat({ model: 'openfusion/one', stream: true })).text();
    gateways.splice(0);
    await first.close();
    const second = await start(given);
    const { measured } = await entryOf(second, 'openfusion/one');
    // Eight requests, one of them answered by the second of two calls.
    assert.deepEqual([measured?.calls, measured?.availability, measured?.first_content_s?.samples], [9, 0.889, 8]);
    const plan = await (await second.post('/debug/route', { model: 'openfusion/auto', messages: [{ role: 'user', content: 'Say hello' }] })).json() as { explanation: string[]; candidates: { measured?: { calls: number }; metrics: { latencyS: number | null } }[] };
    assert.ok(plan.explanation.some((sentence) => sentence.startsWith('Measured here of one: first content after ')), plan.explanation.join('\n'));
    assert.ok(Math.abs((plan.candidates[0]?.measured?.calls ?? 0) - 9) < 0.1);
    assert.notEqual(plan.candidates[0]?.metrics.latencyS, null);
  });

  it('is fetched by `models --refresh` where no gateway runs, and stays', async () => {
    const config = await home.put('openfusion.config.json', { server: { port: 1 }, catalogue: { sources: lists.sources }, auto: { candidates: [{ id: 'one', role: 'coder', model: 'v/m' }] } });
    const refreshed = await home.run(['models', '--refresh', '--json', '--config', config]);
    assert.equal(refreshed.code, 0, refreshed.stderr);
    assert.match(refreshed.stderr, /OpenRouter: 1 models/u);
    const listed = JSON.parse(refreshed.stdout) as { data: ModelEntry[]; refresh: { models: number } };
    assert.ok(listed.refresh.models > 100);
    assert.equal(listed.data.find(({ id }) => id === 'openfusion/one')?.pricing?.output_usd_per_1m, 2);
    lists.answers = { openrouter: undefined, 'models-dev': undefined, litellm: undefined };
    const failed = await home.run(['models', '--refresh', '--config', config]);
    assert.match(failed.stderr, /^openfusion: what was known before stays where a list could not be fetched$/m);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /OpenRouter: .*answered 500/u);
    assert.match(failed.stdout, /openfusion\/one +candidate +9,000 +\$1 \/ \$2/u);
  });

  it('is asked of the gateway that runs, with what it measured', async () => {
    upstream = await startScriptedUpstream({ script: { 'v/m': text('fine') } });
    const given = { upstream: { baseURL: upstream.baseURL }, catalogue: { sources: lists.sources }, auto: { candidates: [{ id: 'one', role: 'coder', model: 'v/m' }] } };
    const gateway = await start(given, { stateDir: home.stateDir });
    await (await gateway.chat({ model: 'openfusion/one' })).text();
    const config = await home.put('openfusion.config.json', { ...given, server: { port: gateway.port } });
    const listed = await home.run(['models', '--refresh', '--json', '--config', config]);
    assert.equal(listed.code, 0, listed.stderr);
    assert.equal(lists.asked.length, 3);
    const { measured } = (JSON.parse(listed.stdout) as { data: ModelEntry[] }).data.find(({ id }) => id === 'openfusion/one') ?? assert.fail();
    assert.deepEqual([measured?.calls, measured?.availability], [1, 1]);
  });

  it('is fetched from nowhere that a found file names', async () => {
    await home.put('openfusion.config.json', { server: { port: 1 }, catalogue: { sources: lists.sources, refresh: 'daily' } });
    const listed = await home.run(['models']);
    assert.match(listed.stderr, /catalogue/u);
    assert.deepEqual(lists.asked, []);
  });
});
