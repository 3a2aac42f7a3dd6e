import * as vscode from 'vscode';
import { choosePort } from './choose-port.ts';
import { COMMANDS } from './commands.ts';
import { menuOf, type MenuAction } from './menu.ts';
import type { WindowGateway } from './window-gateway.ts';

type Row = vscode.QuickPickItem & { action?: MenuAction };

/** The status bar's menu: Auto, Fusion or a role; start, stop and what else one wants at hand. */
export async function switchMode(gateway: WindowGateway): Promise<void> {
  const rows = menuOf(gateway.state, vscode.l10n.t).map((item): Row =>
    'separator' in item ? { label: item.separator, kind: vscode.QuickPickItemKind.Separator } : item);
  const chosen = await vscode.window.showQuickPick(rows, { title: 'OpenFusion', placeHolder: vscode.l10n.t('Switch the mode, or start and stop the gateway') });
  if (chosen?.action) await run(chosen.action, gateway);
}

async function run(action: MenuAction, gateway: WindowGateway): Promise<void> {
  if (action.kind === 'mode') gateway.setMode(action.mode);
  else if (action.kind === 'choosePort') await choosePort();
  else await vscode.commands.executeCommand(COMMANDS[action.command]);
}
