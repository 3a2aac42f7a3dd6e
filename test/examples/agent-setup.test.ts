import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CLIENTS, findClient } from '../../src/clients/list.ts';
import { neutralEndpoint } from '../../src/clients/models.ts';
import type { Agent } from '../clients/agent.ts';
import { clineAgent } from '../clients/cline.ts';
import { continueAgent } from '../clients/continue.ts';
import { AgentUnavailable, installAgent } from '../clients/install.ts';
import type { Sandbox } from '../clients/sandbox.ts';
import { createSandbox } from '../clients/sandbox.ts';
import type { TestGateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { repoDir } from '../support/paths.ts';
import { agentFiles, SETUP_FOLDER } from './agent-files.ts';

const BASE_URL = 'http://127.0.0.1:8787/v1';
const WALKED = ['codex', 'continue', 'cline', 'aider'];
const read = (path: string): Promise<string> => readFile(join(SETUP_FOLDER, path), 'utf8');

const files = async (): Promise<string[]> => (await readdir(SETUP_FOLDER, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name !== 'README.md').map((entry) => join(entry.parentPath, entry.name).slice(SETUP_FOLDER.length + 1)).toSorted();

describe('examples/agent-setup', () => {
  it('holds what connect writes, file by file (else: node test/examples/agent-files.ts)', async () => {
    const made = await agentFiles();
    assert.deepEqual(await files(), [...made.keys()].toSorted());
    for (const [path, text] of made) assert.equal(await read(path), text, path);
  });

  it('is led to by its readme, every file and every walk-through', async () => {
    const readme = await read('README.md');
    for (const file of [...await files(), ...WALKED.map((id) => `${id}/README.md`)]) assert.ok(readme.includes(`](${file})`), file);
  });

  it('walks through start-up, connecting, checks and the way back', async () => {
    for (const id of WALKED) {
      const text = await read(`${id}/README.md`);
      for (const command of ['openfusion serve', `openfusion connect ${id}`, 'openfusion traces', `openfusion disconnect ${id}`]) assert.ok(text.includes(command), `${id}: ${command}`);
      for (const file of (await files()).filter((path) => path.startsWith(`${id}/`))) assert.ok(text.includes(`](${file.slice(id.length + 1)})`), file);
      const client = findClient(id);
      for (const command of client?.commands ?? []) assert.match(text, new RegExp(`^( *)${command} .*"Explain this repository in one sentence"`, 'm'), `${id}: a run for a check`);
    }
  });

  it('is told of in docs/connect.md, each agent with its file', async () => {
    const text = await readFile(join(repoDir, 'docs', 'connect.md'), 'utf8');
    const place = { platform: 'linux' as const, env: {}, home: '~', cwd: '/project', exists: () => false };
    for (const client of CLIENTS) {
      const row = text.split('\n').find((line) => line.startsWith('|') && line.includes(` \`${client.id}\` |`));
      assert.ok(row, client.id);
      if (client.id !== 'generic') assert.ok(row.includes(`| ${{ chat: 'Chat', responses: 'Responses', messages: 'Messages' }[client.protocol]} |`), client.id);
      const [file] = client.files(neutralEndpoint(), place);
      if (file !== undefined) assert.ok(row.includes(['litellm', 'vscode-chat', 'crush'].includes(client.id) ? basename(file.path) : file.path), `${client.id}: ${file.path}`);
    }
  });

  it('names the address where the gateway listens by default, and no other', async () => {
    for (const file of await files()) {
      const addresses = (await read(file)).match(/http:\/\/[^\s"']+/g) ?? [];
      assert.ok(addresses.length > 0 || file === 'pi/settings.json', file);
      for (const address of addresses) assert.ok([BASE_URL, BASE_URL.replace(/\/v1$/, ''), `${BASE_URL}/chat/completions`].includes(address), `${file}: ${address}`);
    }
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
      // Its own preparation, for quiet and no daemon; the address comes from the file alone.
      await clineAgent.prepare?.(task);
      const { args, env = {} } = clineAgent.command(task);
      const settings = join(sandbox.home, '.cline', 'data', 'settings');
      await mkdir(settings, { recursive: true });
      await writeFile(join(settings, 'providers.json'), (await read('cline/providers.json')).replace(BASE_URL, gateway.baseURL));
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
