import * as vscode from 'vscode';
import type { OwnerState } from '../trace/types.ts';
import { COMMANDS } from './commands.ts';
import { tell } from './tell.ts';
import type { WindowGateway } from './window-gateway.ts';

/** The running gateway's owner, waiting while it starts. When there is none the person is told and offered to start it. */
export async function runningGateway(gateway: WindowGateway): Promise<OwnerState | null> {
  const owner = await gateway.whenRunning();
  if (owner) return owner;
  const { state } = gateway;
  const start = { title: vscode.l10n.t('Start'), run: () => vscode.commands.executeCommand(COMMANDS.startServer) };
  const log = { title: vscode.l10n.t('Show Log'), run: () => vscode.commands.executeCommand(COMMANDS.showLog) };
  if (state.status === 'failed') tell('error', state.message, [log]);
  else tell('warning', vscode.l10n.t('The OpenFusion gateway is not running.'), [start, log]);
  return null;
}
