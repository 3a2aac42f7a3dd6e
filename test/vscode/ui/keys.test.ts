import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';
import { ask } from './ask.ts';

const key = 'sk-lab-0123456789abcdef';

describe('the upstream key', () => {
  let model: ScriptedUpstream;
  const editor = useEditor(async () => {
    model = await startScriptedUpstream({ script: text('From the real model.') });
    return { settings: { 'openfusion.upstream.baseURL': model.baseURL, 'openfusion.upstream.apiKeyEnv': 'LAB_KEY' } };
  });
  let window: Workbench;

  before(async function () {
    this.timeout(90_000);
    window = await editor().openWindow();
  });

  after(() => model.close());

  it('is missing at first, so that no model is called', async () => {
    await window.openFusion('(dry-run)').waitFor();
    assert.notEqual((await ask(editor().baseUrl)).content, 'From the real model.');
    assert.equal(model.requests.length, 0);
  });

  it('ends the dry-run once it is set, and goes to its upstream', async () => {
    await window.palette('OpenFusion: Set Upstream Key');
    await window.page.locator('.quick-input-widget:visible input[type="password"]').waitFor();
    await window.inputBox('Key LAB_KEY for', key);
    await window.toast('Key LAB_KEY is stored.').waitFor();
    await window.openFusion(/^(?!.*dry-run)/).waitFor();
    assert.equal((await ask(editor().baseUrl)).content, 'From the real model.');
    assert.equal(model.requests.at(-1)?.headers.authorization, `Bearer ${key}`);
  });

  it('stands in no file of the editor', async () => {
    const { root } = editor().server;
    const holders: string[] = [];
    for await (const file of glob('**/*', { cwd: root, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      if ((await readFile(path)).includes(key)) holders.push(path);
    }
    assert.deepEqual(holders, []);
  });

  it('is not sent to another address before the person allows that', async () => {
    const other = await startScriptedUpstream({ script: text('From another model.') });
    try {
      await editor().set('openfusion.upstream.baseURL', other.baseURL);
      const question = window.toast(`The configuration now sends it to ${new URL(other.baseURL).origin}; it stays unused until you allow that.`);
      await question.waitFor();
      await window.openFusion('(dry-run)').waitFor();
      assert.notEqual((await ask(editor().baseUrl)).content, 'From another model.');
      assert.equal(other.requests.length, 0);
      await question.getByText('Send It There').click();
      await window.openFusion(/^(?!.*dry-run)/).waitFor();
      assert.equal((await ask(editor().baseUrl)).content, 'From another model.');
      assert.equal(other.requests.at(-1)?.headers.authorization, `Bearer ${key}`);
    } finally {
      await editor().set('openfusion.upstream.baseURL', model.baseURL);
      await other.close();
    }
  });

  it('is forgotten when it is cleared: a dry-run again', async () => {
    const calls = model.requests.length;
    await window.palette('OpenFusion: Clear Upstream Key');
    await window.toast('Key LAB_KEY is no longer stored.').waitFor();
    await window.openFusion('(dry-run)').waitFor();
    await ask(editor().baseUrl);
    assert.equal(model.requests.length, calls);
  });
});
