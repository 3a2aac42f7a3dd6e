import { homedir, userInfo } from 'node:os';
import * as vscode from 'vscode';
import { otherUsers, thisMachine } from './other-users.ts';
import type { Memory } from './stored-keys.ts';
import { tell } from './tell.ts';
import type { WindowGateway } from './window-gateway.ts';

const ASKED = 'openfusion.tokenSuggested';

/** Suggests a token once where others can reach the gateway's port: on a remote machine, or beside other users of this one. */
export function suggestToken(gateway: WindowGateway, memory: Memory): vscode.Disposable {
  let looked = false;
  const look = async (): Promise<void> => {
    if (looked || gateway.state.status !== 'owner' || gateway.host.clientToken !== null || memory.get(ASKED) === true) return;
    looked = true;
    const why = await reason();
    if (why === null) return;
    await memory.update(ASKED, true);
    const turnOn = (): Thenable<void> => vscode.workspace.getConfiguration('openfusion').update('server.requireToken', true, vscode.ConfigurationTarget.Global);
    tell('info', vscode.l10n.t('{0} Whoever can log in there can use the gateway, and with it your keys. A token keeps them out.', why), [
      { title: vscode.l10n.t('Want a Token'), run: turnOn }, { title: vscode.l10n.t('Not Now'), run: () => undefined },
    ]);
  };
  return { dispose: gateway.host.on('state', () => void look()) };
}

async function reason(): Promise<string | null> {
  const { remoteName } = vscode.env;
  if (remoteName !== undefined) return vscode.l10n.t('The gateway runs on a remote machine ({0}).', remoteName);
  const others = await otherUsers(thisMachine(process.platform, userName()));
  return others.length === 0 ? null : vscode.l10n.t('This machine has other users ({0}).', others.slice(0, 3).join(', '));
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return homedir().split(/[\\/]/u).at(-1) ?? '';
  }
}
