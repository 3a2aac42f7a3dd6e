import * as vscode from 'vscode';
import { originStep } from './moved-origin.ts';
import type { Memory } from './stored-keys.ts';
import type { WindowGateway } from './window-gateway.ts';

/** Does the gateway want a token, as agents were told last? */
const TOKEN_KEY = 'openfusion.tokenTold';
/** The address that agents were told of last. */
const ORIGIN_KEY = 'openfusion.origin';

export interface AgentsFollowOptions {
  gateway: WindowGateway;
  /** Lasts over restarts and is the same in all windows. */
  memory: Memory;
  userDir: string | null;
}

/** Agents by name that are connected to an address. With the libraries that read their files: most windows never need them. */
export const agentsAt = (userDir: string | null) => async (origin: string): Promise<string[]> => (await import('./connect-client.ts')).agentsAt(origin, userDir);

/**
 * When the gateway has moved to another address, offers once to let the agents of the old one follow, and when it began to want a token, to let
 * them send it: in the window that the person looks at.
 */
export function letAgentsFollow({ gateway, memory, userDir }: AgentsFollowOptions): vscode.Disposable {
  const look = async (): Promise<void> => {
    const known = memory.get(ORIGIN_KEY);
    const step = originStep(typeof known === 'string' ? known : null, gateway.state, vscode.window.state.focused);
    if (step === null) return;
    await memory.update(ORIGIN_KEY, step.remember);
    if (step.leaves !== null) await (await import('./connect-client.ts')).offerToFollow({ from: step.leaves, to: step.remember }, userDir);
  };
  const lookForToken = async (): Promise<void> => {
    const { owner, host } = gateway;
    // The token of an `openfusion serve` is not known here.
    if (owner?.kind !== 'window' || !vscode.window.state.focused) return;
    const wanted = host.clientToken !== null;
    if ((memory.get(TOKEN_KEY) === true) === wanted) return;
    await memory.update(TOKEN_KEY, wanted);
    if (wanted) await (await import('./connect-client.ts')).offerTokenToAgents(owner, gateway, userDir);
  };
  const stopListening = gateway.host.on('state', () => void look().then(lookForToken));
  return vscode.Disposable.from({ dispose: stopListening }, vscode.window.onDidChangeWindowState(() => void look().then(lookForToken)));
}
