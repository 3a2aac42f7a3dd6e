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
  if (answer !== undefined) await usePort(Number(answer));
}

/** Puts a port into the user's settings, for all windows; their gateway moves there by itself. */
export async function usePort(port: number): Promise<void> {
  const fixed = process.env.OPENFUSION_PORT;
  if (fixed) void vscode.window.showWarningMessage(vscode.l10n.t('The environment variable OPENFUSION_PORT sets the port to {0}: change it there and start the editor again.', fixed));
  else await vscode.workspace.getConfiguration('openfusion').update('server.port', port, vscode.ConfigurationTarget.Global);
}
