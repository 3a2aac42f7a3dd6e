import * as vscode from 'vscode';
import type { WindowGateway } from './window-gateway.ts';
import { tell } from './tell.ts';

const KEYS_SHOWN = 5;

/** Asks once whether a config file that was merely found may do more than set policy. Until then those keys are ignored. */
export function askAboutFoundConfig(gateway: WindowGateway): () => void {
  const asked = new Set<string>();
  return gateway.host.on('config', ({ report: { file, ignoredKeys } }) => {
    if (file === null || ignoredKeys.length === 0) return;
    const question = `${file}\n${ignoredKeys.join('\n')}`;
    if (asked.has(question)) return;
    asked.add(question);
    const more = ignoredKeys.length > KEYS_SHOWN ? ', …' : '';
    const message = vscode.l10n.t('{0} was found in this workspace. Its routing policy is used; these keys are ignored until you trust the file: {1}',
      file, ignoredKeys.slice(0, KEYS_SHOWN).join(', ') + more);
    tell('warning', message, [
      { title: vscode.l10n.t('Show File'), run: () => vscode.window.showTextDocument(vscode.Uri.file(file)) },
      { title: vscode.l10n.t('Trust File'), run: () => gateway.host.trustConfig(file) },
    ]);
  });
}
