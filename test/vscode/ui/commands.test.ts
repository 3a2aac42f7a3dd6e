import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';

describe('the commands in the palette', () => {
  const editor = useEditor();
  let window: Workbench;

  before(async function () {
    this.timeout(90_000);
    await editor().context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: editor().server.origin });
    window = await editor().openWindow();
    await window.openFusion('Auto').waitFor();
  });

  afterEach(() => window.palette('View: Close All Editors'));

  it('Doctor checks the editor and its gateway, and reports in Markdown', async () => {
    await window.palette('OpenFusion: Doctor');
    await window.editorTab('OpenFusion Doctor').waitFor();
    const report = await window.editorText('# OpenFusion').innerText();
    assert.match(report, /PASS/);
    assert.doesNotMatch(report, /FAIL/);
  });

  it('Compare runs the built-in cases through one role and the panel, and reports in Markdown', async () => {
    await window.palette('OpenFusion: Compare');
    await window.editorTab('OpenFusion Compare').waitFor();
    await window.editorText('fusion').waitFor();
  });

  it('Copy Base URL puts it on the clipboard', async () => {
    await window.palette('OpenFusion: Copy Base URL');
    await window.toast(editor().baseUrl).waitFor();
    assert.equal(await window.page.evaluate('navigator.clipboard.readText()'), editor().baseUrl);
  });

  it('Open Config writes a config file where there is none', async () => {
    await window.palette('OpenFusion: Open Config');
    await window.quickPick('In this workspace');
    await window.editorTab('openfusion.config.json').waitFor();
    await access(join(editor().server.workspace, 'project', 'openfusion.config.json'));
    await window.openFusion('Auto').waitFor();
  });

  it('Show Log opens the one log channel', async () => {
    await window.palette('OpenFusion: Show Log');
    await window.page.locator('.output-view .view-lines', { hasText: 'Activated in' }).waitFor();
  });
});
