import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { OwnPort } from '../../src/ownership/own-port.ts';
import { runCompare } from '../../src/receipts/compare.ts';
import { runDoctor } from '../../src/receipts/doctor.ts';
import { runEval } from '../../src/receipts/eval.ts';
import { createEnginePort } from '../../src/receipts/port-engine.ts';
import { createHttpPort } from '../../src/receipts/port-http.ts';
import { runProbe } from '../../src/receipts/probe.ts';
import { renderComparison } from '../../src/receipts/render/compare.ts';
import { type ScriptedUpstream, startScriptedUpstream, status, text } from '../support/scripted-upstream.ts';

const JUDGEMENT = text('{"best":"A","consensus":[],"contradictions":[],"unique_insights":[],"blind_spots":[]}');
const VERDICT = text('```json\n{"winner":"A","scores":{"A":8,"B":6},"rationale":"More precise.","risks":["untested"]}\n```');

function appOn(config: object, { dryRun, env = {} }: { dryRun: boolean; env?: Record<string, string> }): App {
  const parsed = parseConfig({ server: { port: 0 }, ...config }, 'test');
  assert.ok(parsed.ok);
  return createApp({
    config: parsed.config, sources: { env, secrets: {} }, forceDryRun: dryRun, mode: { kind: 'auto' }, kind: 'serve', version: '0.0.0',
    log: (level, message) => { if (level === 'error') throw new Error(message); },
  });
}

const portOf = (app: App) => createEnginePort(app.engine, { dryRun: app.ownerState().dryRun, traceOf: (id) => app.traces.get(id) });

describe('receipts of a whole OpenFusion', () => {
  let app: App | undefined;
  let upstream: ScriptedUpstream | undefined;
  let owned: OwnPort | undefined;
  let stateDir: string | undefined;
  afterEach(async () => {
    await owned?.stop();
    await app?.close();
    await upstream?.close();
    if (stateDir !== undefined) await rm(stateDir, { recursive: true });
    app = upstream = owned = stateDir = undefined;
  });

  it('compare begins on dry-run exactly as the seed shows it', async () => {
    app = appOn({}, { dryRun: true });
    const receipt = await runCompare({ port: portOf(app) });
    assert.equal(renderComparison(receipt).split('\n').slice(0, 11).join('\n'), [
      '# OpenFusion Single-vs-Fusion Comparison Receipt',
      '',
      'Mode: `dry-run`',
      'Baseline: `fast:~openai/gpt-mini-latest`',
      'Overall: **PASS** (3/3)',
      '',
      '| Case | Status | Baseline | Fusion Panel | Judge | Synthesizer |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `coding-review` | PASS | `fast:~openai/gpt-mini-latest` | `verifier` + `coder` + `fast` | `verifier:~google/gemini-pro-latest` | `writer:~anthropic/claude-sonnet-latest` |',
      '| `architecture-tradeoff` | PASS | `fast:~openai/gpt-mini-latest` | `coder` + `reasoner` + `fast` + `verifier` | `verifier:~google/gemini-pro-latest` | `writer:~anthropic/claude-sonnet-latest` |',
      '| `docs-polish` | PASS | `fast:~openai/gpt-mini-latest` | `writer` + `fast` + `verifier` | `verifier:~google/gemini-pro-latest` | `writer:~anthropic/claude-sonnet-latest` |',
    ].join('\n'));
    assert.equal(receipt.status, 'PASS');
  });

  it('eval holds what each role said, as a hash and an excerpt, and finds three panels', async () => {
    app = appOn({}, { dryRun: true });
    const receipt = await runEval({ port: portOf(app) });
    assert.deepEqual([receipt.summary.status, receipt.mode, receipt.diversity.distinctPanels], ['PASS', 'dry-run', 3]);
    for (const { trace, answer } of receipt.cases) {
      assert.ok(trace.phases.every(({ content }) => content !== null && /^[0-9a-f]{16}$/.test(content.sha256)));
      assert.equal(trace.phases.at(-1)?.content?.sha256, answer?.sha256);
    }
    assert.equal(new Set(receipt.cases.map(({ answer }) => answer?.sha256)).size, 3);
  });

  it('doctor is content with a fresh install on dry-run', async () => {
    app = appOn({}, { dryRun: true });
    const report = await runDoctor({ dryRunPort: portOf(app) });
    assert.deepEqual([report.status, report.fusion?.panel.map(({ role }) => role), report.fusion?.phaseCount], ['pass', ['verifier', 'coder', 'fast'], 5]);
  });

  it('doctor tells a real call from one that the upstream refused', async () => {
    upstream = await startScriptedUpstream({ script: [text('ready'), status(401, { message: 'bad key' }), status(401, { message: 'bad key' }), status(401, { message: 'bad key' })] });
    app = appOn({ upstream: { baseURL: upstream.baseURL, apiKeyEnv: 'SCRIPTED_KEY' }, fallback: 'never' }, { dryRun: false, env: { SCRIPTED_KEY: 'sk-scripted' } });
    const well = await runDoctor({ realPort: portOf(app) });
    assert.deepEqual(well.checks.map(({ status: of, detail }) => [of, detail]), [['pass', 'fast:~openai/gpt-mini-latest answered']]);
    const refused = await runDoctor({ realPort: portOf(app) });
    assert.equal(refused.status, 'fail');
    assert.equal(JSON.stringify(refused).includes('sk-scripted'), false);
  });

  it('compare --grade over a real upstream adds up usage and unswaps the verdicts', async () => {
    const answers: Record<string, ReturnType<typeof text>> = { judge: JUDGEMENT, grade: VERDICT };
    upstream = await startScriptedUpstream({
      script: (request) => {
        const asked = JSON.stringify(request.body.messages);
        const kind = asked.includes('You compare two answers') ? 'grade' : asked.includes('blind_spots') ? 'judge' : 'other';
        return answers[kind] ?? text(`${request.model} says so.`, { usage: { promptTokens: 10, completionTokens: 4 } });
      },
    });
    app = appOn({ upstream: { baseURL: upstream.baseURL } }, { dryRun: false });
    const receipt = await runCompare({ port: portOf(app), grade: true });
    assert.deepEqual([receipt.mode, receipt.status, receipt.summary.passed], ['real', 'PASS', 3]);
    assert.equal(receipt.cases[0]?.baseline.usage?.inputTokens, 10);
    assert.ok((receipt.cases[0].fusion.usage?.outputTokens ?? 0) > 4);
    const { fusionWins = 0, baselineWins = 0, ungraded } = receipt.quality?.summary ?? {};
    assert.deepEqual([fusionWins + baselineWins, ungraded, Math.min(fusionWins, baselineWins)], [3, 0, 1]);
  });

  it('compare fails, and says why, when the upstream answers nobody', async () => {
    upstream = await startScriptedUpstream({ script: () => status(400, { message: 'this relay is closed' }) });
    app = appOn({ upstream: { baseURL: upstream.baseURL } }, { dryRun: false });
    const receipt = await runCompare({ port: portOf(app) });
    assert.deepEqual([receipt.status, receipt.summary.failed], ['FAIL', 3]);
    assert.match(receipt.cases[0]?.checks[0]?.detail ?? '', /this relay is closed/);
  });

  it('over HTTP gives the same receipt as in the process, and keeps the protocol that agents need', async () => {
    app = appOn({}, { dryRun: true });
    stateDir = await mkdtemp(join(tmpdir(), 'openfusion-receipts-'));
    owned = app.own({ stateDir, drainMs: () => 0, onState: () => undefined });
    const state = await owned.settled;
    assert.ok(state.status === 'owner');
    const { port, viewToken } = state;
    const origin = `http://127.0.0.1:${port}`;
    const here = await runEval({ port: portOf(app) });
    const there = await runEval({ port: createHttpPort({ baseUrl: origin, viewToken }) });
    assert.deepEqual(there.cases.map(({ panel, answer, checks }) => [panel, answer, checks.map(({ status: of }) => of)]), here.cases.map(({ panel, answer, checks }) => [panel, answer, checks.map(({ status: of }) => of)]));
    assert.equal(there.mode, 'dry-run');
    assert.ok(there.cases[0]?.trace.phases.every(({ content }) => content !== null));
    for (const model of ['openfusion/auto', 'openfusion/fusion', 'openfusion/coder']) {
      const { checks } = await runProbe({ url: `${origin}/v1`, model, overflow: true });
      const notWell = checks.filter(({ status: of }) => of !== 'pass').map(({ name, status: of, detail }) => `${model} ${name}: ${of} ${detail}`);
      // The dry-run upstream makes one call at a time.
      assert.deepEqual(notWell.filter((line) => !/tool\.parallel: warn|no 429 came/.test(line)), []);
    }
  });
});
