import assert from 'node:assert/strict';
import { AgentUnavailable, installAgent } from '../../clients/install.ts';
import { AGENTS, runAgent } from '../../clients/run-agent.ts';
import { REPORT, scriptedCoder } from '../../clients/scripted-coder.ts';
import { gate, startScriptedUpstream, type Gate, type ScriptedUpstream, type ScriptFunction } from '../../support/scripted-upstream.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';

describe('a real agent at the port of the editor', () => {
  let model: ScriptedUpstream;
  const editor = useEditor(async () => {
    model = await startScriptedUpstream({ script: scriptedCoder });
    const settings = { 'openfusion.upstream.baseURL': model.baseURL, 'openfusion.upstream.apiKeyEnv': 'LAB_KEY' };
    return { settings, env: { LAB_KEY: 'sk-lab-0123456789abcdef' } };
  });
  let window: Workbench;

  before(async function () {
    this.timeout(90_000);
    window = await editor().openWindow();
    await window.openFusion('Auto').waitFor();
    await window.palette('OpenFusion: Show Traces');
  });

  after(() => model.close());

  for (const name of ['continue', 'cline'] as const) {
    it(`${AGENTS[name].package} fixes a failing test, and its requests show while it works`, async function () {
      this.timeout(330_000);
      try {
        await installAgent(AGENTS[name]);
      } catch (error) {
        if (!(error instanceof AgentUnavailable)) throw error;
        // The run's last lines name what was left out by its title: the reason belongs there.
        if (this.test) this.test.title += ` (${error.message})`;
        this.skip();
      }
      const hold = gate();
      model.play(holdingAfterTools(hold));
      const running = runAgent({ agent: name, baseURL: editor().baseUrl });
      await Promise.race([hold.reached, running]);
      await window.webview().getByRole('option', { name: new RegExp(`${name} at .*tool result, running`) }).first().waitFor();
      hold.open();
      const run = await running;
      assert.deepEqual([run.exitCode, run.fileChanged, run.testGreen], [0, true, true], run.stderr);
      assert.ok(run.stdout.includes(REPORT), run.stdout);
    });
  }
});

/** The scripted coder, which waits at the gate with its first answer to what a tool returned: the agent is in the midst of its work. */
function holdingAfterTools(hold: Gate): ScriptFunction {
  return async (request, index) => {
    const reply = await scriptedCoder(request, index);
    const afterTools = request.body.messages.some(({ role }) => role === 'tool');
    return afterTools && reply.kind === 'answer' ? { ...reply, before: hold } : reply;
  };
}
