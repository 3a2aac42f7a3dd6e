import { homedir, userInfo } from 'node:os';
import * as vscode from 'vscode';
import { otherUsers, thisMachine, whoElse } from './other-users.ts';
import type { Memory } from './stored-keys.ts';
import { tell } from './tell.ts';
import type { WindowGateway } from './window-gateway.ts';

const ASKED = 'openfusion.tokenSuggested';

/**
 * Suggests a token once where others can reach the gateway's port: on a remote machine, or beside other users of this one; and only when there
 * is something to spend, and the person has not decided yet.
 */
export function suggestToken(gateway: WindowGateway, memory: Memory): vscode.Disposable {
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('openfusion');
  const decide = (wanted: boolean): Thenable<void> => settings().update('server.requireToken', wanted, vscode.ConfigurationTarget.Global);
  let looked = false;
  const look = async (): Promise<void> => {
    const { state, host } = gateway;
    if (looked || state.status !== 'owner' || state.owner.dryRun || host.clientToken !== null || memory.get(ASKED) === true) return;
    looked = true;
    if (settings().inspect('server.requireToken')?.globalValue !== undefined) return;
    const why = whoElse({ remoteName: vscode.env.remoteName, others: await otherUsers(thisMachine(process.platform, userName())) }, vscode.l10n.t);
    if (why === null) return;
    await memory.update(ASKED, true);
    tell('info', vscode.l10n.t('{0} Whoever can log in there can use the gateway, and with it your keys. A token keeps them out.', why), [
      { title: vscode.l10n.t('Want a Token'), run: () => decide(true) }, { title: vscode.l10n.t('No Token'), run: () => decide(false) },
    ]);
  };
  return { dispose: gateway.host.on('state', () => void look()) };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return homedir().split(/[\\/]/u).at(-1) ?? '';
  }
}
