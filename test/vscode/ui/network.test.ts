import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../support/certificates.ts';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { startTlsFront, type TlsFront } from '../../support/tls-front.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';

/** A company's network as the editor knows it: a proxy by its settings, an authority of its own by the environment. */
describe('an upstream behind the editor\'s proxy', () => {
  let model: ScriptedUpstream, front: TlsFront, strange: TlsFront, proxy: ConnectProxy, folder: string, window: Workbench;
  const editor = useEditor(async () => {
    const authority = createAuthority();
    folder = await mkdtemp(join(tmpdir(), 'openfusion-authority-'));
    await writeFile(join(folder, 'authority.pem'), authority.cert);
    model = await startScriptedUpstream({ script: text('From behind the proxy.') });
    front = await startTlsFront(authority.issue('relay.example'), model.port);
    strange = await startTlsFront(createAuthority('somebody').issue('strange.example'), model.port);
    proxy = await startConnectProxy({ resolve: (target) => ({ 'relay.example:443': front, 'strange.example:443': strange })[target] });
    return {
      settings: { 'openfusion.upstream.baseURL': 'https://relay.example/v1', 'openfusion.fallback': 'never', 'http.proxy': `http://127.0.0.1:${proxy.port}`, 'http.proxyStrictSSL': false },
      env: { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') },
    };
  });
  const ask = async (): Promise<string> => {
    const answer = await fetch(`${editor().baseUrl}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] }) });
    return answer.text();
  };

  before(async function () {
    this.timeout(90_000);
    window = await editor().openWindow();
    await window.openFusion('Auto').waitFor();
  });
  after(async () => {
    await Promise.all([model.close(), front.close(), strange.close(), proxy.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  it('is reached through it, with the authority that the user trusts', async () => {
    assert.match(await ask(), /From behind the proxy\./u);
    assert.ok(proxy.targets.includes('relay.example:443'));
  });

  it('is not believed with another certificate, although the editor\'s settings ask for no checks', async () => {
    await editor().set('openfusion.upstream.baseURL', 'https://strange.example/v1');
    let said = await ask();
    for (let tries = 0; !said.includes('certificate') && tries < 50; tries++) said = await ask();
    assert.match(said, /its certificate was not accepted/u);
    assert.ok(proxy.targets.includes('strange.example:443'));
    assert.equal(strange.received, 0);
  });
});
