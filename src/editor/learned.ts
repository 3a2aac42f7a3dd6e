import * as vscode from 'vscode';
import { asNumber, asObject } from '../receipts/guards.ts';
import { askOwner } from './ask-owner.ts';
import { forgettable, learnedReport } from './learned-report.ts';
import { runningGateway } from './running-gateway.ts';
import { tell } from './tell.ts';
import type { VirtualDocuments } from './virtual-documents.ts';
import type { WindowGateway } from './window-gateway.ts';

/** Shows what was learned of each model on each kind of task, and from what. */
export async function showLearned(gateway: WindowGateway, documents: VirtualDocuments): Promise<void> {
  const owner = await runningGateway(gateway);
  if (!owner) return;
  const answer = await askOwner(owner, { method: 'GET', path: 'learned', token: gateway.host.viewToken });
  await documents.show(vscode.l10n.t('Learned Estimates'), learnedReport(answer), vscode.ViewColumn.Active);
}

type Choice = vscode.QuickPickItem & { of?: string };

/** Forgets what was learned: all, or what is of one kind of task or one model. */
export async function resetLearned(gateway: WindowGateway): Promise<void> {
  const owner = await runningGateway(gateway);
  if (!owner) return;
  const { kinds, models } = forgettable(await askOwner(owner, { method: 'GET', path: 'learned', token: gateway.host.viewToken }));
  if (kinds.length === 0) return tell('info', vscode.l10n.t('Nothing was learned yet.'));
  const chosen = await vscode.window.showQuickPick<Choice>([
    { label: vscode.l10n.t('Everything') },
    { label: vscode.l10n.t('Kind of task'), kind: vscode.QuickPickItemKind.Separator }, ...kinds.map((of) => ({ label: of, of })),
    { label: vscode.l10n.t('Model'), kind: vscode.QuickPickItemKind.Separator }, ...models.map((of) => ({ label: of, of })),
  ], { title: vscode.l10n.t('OpenFusion: Reset Learned Estimates'), placeHolder: vscode.l10n.t('What is to be forgotten, for good') });
  if (!chosen) return;
  const query: Record<string, string> = chosen.of === undefined ? {} : { of: chosen.of };
  const { forgotten } = asObject(await askOwner(owner, { method: 'DELETE', path: 'learned', query, token: gateway.host.viewToken }));
  tell('info', vscode.l10n.t('Forgotten: {0} estimates.', String(asNumber(forgotten) ?? 0)));
}
