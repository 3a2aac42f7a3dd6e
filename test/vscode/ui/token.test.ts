import assert from 'node:assert/strict';
import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';

describe('the token that a setting wants', () => {
  let model: ScriptedUpstream, window: Workbench, token = '';
  const editor = useEditor(async () => {
    model = await startScriptedUpstream({ script: text('For those with the token.') });
    return { settings: { 'openfusion.upstream.baseURL': model.baseURL } };
  });
  const agent = (): string => join(editor().server.home, '.config', 'opencode', 'opencode.json');
  const ask = async (authorization?: string): Promise<number> => (await fetch(`${editor().baseUrl}/chat/completions`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) }, body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] }),
  })).status;
  const until = async (condition: () => Promise<boolean>): Promise<void> => { while (!(await condition())) await delay(100); };
  /** What a new terminal has in that variable. */
  const inTerminal = async (variable: string): Promise<string> => {
    const file = join(editor().server.home, `${variable}.txt`);
    await window.palette('Terminal: Create New Terminal');
    await window.page.locator('.terminal-wrapper.active .xterm-helper-textarea, .terminal-wrapper.active textarea').last().focus();
    await window.page.keyboard.type(`printf '<%s>' "$${variable}" > ${file}\n`, { delay: 5 });
    let found: string | undefined;
    await until(async () => (found = /^<(.*)>$/su.exec(await readFile(file, 'utf8').catch(() => ''))?.[1]) !== undefined);
    return found ?? '';
  };

  before(async function () {
    this.timeout(90_000);
    await mkdir(dirname(agent()), { recursive: true });
    await writeFile(agent(), '{}\n');
    window = await editor().openWindow();
    await window.openFusion('Auto').waitFor();
  });
  after(() => model.close());

  it('is not wanted before', async () => {
    assert.equal(await ask(), 200);
    await window.palette('OpenFusion: Connect Client');
    await window.quickPick('OpenCode');
    await window.quickPick('Write');
    await window.toast('OpenCode now asks OpenFusion').waitFor();
    assert.match(await readFile(agent(), 'utf8'), /"apiKey": "openfusion"/u);
  });

  it('is wanted at once when the setting is on', async () => {
    await editor().set('openfusion.server.requireToken', true);
    await until(async () => (await ask()) === 401);
    assert.equal(await ask('Bearer anything'), 401);
  });

  it('is sent by connected agents once the person lets them: their configuration refers to it', async () => {
    const offer = window.toast('The gateway wants its token now. These agents do not send it yet: OpenCode.');
    await offer.getByText('Let Them Send It').click();
    await window.toast('These agents read the token from OPENFUSION_API_KEY now: OpenCode.').waitFor();
    assert.match(await readFile(agent(), 'utf8'), /"apiKey": "\{env:OPENFUSION_API_KEY\}"/u);
  });

  it('is in new terminals, and lets them in', async () => {
    token = await inTerminal('OPENFUSION_API_KEY');
    assert.match(token, /^[\da-f]{64}$/u);
    assert.equal(await ask(`Bearer ${token}`), 200);
  });

  it('stands in no file but the one that the terminal was told to write', async () => {
    const holders: string[] = [];
    for await (const file of glob('**/*', { cwd: editor().server.root, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      if (file.isFile() && (await readFile(path)).includes(token)) holders.push(file.name);
    }
    assert.deepEqual(holders, ['OPENFUSION_API_KEY.txt']);
  });

  it('is gone with the setting', async () => {
    await editor().set('openfusion.server.requireToken', false);
    await until(async () => (await ask()) === 200);
  });
});

describe('the token that is suggested', () => {
  let model: ScriptedUpstream, window: Workbench;
  const editor = useEditor(async () => {
    model = await startScriptedUpstream({ script: text('For those with the token.') });
    // As nobody has decided yet. The editor of these tests works on a remote machine.
    return { settings: { 'openfusion.upstream.baseURL': model.baseURL, 'openfusion.server.requireToken': undefined } };
  });
  const status = async (): Promise<number> => (await fetch(`${editor().baseUrl}/models`)).status;

  before(async function () {
    this.timeout(90_000);
    window = await editor().openWindow();
  });
  after(() => model.close());

  it('is offered where others can log in, and wanted once the person takes it', async () => {
    const offer = window.toast('Whoever can log in there can use the gateway');
    await offer.waitFor();
    assert.equal(await status(), 200);
    await offer.getByText('Want a Token').click();
    while ((await status()) !== 401) await delay(100);
  });
});
