import * as vscode from 'vscode';
import { DEFAULT_UPSTREAM } from '../config/defaults.ts';
import { dryRunEnd } from './dry-run-end.ts';
import { keyChoices, keyProblem, type KeyChoice } from './key-choices.ts';
import { originOfUrl, type StoredKeys } from './stored-keys.ts';
import { tell } from './tell.ts';
import type { WindowGateway } from './window-gateway.ts';

/** Asks for an upstream's key and stores it in the editor's secret storage; a dry-run for want of it ends by itself. */
export async function setUpstreamKey(gateway: WindowGateway, keys: StoredKeys): Promise<void> {
  const { l10n } = vscode;
  const choice = await pick(keyChoices(gateway.report, { name: 'default', ...DEFAULT_UPSTREAM }), l10n.t('Which key?'));
  if (choice === null) return;
  if (choice === undefined) return tell('info', l10n.t('No upstream of the configuration names a key: there is nothing to set.'));
  const value = await vscode.window.showInputBox({
    title: l10n.t('OpenFusion: Set Upstream Key'),
    prompt: choice.baseURL === null
      ? l10n.t('Value of {0}; kept in the editor\'s secret storage', choice.keyName)
      : l10n.t('Key {0} for {1}; kept in the editor\'s secret storage and sent nowhere else', choice.keyName, originOfUrl(choice.baseURL)),
    password: true, ignoreFocusOut: true,
    validateInput: (text) => keyProblem(text, l10n.t),
  });
  if (value === undefined) return;
  await keys.set(choice.keyName, value.trim(), choice.baseURL);
  await gateway.reconfigure();
  tellStored(choice.keyName, gateway);
}

function tellStored(keyName: string, { owner }: WindowGateway): void {
  const { l10n } = vscode;
  const stored = l10n.t('Key {0} is stored.', keyName);
  if (owner?.kind === 'serve') return tell('info', `${stored} ${l10n.t('The running "openfusion serve" takes its keys from its own environment.')}`);
  if (!owner || dryRunEnd(owner) !== 'setting') return tell('info', stored);
  const openSetting = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.openSettings', 'openfusion.forceDryRun');
  tell('info', `${stored} ${l10n.t('Dry-run goes on until the setting openfusion.forceDryRun is off.')}`, [{ title: l10n.t('Open Settings'), run: openSetting }]);
}

/** Forgets a stored key. */
export async function clearUpstreamKey(gateway: WindowGateway, keys: StoredKeys): Promise<void> {
  const names = keys.storedNames();
  const choice = await pick(names.map((keyName) => ({ keyName, upstream: null, baseURL: null })), vscode.l10n.t('Which key is to be forgotten?'));
  if (choice === null) return;
  if (choice === undefined) return tell('info', vscode.l10n.t('No key is stored.'));
  await keys.clear(choice.keyName);
  await gateway.reconfigure();
  tell('info', vscode.l10n.t('Key {0} is no longer stored.', choice.keyName));
}

/** A key that was given for one address is not sent to another before the user says so. */
export function askAboutMovedKeys(gateway: WindowGateway, keys: StoredKeys): () => void {
  const asked = new Set<string>();
  return gateway.host.on('config', ({ report }) => {
    for (const { baseURL, moved } of report.upstreams) for (const { name } of moved) {
      if (asked.has(`${name} ${baseURL}`)) continue;
      asked.add(`${name} ${baseURL}`);
      void askAboutMovedKey(gateway, keys, name, baseURL);
    }
  });
}

async function askAboutMovedKey(gateway: WindowGateway, keys: StoredKeys, keyName: string, baseURL: string): Promise<void> {
  const stored = await keys.get(keyName);
  if (!stored) return;
  const message = vscode.l10n.t('The key {0} was stored for {1}. The configuration now sends it to {2}; it stays unused until you allow that.',
    keyName, stored.origins.join(', '), originOfUrl(baseURL));
  const allow = async (): Promise<void> => {
    await keys.set(keyName, stored.value, baseURL);
    await gateway.reconfigure();
  };
  tell('warning', message, [{ title: vscode.l10n.t('Send It There'), run: allow }]);
}

/** The chosen one, null when nothing was chosen, undefined when there is none; a single one needs no question. */
async function pick(choices: KeyChoice[], placeHolder: string): Promise<KeyChoice | null | undefined> {
  if (choices.length < 2) return choices[0];
  const items = choices.map((choice) => ({ label: choice.keyName, description: [choice.upstream, choice.baseURL].filter(Boolean).join(' · '), choice }));
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.choice ?? null;
}

