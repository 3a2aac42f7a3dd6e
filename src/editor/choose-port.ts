import * as vscode from 'vscode';
import { freePortNear, portProblem } from './ports.ts';

const DEFAULT_PORT = 8787;

/** Asks for another port, suggesting a free one, and puts it into the user's settings; the gateway moves there by itself. */
export async function choosePort(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('openfusion');
  const current = settings.inspect<number>('server.port')?.globalValue ?? DEFAULT_PORT;
  const suggested = await freePortNear(current + 1);
  const answer = await vscode.window.showInputBox({
    title: 'OpenFusion',
    prompt: vscode.l10n.t('Port for the gateway (agents have to be told the new address)'),
    value: String(suggested),
    validateInput: (text) => portProblem(text, vscode.l10n.t),
  });
  if (answer !== undefined) await settings.update('server.port', Number(answer), vscode.ConfigurationTarget.Global);
}
