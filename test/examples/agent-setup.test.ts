import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/find.ts';
import { modelEntries } from '../../src/gateway/model-entries.ts';
import type { Agent } from '../clients/agent.ts';
import { clineAgent } from '../clients/cline.ts';
import { continueAgent } from '../clients/continue.ts';
import { AgentUnavailable, installAgent } from '../clients/install.ts';
import type { Sandbox } from '../clients/sandbox.ts';
import { createSandbox } from '../clients/sandbox.ts';
import type { TestGateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { repoDir } from '../support/paths.ts';

const FOLDER = join(repoDir, 'examples', 'agent-setup');
const BASE_URL = 'http://127.0.0.1:8787/v1';
const read = (path: string): Promise<string> => readFile(join(FOLDER, path), 'utf8');

const files = async (): Promise<string[]> => (await readdir(FOLDER, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name !== 'README.md').map((entry) => join(entry.parentPath, entry.name).slice(FOLDER.length + 1)).toSorted();

describe('examples/agent-setup', () => {
  it('has a file for each agent, and the readme leads to all of them', async () => {
    const all = await files();
    assert.deepEqual(all, ['aider/.aider.conf.yml', 'cline.sh', 'continue/config.yaml', 'opencode/opencode.json', 'pi/models.json', 'qwen/settings.json']);
    const readme = await read('README.md');
    for (const file of all) assert.ok(readme.includes(`](${file})`), file);
  });

  it('names the address where the gateway listens by default, and no other', async () => {
    const loaded = await loadConfig({ env: {}, cwd: null, configDir: '/nowhere', stateDir: '/nowhere' });
    assert.ok(loaded.ok);
    const { host, port } = loaded.config.server;
    assert.equal(`http://${host}:${String(port)}/v1`, BASE_URL);
    for (const file of await files()) {
      const addresses = (await read(file)).match(/http:\/\/[^\s"']+/g) ?? [];
      // Qwen takes its address from the environment.
      assert.deepEqual(addresses, file === 'qwen/settings.json' ? [] : [BASE_URL], file);
    }
  });

  it('names models that there are, with no larger window than they have', async () => {
    const loaded = await loadConfig({ env: {}, cwd: null, configDir: '/nowhere', stateDir: '/nowhere' });
    assert.ok(loaded.ok);
    const windows = new Map(modelEntries(loaded.config, 0).map(({ id, context_window: window }) => [id, window ?? 0]));
    for (const file of await files()) {
      const models = [...(await read(file)).matchAll(/openfusion\/(?!openfusion\/)[a-z]+/g)].map(([model]) => model);
      assert.ok(models.length > 0, file);
      for (const model of models) assert.ok(windows.has(model), `${file} names ${model}`);
    }
    const opencode = JSON.parse(await read('opencode/opencode.json')) as { provider: { openfusion: { models: Record<string, { limit: { context: number } }> } } };
    for (const [model, { limit }] of Object.entries(opencode.provider.openfusion.models)) assert.ok(limit.context <= (windows.get(model) ?? 0), model);
    const pi = JSON.parse(await read('pi/models.json')) as { providers: { openfusion: { models: { id: string; contextWindow: number }[] } } };
    for (const { id, contextWindow } of pi.providers.openfusion.models) assert.ok(contextWindow <= (windows.get(id) ?? 0), id);
    assert.ok(Number(/contextLength: (\d+)/.exec(await read('continue/config.yaml'))?.[1]) <= (windows.get('openfusion/auto') ?? 0));
  });

  it('is valid JSON, and for Aider one option a line', async () => {
    for (const file of (await files()).filter((name) => name.endsWith('.json'))) JSON.parse(await read(file));
    for (const line of (await read('aider/.aider.conf.yml')).trim().split('\n')) assert.match(line, /^(#.*|[a-z-]+: \S+)$/);
  });

  describe('in the real agents', function () {
    this.timeout(150_000);
    let gateway: TestGateway;
    let sandbox: Sandbox;

    beforeEach(async () => { gateway = await startGateway({}, { forceDryRun: true }); });
    beforeEach(async () => { sandbox = await createSandbox('setup'); });
    afterEach(() => sandbox.remove());
    afterEach(() => gateway.close());

    it('lets Continue ask the gateway', async function () {
      const script = await installed(continueAgent, this);
      const config = join(sandbox.home, 'config.yaml');
      await writeFile(config, (await read('continue/config.yaml')).replace(BASE_URL, gateway.baseURL));
      const { env } = continueAgent.command({ home: sandbox.home, repo: sandbox.repo, baseURL: gateway.baseURL, apiKey: '', keyEnv: null, model: '', prompt: '' });
      const { code, output } = await run(process.execPath, [script, '-p', '--config', config, 'Say hello'], sandbox, env);
      assert.equal(code, 0, output);
      assert.match(output, /\[dry-run\] No model was called/);
      await assertAsked(gateway, 'continue');
    });

    it('lets Cline ask the gateway', async function () {
      const script = await installed(clineAgent, this);
      const task = { home: sandbox.home, repo: sandbox.repo, baseURL: '', apiKey: '', keyEnv: null, model: 'openfusion/auto', prompt: 'Say hello' };
      // Its own preparation, for quiet and no daemon; the address comes from the script alone.
      await clineAgent.prepare?.(task);
      const { args, env = {} } = clineAgent.command(task);
      const setup = join(sandbox.home, 'cline.sh');
      await writeFile(setup, (await read('cline.sh')).replace(BASE_URL, gateway.baseURL));
      const bin = await folderWith('cline', `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`, sandbox);
      const prepared = await run('/bin/sh', [setup], sandbox, { ...env, PATH: `${bin}:${sandbox.env['PATH'] ?? ''}` });
      assert.equal(prepared.code, 0, prepared.output);
      const { code, output } = await run(process.execPath, [script, ...args], sandbox, env);
      for (const pid of await clineAgent.leftovers?.(sandbox.home) ?? []) process.kill(pid, 'SIGKILL');
      assert.equal(code, 0, output);
      await assertAsked(gateway, 'cline');
    });
  });
});

/** Skips the test, with the reason in its title, where the agent cannot be had. */
async function installed(agent: Agent, context: Mocha.Context): Promise<string> {
  try {
    return await installAgent(agent);
  } catch (error) {
    if (!(error instanceof AgentUnavailable)) throw error;
    if (context.test) context.test.title += ` (${error.message})`;
    return context.skip();
  }
}

async function folderWith(name: string, text: string, { home }: Sandbox): Promise<string> {
  const folder = join(home, 'bin');
  await mkdir(folder);
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), 0o755);
  return folder;
}

function run(program: string, args: readonly string[], { repo, env }: Sandbox, more: Readonly<Record<string, string>> = {}): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, { cwd: repo, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000, killSignal: 'SIGKILL' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // Not 'close': a daemon that inherited the pipes would keep it from coming.
    child.on('exit', (code) => { setImmediate(() => { resolve({ code, output }); }); });
  });
}

async function assertAsked(gateway: TestGateway, client: string): Promise<void> {
  gateway.app.traces.flush();
  const traces = await gateway.app.traces.list();
  assert.ok(traces.length > 0, 'no request came');
  for (const trace of traces) assert.deepEqual({ client: trace.client, model: trace.requestedModel, status: trace.status }, { client, model: 'openfusion/auto', status: 'done' });
}
