import * as vscode from 'vscode';
import { asArray, asNumber, asObject, asString } from '../receipts/guards.ts';
import { askOwner } from './ask-owner.ts';
import { runningGateway } from './running-gateway.ts';
import { tell } from './tell.ts';
import type { WindowGateway } from './window-gateway.ts';

/** Fetches the public lists of models through the gateway, whichever window it lives in, and says what came. */
export async function refreshCatalog(gateway: WindowGateway): Promise<void> {
  const owner = await runningGateway(gateway);
  if (!owner) return;
  const answer = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('OpenFusion: fetching prices and abilities of models …') },
    () => askOwner(owner, { method: 'POST', path: 'catalogue/refresh', token: gateway.host.viewToken }),
  );
  const { sources, models } = asObject(answer);
  const failed = asArray(sources).map(asObject).filter(({ error }) => asString(error) !== null);
  if (failed.length === 0) {
    tell('info', vscode.l10n.t('OpenFusion knows {0} models now.', String(asNumber(models) ?? 0)));
    return;
  }
  tell('warning', vscode.l10n.t('Not every list of models could be fetched; what was known of them stays. {0}', failed.map(({ name, error }) => `${asString(name) ?? ''}: ${asString(error) ?? ''}`).join(' · ')));
}
