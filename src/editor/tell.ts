import * as vscode from 'vscode';
import type { GatewayHost } from '../gateway/host.ts';
import type { HostState } from '../gateway/host-messages.ts';
import { choosePort, usePort } from './choose-port.ts';
import { originOf } from './base-url.ts';
import { COMMANDS } from './commands.ts';
import { isNews, remediesOf, type Remedy } from './failure.ts';
import { headline } from './text.ts';

const openSettings = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:openfusion.openfusion');

type Failed = Extract<HostState, { status: 'failed' }>;

function offerOf(remedy: Remedy, taken?: Failed['taken']): Offer {
  const { l10n } = vscode;
  const free = taken?.free ?? 0;
  switch (remedy) {
    case 'usePort': return { title: l10n.t('Use Port {0}', free), run: () => usePort(free) };
    case 'tryAgain': return { title: l10n.t('Try Again'), run: () => vscode.commands.executeCommand(COMMANDS.restartServer) };
    case 'choosePort': return { title: l10n.t('Choose Another Port…'), run: choosePort };
    case 'openConfig': return { title: l10n.t('Open Config'), run: () => vscode.commands.executeCommand(COMMANDS.openConfig) };
    case 'openSettings': return { title: l10n.t('Open Settings'), run: openSettings };
    case 'restartServer': return { title: l10n.t('Restart'), run: () => vscode.commands.executeCommand(COMMANDS.restartServer) };
    case 'showLog': return { title: l10n.t('Show Log'), run: () => vscode.commands.executeCommand(COMMANDS.showLog) };
  }
}

/** A button of a notification. */
export interface Offer {
  title: string;
  run: () => unknown;
}

/** Shows a notification; the chosen button's action is run. Nobody waits for it: it may stand there for hours. */
export function tell(severity: 'info' | 'warning' | 'error', message: string, offers: Offer[] = []): void {
  const show = { info: vscode.window.showInformationMessage, warning: vscode.window.showWarningMessage, error: vscode.window.showErrorMessage }[severity];
  void show<Offer>(headline(message, vscode.l10n.t), ...offers).then((chosen) => chosen?.run());
}

/** An error with the way to the log. */
export function tellError(error: unknown): void {
  tell('error', error instanceof Error ? error.message : String(error), [offerOf('showLog')]);
}

/** Who is connected to an address, by name. */
export type AgentsAt = (origin: string) => Promise<string[]>;

/** Tells of each new failure of the gateway, with what can be done about it. */
export function tellFailures(host: GatewayHost, agentsAt: AgentsAt): () => void {
  let before: HostState = host.state;
  let refused: string | null = null;
  const stopListening = [
    host.on('state', ({ state }) => {
      if (isNews(before, state)) void tellFailure(state, agentsAt);
      before = state;
    }),
    // A gateway that runs goes on with the configuration before; without one the state says it.
    host.on('config', ({ report: { error } }) => {
      const running = host.state.status === 'owner' || host.state.status === 'attached';
      if (running && error !== null && error !== refused) tell('error', goesOn(error), remediesOf({ code: 'config' }).map((remedy) => offerOf(remedy)));
      refused = error;
    }),
  ];
  return () => stopListening.forEach((stop) => stop());
}

async function tellFailure(state: Failed, agentsAt: AgentsAt): Promise<void> {
  const { message, taken } = state;
  const agents = taken === undefined ? [] : await agentsAt(originOf(taken)).catch(() => []);
  const reached = agents.length === 0 ? '' : `. ${vscode.l10n.t('Agents that are connected to that port reach that process now: {0}.', agents.join(', '))}`;
  tell('error', message + reached, remediesOf(state).map((remedy) => offerOf(remedy, taken)));
}

function goesOn(error: string): string {
  return vscode.l10n.t('The gateway goes on with the configuration before, as the new one is not valid. {0}', error);
}
