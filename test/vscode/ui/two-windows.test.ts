import assert from 'node:assert/strict';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';
import { ask } from './ask.ts';

describe('two windows', () => {
  const editor = useEditor();
  let first: Workbench;
  let second: Workbench;

  before(async function () {
    this.timeout(120_000);
    first = await editor().openWindow('first');
    await first.openFusion('Auto').waitFor();
    second = await editor().openWindow('second');
    await second.openFusion('Auto').waitFor();
  });

  const health = async (): Promise<{ pid: number }> => (await fetch(editor().baseUrl.replace('/v1', '/health'))).json() as Promise<{ pid: number }>;

  it('share one gateway: the second says that it lives in the other', async () => {
    const { pid } = await health();
    const tooltip = await second.openFusion('Auto').locator('a').getAttribute('aria-label');
    assert.match(tooltip ?? '', new RegExp(`lives in another window \\(process ${pid}\\)`));
    assert.doesNotMatch((await first.openFusion('Auto').locator('a').getAttribute('aria-label')) ?? '', /another window/);
  });

  it('show the same mode, whichever window switches it', async () => {
    await second.openFusion('Auto').locator('a').click();
    await second.quickPick('Fusion');
    await second.openFusion('Fusion').waitFor();
    await first.openFusion('Fusion').waitFor();
  });

  it('show the same traces', async () => {
    await second.palette('OpenFusion: Show Traces');
    await second.webview().getByText('in another window').first().waitFor();
    await ask(editor().baseUrl, 'Explain the second window to me.');
    await second.webview().getByText('Explain the second window to me.').first().waitFor();
  });

  it('change over when the owner goes: the second starts a gateway of its own, in the same mode', async () => {
    const { pid } = await health();
    await first.close();
    await second.openFusion('Fusion').locator('a[aria-label*="The gateway of this window"]').waitFor({ timeout: 30_000 });
    assert.notEqual((await health()).pid, pid);
    assert.equal((await ask(editor().baseUrl)).headers.get('x-openfusion-strategy'), 'fusion-panel');
  });
});
