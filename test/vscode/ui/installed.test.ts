import assert from 'node:assert/strict';
import { packageExtension } from '../../support/vscode-server/package-extension.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import { ask } from './ask.ts';

describe('the packaged extension', () => {
  const editor = useEditor(async () => ({ vsix: await packageExtension() }));

  it('works when it is installed: it starts, answers and shows the trace', async () => {
    const window = await editor().openWindow();
    await window.openFusion('Auto').waitFor();
    assert.equal((await ask(editor().baseUrl, 'Say hello to the package.')).status, 200);
    await window.palette('OpenFusion: Show Traces');
    await window.webview().getByRole('option', { name: 'Say hello to the package.' }).waitFor();
  });
});
