import * as vscode from 'vscode';
import { baseUrlOf } from './base-url.ts';
import { runningGateway } from './running-gateway.ts';
import { tell } from './tell.ts';
import type { WindowGateway } from './window-gateway.ts';

/** Starts the gateway; one that failed is started anew. */
export async function startServer(gateway: WindowGateway): Promise<void> {
  if (gateway.state.status === 'failed') await gateway.restart();
  else await gateway.start();
}

/** Stops this window's gateway. One that lives elsewhere is not ours to stop. */
export async function stopServer(gateway: WindowGateway): Promise<void> {
  const { state } = gateway;
  if (state.status !== 'attached') return gateway.stop();
  const { kind, pid } = state.owner;
  tell('info', kind === 'serve'
    ? vscode.l10n.t('The gateway is an "openfusion serve" (process {0}): stop it where it was started.', String(pid))
    : vscode.l10n.t('The gateway lives in another window (process {0}): stop it there.', String(pid)));
}

/** Puts the base URL for agents on the clipboard. */
export async function copyBaseUrl(gateway: WindowGateway): Promise<void> {
  const owner = await runningGateway(gateway);
  if (!owner) return;
  const baseUrl = baseUrlOf(owner);
  await vscode.env.clipboard.writeText(baseUrl);
  tell('info', vscode.l10n.t('Copied {0}. Any API key will do; the model is openfusion/auto.', baseUrl));
}
