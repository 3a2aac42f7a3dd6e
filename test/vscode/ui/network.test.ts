import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createAuthority } from '../../support/certificates.ts';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { startTlsFront, type TlsFront } from '../../support/tls-front.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';

/** What the upstream behind the proxy says. */
const KNOWN = 'From behind the proxy.';
const SETTING_APPLIES_MS = 45_000;

/** A company's network as the editor knows it: a proxy by its settings, an authority of its own by the environment. */
describe('an upstream behind the editor\'s proxy', () => {
  let model: ScriptedUpstream, front: TlsFront, strange: TlsFront, proxy: ConnectProxy, folder: string, window: Workbench;
  const editor = useEditor(async () => {
    const authority = createAuthority();
    folder = await mkdtemp(join(tmpdir(), 'openfusion-authority-'));
    await writeFile(join(folder, 'authority.pem'), authority.cert);
    model = await startScriptedUpstream({ script: text(KNOWN) });
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
    assert.ok((await ask()).includes(KNOWN));
    assert.ok(proxy.targets.includes('relay.example:443'));
  });

  it('is not believed with another certificate, although the editor\'s settings ask for no checks', async () => {
    await editor().set('openfusion.upstream.baseURL', 'https://strange.example/v1');
    // The editor watches its settings file: how soon it sees a change is its own affair.
    const deadlineMs = Date.now() + SETTING_APPLIES_MS;
    let said = await ask();
    for (; said.includes(KNOWN) && Date.now() < deadlineMs; said = await ask()) await delay(100);
    assert.match(said, /its certificate was not accepted/u);
    assert.ok(proxy.targets.includes('strange.example:443'));
    assert.equal(strange.received, 0);
  });
});
