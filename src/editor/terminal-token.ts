import * as vscode from 'vscode';
import { KEY_VARIABLE } from '../clients/endpoint.ts';
import type { WindowGateway } from './window-gateway.ts';

/**
 * Terminals of this editor get the token in the variable that connected agents read it from, while the gateway wants one: it stands in no
 * file. Terminals that are open keep what they have; the editor marks them.
 */
export function giveTokenToTerminals(gateway: WindowGateway, variables: vscode.GlobalEnvironmentVariableCollection): vscode.Disposable {
  // The editor would keep the value on disk.
  variables.persistent = false;
  variables.description = vscode.l10n.t('Lets agents use the OpenFusion gateway, which wants its token.');
  let given: string | null = null;
  const look = (): void => {
    // The token of an `openfusion serve` is not known here.
    const token = gateway.owner?.kind === 'window' ? gateway.host.clientToken : null;
    if (token === given) return;
    given = token;
    if (token === null) variables.delete(KEY_VARIABLE);
    else variables.replace(KEY_VARIABLE, token);
  };
  return { dispose: gateway.host.on('state', look) };
}
