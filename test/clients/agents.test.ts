import assert from 'node:assert/strict';
import { stall, startScriptedUpstream, text } from '../support/scripted-upstream.ts';
import { type Cell, nameOf } from './cells.ts';
import { AgentUnavailable, installAgent } from './install.ts';
import { AGENTS, runAgent } from './run-agent.ts';
import { lineOf, runCell, upstreamConfig } from './run-cell.ts';
import { serveGateway } from './served-gateway.ts';

/** A small part of what `npm run test:clients` runs: each client format, each upstream format, each kind of model, and one fault. */
const SUBSET: readonly Cell[] = [
  { agent: 'codex-catalog', upstream: 'messages', model: 'openfusion/auto', fault: null },
  { agent: 'codex', upstream: 'responses', model: 'openfusion/coder', fault: null },
  { agent: 'codex-websocket', upstream: 'chat', model: 'openfusion/fusion', fault: null },
  { agent: 'claude-code', upstream: 'chat', model: 'openfusion/fusion', fault: null },
  { agent: 'claude-code', upstream: 'messages', model: 'openfusion/auto', fault: 'cut' },
  { agent: 'continue', upstream: 'responses', model: 'openfusion/auto', fault: null },
  { agent: 'cline', upstream: 'chat', model: 'openfusion/auto', fault: null },
];

describe('real agents through openfusion serve', function () {
  this.timeout(300_000);

  for (const cell of SUBSET) {
    const { package: name, version } = AGENTS[cell.agent];
    it(`${name} ${version} fixes a failing test with its own tools (${nameOf(cell)})`, async function () {
      await available(cell.agent, this);
      const result = await runCell(cell);
      assert.equal(result.outcome, 'done', lineOf(result));
    });
  }

  it('tells Claude Code how much of its window is used, and how large that is', async function () {
    await available('claude-code', this);
    const model = await startScriptedUpstream({ script: text('not asked') });
    const gateway = await serveGateway({ upstream: upstreamConfig('messages', model.baseURL) }, { SCRIPTED_KEY: 'upstream-key' });
    try {
      const { exitCode, stdout, stderr } = await runAgent({ agent: 'claude-code', baseURL: gateway.baseURL, prompt: '/context' });
      assert.equal(exitCode, 0, stderr);
      // Of a model that it does not know it assumes a window of a million tokens.
      assert.match(stdout, /\*\*Tokens:\*\* [\d.]+k \/ \d+(\.\d)?k /);
      assert.ok(model.counted > 10, `${String(model.counted)} counts`);
      assert.deepEqual([model.requests, model.refused], [[], []]);
    } finally {
      await gateway.stop();
      await model.close();
    }
  });

  it('ends an agent by the signal in the middle of a request', async function () {
    await available('continue', this);
    const model = await startScriptedUpstream({ script: stall() });
    try {
      const left = new AbortController();
      const run = runAgent({ agent: 'continue', baseURL: model.baseURL, signal: left.signal });
      const asked = await model.waitForRequest();
      left.abort(new Error('left'));
      await assert.rejects(run, /left/);
      assert.equal(await model.waitForAbort(), asked);
    } finally {
      await model.close();
    }
  });
});

/** Skips the test, with the reason in its title, where the agent cannot be had. */
async function available(name: keyof typeof AGENTS, context: Mocha.Context): Promise<void> {
  context.timeout(600_000);
  try {
    await installAgent(AGENTS[name]);
  } catch (error) {
    if (!(error instanceof AgentUnavailable)) throw error;
    if (context.test) context.test.title += ` (${error.message})`;
    context.skip();
  }
}
