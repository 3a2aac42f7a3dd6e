import assert from 'node:assert/strict';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';
import { ask } from './ask.ts';

describe('the status bar', () => {
  const editor = useEditor();
  let window: Workbench;

  before(async function () {
    this.timeout(90_000);
    window = await editor().openWindow();
  });

  it('says what the gateway does, where, and that it is a dry-run', async () => {
    await window.openFusion('Auto').waitFor();
    const text = await window.openFusion('').innerText();
    assert.match(text, new RegExp(`OpenFusion: Auto :${editor().gatewayPort} \\(dry-run\\)`));
  });

  it('switches to Fusion: the same request then convenes the panel', async () => {
    const before = await ask(editor().baseUrl);
    await window.openFusion('Auto').locator('a').click();
    await window.quickPick('Fusion');
    await window.openFusion('Fusion').waitFor();
    const after = await ask(editor().baseUrl);
    assert.notEqual(before.headers.get('x-openfusion-strategy'), 'fusion-panel');
    assert.equal(after.headers.get('x-openfusion-strategy'), 'fusion-panel');
  });

  it('switches to a role: its model answers', async () => {
    await window.openFusion('Fusion').locator('a').click();
    await window.quickPick('writer');
    await window.openFusion('writer').waitFor();
    const { openfusion } = await ask(editor().baseUrl);
    assert.match(JSON.stringify(openfusion), /"role":"writer"/);
  });

  it('stops the gateway and starts it again, still in the mode it had', async () => {
    await window.openFusion('writer').locator('a').click();
    await window.quickPick('Stop');
    await window.openFusion('stopped').waitFor();
    await assert.rejects(ask(editor().baseUrl));
    await window.openFusion('stopped').locator('a').click();
    await window.quickPick('Start');
    await window.openFusion('writer').waitFor();
    assert.equal((await ask(editor().baseUrl)).status, 200);
  });
});
