import { join } from 'node:path';
import * as vscode from 'vscode';
import { configDirOf } from '../config/state-dir.ts';
import { CONFIG_FILE_NAMES } from './config-file.ts';
import { readConfigSources } from './config-sources.ts';
import { STARTER_CONFIG } from './starter-config.ts';
import type { StoredKeys } from './stored-keys.ts';
import type { WindowGateway } from './window-gateway.ts';

interface Place extends vscode.QuickPickItem {
  /** The file to open or to write; null: the settings. */
  file: string | null;
}

/** Opens the config file that counts. Where there is none, offers to write one or to open the settings. */
export async function openConfig(gateway: WindowGateway, keys: StoredKeys): Promise<void> {
  const { configFile, workspaceFolder } = await readConfigSources(keys, []);
  const existing = await firstExisting([configFile, gateway.report?.file ?? null, ...namesIn(workspaceFolder), ...namesIn(configDirOf())]);
  if (existing !== null) return open(existing);
  const chosen = await vscode.window.showQuickPick(places(configFile, workspaceFolder), {
    title: vscode.l10n.t('OpenFusion: Open Config'), placeHolder: vscode.l10n.t('There is no openfusion.config.json yet. Where do you want it?'),
  });
  if (!chosen) return;
  if (chosen.file === null) return void (await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:openfusion.openfusion'));
  await vscode.workspace.fs.writeFile(vscode.Uri.file(chosen.file), Buffer.from(STARTER_CONFIG));
  gateway.host.trustConfig(chosen.file);
  await open(chosen.file);
}

function places(named: string | null, workspaceFolder: string | null): Place[] {
  const { l10n } = vscode;
  const [name] = CONFIG_FILE_NAMES;
  const inWorkspace = workspaceFolder === null ? [] : [{ label: l10n.t('In this workspace'), file: join(workspaceFolder, name) }];
  const files = named === null ? [...inWorkspace, { label: l10n.t('For all my work'), file: join(configDirOf(), name) }] : [{ label: l10n.t('Where the setting names it'), file: named }];
  return [...files.map((place) => ({ ...place, description: place.file })), { label: l10n.t('In the settings instead'), file: null }];
}

const namesIn = (folder: string | null): string[] => (folder === null ? [] : CONFIG_FILE_NAMES.map((name) => join(folder, name)));

async function firstExisting(files: (string | null)[]): Promise<string | null> {
  for (const file of files) {
    if (file === null) continue;
    const stat = await Promise.resolve(vscode.workspace.fs.stat(vscode.Uri.file(file))).catch(() => null);
    if (stat?.type === vscode.FileType.File) return file;
  }
  return null;
}

async function open(file: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}
