import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CliHome } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';
import type { TestGateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { repoDir } from '../support/paths.ts';
import { runScript } from './run-script.ts';

/** Every example with what proves that it ran; `editor-in-browser.mjs` is `npm start`, whose parts the editor's own suite runs. */
const SHOWS: Readonly<Record<string, readonly RegExp[]>> = {
  'quickstart.mjs': [/1\. A plain answer\n {3}model +~x-ai/, /strategy +smart-single \(complexity_above_smart_threshold\)/, /\[dry-run\] No model was called/, /\d+ pieces, \d+ characters, finish_reason stop/, / {3}- This is a new task, kind debug/],
  'tool-round-trip.mjs': [/answers \(task, /, /calls read_file\(\{"path":"tsconfig\.json"\}\): \d+ characters/, /answers \(tool_result, tool_loop\)\n {2}\[dry-run\]/],
};
const NO_EXAMPLES = ['editor-in-browser.mjs', 'run-example.mjs'];

describe('examples', function () {
  this.timeout(60_000);

  it('are all run here', async () => {
    const scripts = (await readdir(join(repoDir, 'examples'))).filter((name) => name.endsWith('.mjs'));
    assert.deepEqual(scripts.toSorted(), [...Object.keys(SHOWS), ...NO_EXAMPLES].toSorted());
  });

  for (const [name, patterns] of Object.entries(SHOWS)) {
    it(`${name} runs with a gateway of its own and ends with 0`, async () => {
      const { code, stdout, stderr } = await runScript(`examples/${name}`);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      for (const pattern of patterns) assert.match(stdout, pattern);
    });

    it(`${name} says in one line that nothing answers, and ends with 1`, async () => {
      const baseURL = `http://127.0.0.1:${String(await freePort())}/v1`;
      const { code, stderr } = await runScript(`examples/${name}`, [baseURL]);
      assert.deepEqual({ code, stderr }, { code: 1, stderr: `nothing answers at ${baseURL} (ECONNREFUSED)\n` });
    });
  }

  describe('beside a gateway that runs', () => {
    let gateway: TestGateway;
    beforeEach(async () => { gateway = await startGateway({}, { forceDryRun: true }); });
    afterEach(() => gateway.close());

    for (const name of Object.keys(SHOWS)) {
      it(`${name} asks that one`, async () => {
        const { code, stderr } = await runScript(`examples/${name}`, [`${gateway.baseURL}/`]);
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        gateway.app.traces.flush();
        assert.deepEqual((await gateway.app.traces.list()).map(({ client, status }) => ({ client, status })), Array(2).fill({ client: 'node', status: 'done' }));
      });
    }

    it('quickstart.mjs passes on what the gateway says, and ends with 1', async () => {
      gateway.configure({ budget: { maxUsdPerRequest: 0.0000001 } });
      const { code, stderr } = await runScript('examples/quickstart.mjs', [gateway.baseURL]);
      assert.equal(code, 1);
      assert.match(stderr, /answered 402: .*budget\.maxUsdPerRequest/);
    });
  });

  describe('openfusion.config.json', () => {
    let home: CliHome;
    beforeEach(async () => { home = await CliHome.create(); });
    afterEach(() => home.remove());
    const config = join(repoDir, 'examples', 'openfusion.config.json');

    it('passes the doctor', async () => {
      const { code, stdout } = await home.run(['doctor', '--config', config]);
      assert.equal(code, 0, stdout);
      assert.match(stdout, /Overall: PASS/);
    });

    it('lets its own rule call its own role', async () => {
      const { code, stdout, stderr } = await home.run(['route', '--json', '--config', config, 'Write the postmortem of this incident']);
      assert.equal(code, 0, stderr);
      const plan = JSON.parse(stdout) as { task: { signals: { kind: string; reason: string }[] } };
      assert.ok(plan.task.signals.some(({ kind, reason }) => kind === 'verifier' && reason === 'incident-review signal'), stdout);
    });
  });
});
