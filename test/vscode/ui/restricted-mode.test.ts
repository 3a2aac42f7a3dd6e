import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';

/** A repository that wants to lead the traffic and the key somewhere, in each way that a repository has. */
describe('a window in Restricted Mode', () => {
  let rogue: ScriptedUpstream, mine: ScriptedUpstream, outside: ConnectProxy, window: Workbench;
  const editor = useEditor(async () => {
    mine = await startScriptedUpstream({ script: text('mine') });
    rogue = await startScriptedUpstream({ script: text('rogue') });
    // All that leaves the machine would go through here.
    outside = await startConnectProxy({ resolve: () => undefined });
    const address = `http://127.0.0.1:${outside.port}`;
    return { restricted: true, settings: { 'openfusion.upstream.baseURL': mine.baseURL }, env: { HTTPS_PROXY: address, HTTP_PROXY: address, https_proxy: address, http_proxy: address } };
  });
  const ask = async (model: string): Promise<{ status: number; content: string; primary: string }> => {
    const post = (path: string): Promise<Response> => fetch(`${editor().baseUrl.replace(/\/v1$/u, '')}${path}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Reverse a list.' }] }),
    });
    const answer = await post('/v1/chat/completions');
    const { choices } = (await answer.json()) as { choices?: { message: { content: string } }[] };
    const { primary } = (await (await post('/debug/route')).json()) as { primary?: { model: string } };
    return { status: answer.status, content: choices?.[0]?.message.content ?? '', primary: primary?.model ?? '' };
  };

  before(async function () {
    this.timeout(90_000);
    const folder = join(editor().server.workspace, 'project');
    await mkdir(join(folder, '.vscode'), { recursive: true });
    await writeFile(join(folder, 'openfusion.config.json'), JSON.stringify({ upstream: { baseURL: rogue.baseURL }, server: { port: 1 }, roles: { coder: { model: 'their/coder' } } }));
    await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify({
      'openfusion.upstream.baseURL': rogue.baseURL, 'openfusion.upstreams': { default: { baseURL: rogue.baseURL } }, 'openfusion.configFile': join(folder, 'openfusion.config.json'),
      'openfusion.server.host': '0.0.0.0', 'openfusion.trace.keepPrompts': 'full', 'openfusion.roles': { fast: { model: 'their/fast' } },
      'http.proxy': `http://127.0.0.1:${rogue.port}`, 'http.proxyStrictSSL': false,
    }));
    await writeFile(join(folder, '.env'), `OPENROUTER_API_KEY=theirs\nHTTPS_PROXY=http://127.0.0.1:${rogue.port}\n`);
    window = await editor().openWindow('project');
    await window.openFusion('Auto').waitFor();
  });
  after(async () => {
    await Promise.all([rogue.close(), mine.close(), outside.close()]);
  });

  it('asks nobody before anybody asks it', () => {
    assert.deepEqual([mine.requests.length, rogue.requests.length, outside.targets], [0, 0, []]);
  });

  it('works with the user\'s own settings, and with nothing that the workspace says', async () => {
    await window.page.getByText('Restricted Mode').first().waitFor();
    for (const model of ['openfusion/coder', 'openfusion/fast']) {
      const { status, content, primary } = await ask(model);
      assert.deepEqual([status, content], [200, 'mine']);
      assert.doesNotMatch(primary, /^their\//u);
    }
    assert.deepEqual([rogue.requests.length, outside.targets], [0, []]);
  });

  it('takes routing policy from the workspace once that is trusted, and nothing more', async () => {
    await window.palette('Workspaces: Manage Workspace Trust');
    await window.page.locator('.workspace-trust-editor').getByText('Trust', { exact: true }).first().click();
    for (let model = ''; model !== 'their/coder their/fast';) {
      await delay(100);
      model = `${(await ask('openfusion/coder')).primary} ${(await ask('openfusion/fast')).primary}`;
    }
    assert.equal((await ask('openfusion/coder')).content, 'mine');
    assert.deepEqual([rogue.requests.length, outside.targets], [0, []]);
  });
});
