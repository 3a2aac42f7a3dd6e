import assert from 'node:assert/strict';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { stall, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { AgentUnavailable, installAgent } from './install.ts';
import type { AgentName } from './run-agent.ts';
import { AGENTS, runAgent } from './run-agent.ts';
import { REPORT, scriptedCoder } from './scripted-coder.ts';

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
      const run = await runAgent({ agent: name, baseURL: model.baseURL });
      assert.deepEqual({ ...run, stdout: '', stderr: '', durationMs: 0 }, { exitCode: 0, fileChanged: true, testGreen: true, stdout: '', stderr: '', durationMs: 0 }, run.stderr);
      assert.ok(run.stdout.includes(REPORT), run.stdout);
      assert.ok(toolsCalled(model).includes(agent.editTool), `the edit came by ${toolsCalled(model).join(', ')}`);
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

/** Names of the tools that the conversation's last request says were called. */
function toolsCalled({ requests }: ScriptedUpstream): string[] {
  const messages = requests.at(-1)?.body.messages ?? [];
  return messages.flatMap((message) => (message.tool_calls ?? []) as { function: { name: string } }[]).map((call) => call.function.name);
}
