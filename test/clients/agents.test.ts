import assert from 'node:assert/strict';
import type { TraceSummary } from '../../src/trace/types.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { stall, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { AgentUnavailable, installAgent } from './install.ts';
import type { AgentName, AgentRun } from './run-agent.ts';
import { AGENTS, runAgent } from './run-agent.ts';
import { REPORT, scriptedCoder } from './scripted-coder.ts';
import type { ServedGateway } from './served-gateway.ts';
import { serveGateway } from './served-gateway.ts';

for (const name of Object.keys(AGENTS) as AgentName[]) {
  const agent = AGENTS[name];

  describe(`${agent.package} ${agent.version}`, function () {
    this.timeout(150_000);
    let model: ScriptedUpstream;

    before(async function () {
      this.timeout(330_000);
      try {
        await installAgent(agent);
      } catch (error) {
        if (!(error instanceof AgentUnavailable)) throw error;
        // The run's last lines name what was left out by its full title: the reason belongs there.
        const suite = this.test?.parent;
        if (suite) suite.title += ` (${error.message})`;
        this.skip();
      }
    });

    beforeEach(async () => {
      model = await startScriptedUpstream({ script: scriptedCoder });
    });

    afterEach(() => model.close());

    it('fixes a failing test with its own tools when it talks to the scripted model directly', async () => {
      assertFixed(await runAgent({ agent: name, baseURL: model.baseURL }));
      assert.ok(toolsCalled(model).includes(agent.editTool), `the edit came by ${toolsCalled(model).join(', ')}`);
    });

    describe('through openfusion serve', () => {
      let gateway: ServedGateway;

      beforeEach(async () => {
        gateway = await serveGateway({ upstream: { baseURL: model.baseURL, apiKeyEnv: 'SCRIPTED_KEY' } }, { SCRIPTED_KEY: 'upstream-key' });
      });

      afterEach(() => gateway.stop());

      it('fixes a failing test with its own tools, each turn routed, the tool loop on the model that began it', async () => {
        assertFixed(await runAgent({ agent: name, baseURL: gateway.baseURL }));
        assert.ok(toolsCalled(model).includes(agent.editTool), `the edit came by ${toolsCalled(model).join(', ')}`);
        assert.deepEqual(new Set(model.requests.map(({ headers }) => headers.authorization)), new Set(['Bearer upstream-key']));

        const traces = await tracesOf(gateway);
        assert.deepEqual(traces.map(({ turn }) => turn), ['task', 'tool_result', 'tool_result', 'tool_result', 'tool_result']);
        for (const { status, client, dryRun, fallback } of traces) assert.deepEqual({ status, client, dryRun, fallback }, { status: 'done', client: name, dryRun: false, fallback: null });
        const models = new Set(traces.map(({ servedModel }) => servedModel));
        assert.equal(models.size, 1, `answered by ${[...models].join(', ')}`);
        assert.ok(model.requests.some((request) => models.has(request.model)), 'the upstream saw the model that the traces name');
      });
    });

    it('is ended by the signal in the middle of a request', async () => {
      model.play(stall());
      const left = new AbortController();
      const run = runAgent({ agent: name, baseURL: model.baseURL, signal: left.signal });
      const asked = await model.waitForRequest();
      left.abort(new Error('left'));
      await assert.rejects(run, /left/);
      assert.equal(await model.waitForAbort(), asked);
    });
  });
}

function assertFixed({ stdout, stderr, durationMs: _, ...outcome }: AgentRun): void {
  assert.deepEqual(outcome, { exitCode: 0, fileChanged: true, testGreen: true }, `${stdout}\n${stderr}`);
  assert.ok(stdout.includes(REPORT), stdout);
}

/** Oldest first. */
async function tracesOf({ origin, viewToken }: ServedGateway): Promise<TraceSummary[]> {
  const response = await fetch(`${origin}/traces`, { headers: { authorization: `Bearer ${viewToken}` } });
  assert.equal(response.status, 200);
  return ((await response.json()) as { traces: TraceSummary[] }).traces.reverse();
}

/** Names of the tools that the conversation's last request says were called. */
function toolsCalled({ requests }: ScriptedUpstream): string[] {
  const messages = requests.at(-1)?.body.messages ?? [];
  return messages.flatMap((message) => (message.tool_calls ?? []) as { function: { name: string } }[]).map((call) => call.function.name);
}
