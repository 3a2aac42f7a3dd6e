import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { NetworkSettings } from '../config/network-settings.ts';
import type { ConfigSources } from '../gateway/host-messages.ts';
import { absoluteFile } from './config-file.ts';
import { TOKEN_NAME, withOwnToken } from './gateway-token.ts';
import { NETWORK_SETTINGS, networkFromSettings, type NetworkSettingKey } from './network-settings.ts';
import { configFromSettings, SETTINGS, type InspectedSetting, type SettingKey, type SettingsConfig } from './settings.ts';
import type { StoredKeys } from './stored-keys.ts';

/** Reads the settings as they stand, value by value: never through `get`, which would let a workspace speak for the user. */
export function readSettings(): SettingsConfig {
  const settings = vscode.workspace.getConfiguration('openfusion');
  const inspected: Partial<Record<SettingKey, InspectedSetting>> = {};
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const found = settings.inspect(key);
    if (found) inspected[key] = found;
  }
  return configFromSettings(inspected, { trusted: vscode.workspace.isTrusted });
}

/** The editor's own settings for the network, of the user alone: a workspace could else lead the traffic somewhere. */
function readNetworkSettings(): NetworkSettings {
  const settings = vscode.workspace.getConfiguration('http');
  return networkFromSettings(Object.fromEntries(NETWORK_SETTINGS.map((key) => [key, settings.inspect(key)])) as Partial<Record<NetworkSettingKey, InspectedSetting>>);
}

/** The folder where a config file may be found: the first one, on disk, and only when the user trusts the workspace. */
export function workspaceFolder(): string | null {
  if (!vscode.workspace.isTrusted) return null;
  return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? null;
}

/**
 * Gathers what the thread makes its configuration of.
 * @param secretNames names that the configuration refers to, whether or not this window stored a key for them
 */
export async function readConfigSources(keys: StoredKeys, secretNames: readonly string[]): Promise<ConfigSources> {
  const { config, configFile, forceDryRun } = await withOwnToken(readSettings(), keys, randomBytes);
  return {
    config, configSource: 'settings', forceDryRun, network: readNetworkSettings(),
    configFile: configFile === null ? null : absoluteFile(configFile, homedir()),
    workspaceFolder: workspaceFolder(),
    ...(await keys.all([...secretNames, TOKEN_NAME])),
  };
}
