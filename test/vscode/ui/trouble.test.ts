import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { codex } from '../../../src/clients/codex.ts';
import { apply, planToConnect, type Desk } from '../../../src/clients/connect/connection.ts';
import { disk } from '../../../src/clients/connect/disk.ts';
import { memoriesIn } from '../../../src/clients/connect/memories.ts';
import { neutralEndpoint } from '../../../src/clients/models.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';
import { ask } from './ask.ts';

describe('a port that another program has', () => {
  let stranger: Server;
  const strangerPort = (): number => (stranger.address() as AddressInfo).port;
  const editor = useEditor(async () => {
    stranger = createServer((_request, response) => response.end('not OpenFusion')).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    return { settings: { 'openfusion.server.port': strangerPort() } };
  });
  let window: Workbench;
  let free = 0;

  before(async function () {
    this.timeout(120_000);
    const desk = deskIn(editor().server.home);
    await apply(await planToConnect(codex, { ...neutralEndpoint(), origin: `http://127.0.0.1:${strangerPort()}` }, desk), desk);
    window = await editor().openWindow();
  });
  after(() => stranger.close());

  const agentFile = (): Promise<string> => readFile(join(editor().server.home, '.codex', 'config.toml'), 'utf8');

  it('is told in the status bar and in a notification, which names who is there and the agents that reach it', async () => {
    const told = window.toast(`port ${strangerPort()} is taken by another HTTP server`);
    await told.waitFor({ timeout: 60_000 });
    assert.match(await told.innerText(), /reach that process now: Codex\./);
    await window.openFusion('port taken').waitFor();
    await window.palette('OpenFusion: Show Traces');
    await window.webview().getByText('Disconnected', { exact: true }).waitFor();
  });

  it('is looked at again when the person says so', async () => {
    await window.palette('Notifications: Clear All Notifications');
    await window.palette('OpenFusion: Restart');
    const told = window.toast('is taken by another HTTP server');
    await told.getByRole('button', { name: 'Try Again' }).click();
    await told.waitFor();
    await told.getByRole('button', { name: 'Show Log' }).waitFor();
    await window.openFusion('port taken').waitFor();
  });

  it('is left for the free one that is offered', async () => {
    const use = window.toast('is taken by another HTTP server').getByRole('button', { name: /Use Port \d+/ }).first();
    free = Number(/\d+/.exec(await use.innerText())?.[0]);
    await use.click();
    await window.openFusion(`:${free}`).waitFor();
    await window.webview().getByText(`http://127.0.0.1:${free}/v1`, { exact: true }).waitFor();
    assert.equal((await ask(`http://127.0.0.1:${free}/v1`)).status, 200);
  });

  it('is no longer asked by connected agents, once the person lets them follow; undone, their files are as before', async () => {
    const before = await agentFile();
    const offer = window.toast('These agents still ask');
    await offer.waitFor();
    assert.match(await offer.innerText(), new RegExp(`answers at http://127\\.0\\.0\\.1:${free} now.*:${strangerPort()}: Codex`));
    await offer.getByRole('button', { name: 'Let Them Follow' }).click();
    const done = window.toast('These agents now ask');
    await done.waitFor();
    assert.equal(await agentFile(), before.replace(`:${strangerPort()}/`, `:${free}/`));
    await done.getByRole('button', { name: 'Undo' }).click();
    await window.toast('is as it was before').waitFor();
    assert.equal(await agentFile(), before);
  });
});

/** Where the agents of the editor's user have their files. */
function deskIn(home: string): Desk {
  return { files: disk, memories: memoriesIn(join(home, '.local', 'state', 'openfusion'), disk), place: { platform: process.platform, env: {}, home, cwd: home, exists: disk.exists } };
}

describe('a config file that was merely found in the workspace', () => {
  let model: ScriptedUpstream;
  const editor = useEditor(async () => {
    model = await startScriptedUpstream({ script: text('From where the file points.') });
    return { env: { LAB_KEY: 'sk-lab-0123456789abcdef' } };
  });

  before(async () => {
    const folder = join(editor().server.workspace, 'project');
    await mkdir(folder);
    const config = { upstream: { baseURL: model.baseURL, apiKeyEnv: 'LAB_KEY' } };
    await writeFile(join(folder, 'openfusion.config.json'), JSON.stringify(config));
  });

  after(() => model.close());

  it('redirects nothing before the user trusts it', async () => {
    const window = await editor().openWindow();
    const question = window.toast('ignored until you trust the file');
    await question.waitFor();
    assert.match(await question.innerText(), /upstream\.baseURL/);
    assert.notEqual((await ask(editor().baseUrl)).content, 'From where the file points.');
    assert.equal(model.requests.length, 0);
    await question.getByRole('button', { name: 'Trust File' }).click();
    await window.openFusion(/^(?!.*dry-run)/).waitFor();
    assert.equal((await ask(editor().baseUrl)).content, 'From where the file points.');
  });
});
