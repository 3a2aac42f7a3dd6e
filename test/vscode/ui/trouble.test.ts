import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import { ask } from './ask.ts';

describe('a port that another program has', () => {
  let stranger: Server;
  const editor = useEditor(async () => {
    stranger = createServer((_request, response) => response.end('not OpenFusion')).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    return { settings: { 'openfusion.server.port': (stranger.address() as AddressInfo).port } };
  });

  after(() => stranger.close());

  it('is told in the status bar and in a notification; another port can be chosen there', async () => {
    const window = await editor().openWindow();
    await window.openFusion('port taken').waitFor();
    await window.palette('OpenFusion: Show Traces');
    await window.webview().getByText('Disconnected', { exact: true }).waitFor();
    await window.toast('Choose Another Port').getByRole('button', { name: 'Choose Another Port' }).click();
    const port = await freePort();
    await window.inputBox('Port for the gateway', String(port));
    await window.openFusion(`:${port}`).waitFor();
    await window.webview().getByText(`http://127.0.0.1:${port}/v1`, { exact: true }).waitFor();
    assert.equal((await ask(`http://127.0.0.1:${port}/v1`)).status, 200);
  });
});

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
