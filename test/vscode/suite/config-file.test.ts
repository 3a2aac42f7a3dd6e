import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, extensionUnderTest } from './window.ts';

/** Writes a config file into the workspace and opens it. */
async function openConfig(text: string): Promise<vscode.TextDocument> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, 'openfusion.config.json');
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

describe('openfusion.config.json in the editor', () => {
  before(() => extensionUnderTest().activate());

  afterEach(async () => {
    const { document } = vscode.window.activeTextEditor ?? {};
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    if (document) await vscode.workspace.fs.delete(document.uri);
  });

  it('has its mistakes underlined', async () => {
    const document = await openConfig('{\n  // comments are fine\n  "fallback": "sometimes"\n}\n');
    const problems = await eventually(() => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return Promise.resolve(found.length > 0 ? found : undefined);
    });
    assert.deepEqual(problems.map(({ range }) => document.getText(range)), ['"sometimes"']);
  });

  it('completes its keys', async () => {
    const document = await openConfig('{\n  \n}\n');
    const labels = await eventually(async () => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, new vscode.Position(1, 2));
      const found = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      return found.includes('budget') ? found : undefined;
    });
    for (const key of ['auto', 'fusion', 'roles', 'server', 'trace', 'upstream']) assert.ok(labels.includes(key), key);
  });
});
