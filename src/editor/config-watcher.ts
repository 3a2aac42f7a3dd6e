import * as vscode from 'vscode';
import { CONFIG_FILE_NAMES, isConfigFile } from './config-file.ts';
import { keyNameOf } from './stored-keys.ts';
import type { WindowGateway } from './window-gateway.ts';

/** Has the configuration read again whenever one of its sources changes: settings, files, stored keys, trust, folders. */
export function watchConfig(gateway: WindowGateway, secrets: vscode.SecretStorage): vscode.Disposable {
  const reload = (): void => gateway.reconfigureSoon();
  const files = vscode.workspace.createFileSystemWatcher(`**/{${CONFIG_FILE_NAMES.join(',')}}`);
  return vscode.Disposable.from(
    files, files.onDidChange(reload), files.onDidCreate(reload), files.onDidDelete(reload),
    vscode.workspace.onDidChangeConfiguration((change) => (change.affectsConfiguration('openfusion') || change.affectsConfiguration('http')) && reload()),
    vscode.workspace.onDidSaveTextDocument(({ uri: { fsPath } }) => (fsPath === gateway.report?.file || isConfigFile(fsPath)) && reload()),
    vscode.workspace.onDidGrantWorkspaceTrust(reload),
    vscode.workspace.onDidChangeWorkspaceFolders(reload),
    secrets.onDidChange(({ key }) => keyNameOf(key) !== null && reload()),
  );
}
