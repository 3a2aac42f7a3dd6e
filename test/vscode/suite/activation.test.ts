import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extensionUnderTest } from './window.ts';

interface Contributed {
  contributes: { commands: { command: string; title: string; category: string }[] };
}

describe('activation', () => {
  const manifest = (): Contributed => extensionUnderTest().packageJSON as Contributed;

  it('happens by itself once the editor has started', async () => {
    const extension = extensionUnderTest();
    await extension.activate();
    assert.equal(extension.isActive, true);
    assert.deepEqual((extension.packageJSON as { activationEvents: string[] }).activationEvents, ['onStartupFinished']);
  });

  it('registers exactly the commands that package.json contributes', async () => {
    await extensionUnderTest().activate();
    const contributed = manifest().contributes.commands.map(({ command }) => command);
    // The editor adds commands of its own for views and such; ours have a single word after the dot.
    const registered = (await vscode.commands.getCommands(true)).filter((id) => /^openfusion\.\w+$/.test(id));
    assert.deepEqual(registered.sort(), contributed.sort());
  });

  it('names every command "OpenFusion: …" in the palette', () => {
    for (const { command, title, category } of manifest().contributes.commands) {
      assert.equal(category, 'OpenFusion', command);
      assert.doesNotMatch(title, /%|^OpenFusion/, command);
    }
  });
});
