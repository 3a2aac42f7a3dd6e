import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';

const USER = '# mine\nmodel = "gpt-5.5" # best\n';

describe('OpenFusion: Connect Client', () => {
  const editor = useEditor();
  let window: Workbench;
  const folder = (): string => join(editor().server.home, '.codex');
  const config = (): Promise<string> => readFile(join(folder(), 'config.toml'), 'utf8');

  before(async function () {
    this.timeout(90_000);
    await mkdir(folder());
    await writeFile(join(folder(), 'config.toml'), USER);
    window = await editor().openWindow();
    await window.openFusion('Auto').waitFor();
  });

  it('shows each agent with its state', async () => {
    await window.palette('OpenFusion: Connect Client');
    await window.pickRow(/Codex.*not connected/).waitFor();
    await window.pickRow(/Claude Code.*not found here/).waitFor();
  });

  it('shows the diff first, and writes nothing without a yes', async () => {
    await window.quickPick('Codex');
    await window.editorTab('what would change in config.toml').waitFor();
    await window.editorText('model_providers.openfusion').waitFor();
    await window.quickPick('Cancel');
    await window.editorTab('what would change in config.toml').waitFor({ state: 'detached' });
    assert.equal(await config(), USER);
  });

  it('writes on a yes, and undoes it', async () => {
    await window.palette('OpenFusion: Connect Client');
    await window.quickPick('Codex');
    await window.quickPick('Write');
    await window.toast('Codex now asks OpenFusion for openfusion/auto').waitFor();
    assert.match(await config(), new RegExp(`base_url = "${editor().baseUrl}"`));
    await window.toast('Codex now asks').getByText('Undo').click();
    await window.toast('The configuration of Codex is as it was before').waitFor();
    assert.equal(await config(), USER);
    assert.deepEqual((await readdir(folder())).filter((name) => name.includes('openfusion')), []);
  });

  it('disconnects what is connected', async () => {
    await window.palette('OpenFusion: Connect Client');
    await window.quickPick('Codex');
    await window.quickPick('Write');
    await window.toast('Codex now asks OpenFusion').waitFor();
    await window.palette('OpenFusion: Disconnect Client');
    await window.quickPick(/Codex.*connected, asks for openfusion\/auto/);
    await window.quickPick('Write');
    await window.toast('Codex no longer asks OpenFusion').waitFor();
    assert.equal(await config(), USER);
  });
});
