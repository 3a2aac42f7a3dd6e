import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';

describe('OpenFusion: Route Prompt', () => {
  const editor = useEditor();
  let window: Workbench;

  before(async function () {
    this.timeout(90_000);
    window = await editor().openWindow();
    await window.openFusion('Auto').waitFor();
  });

  afterEach(() => window.palette('View: Close All Editors'));

  it('asks for a prompt and shows the plan for it', async () => {
    await window.palette('OpenFusion: Route Prompt');
    await window.inputBox('Prompt to make a plan for', 'Prove that this lock-free queue is linearizable.');
    await window.editorTab('Route Receipt').waitFor();
    await window.editorText('# Route receipt').waitFor();
    await window.editorText('lock-free queue').waitFor();
    assert.match(await window.editorText('').innerText(), /Strategy:/);
  });

  it('takes the selection without asking', async () => {
    await writeFile(join(editor().server.workspace, 'project', 'notes.md'), 'Translate the error messages into German.\n');
    await window.openFile('notes.md');
    await window.editorText('Translate').click();
    await window.page.keyboard.press('Control+a');
    await window.palette('OpenFusion: Route Prompt');
    await window.editorTab('Route Receipt').waitFor();
    await window.editorText('# Route receipt').getByText('Translate the error messages').waitFor();
  });
});
