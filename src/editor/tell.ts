import * as vscode from 'vscode';
import type { GatewayHost } from '../gateway/host.ts';
import type { HostState } from '../gateway/host-messages.ts';
import { choosePort } from './choose-port.ts';
import { COMMANDS } from './commands.ts';
import { isNews, remediesOf, type Remedy } from './failure.ts';
import { headline } from './text.ts';

const openSettings = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:openfusion.openfusion');

function offerOf(remedy: Remedy): Offer {
  const { l10n } = vscode;
  switch (remedy) {
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

/** Tells of each new failure of the gateway, with what can be done about it. */
export function tellFailures(host: GatewayHost): () => void {
  let before: HostState = host.state;
  let refused: string | null = null;
  const stopListening = [
    host.on('state', ({ state }) => {
      if (isNews(before, state)) tell('error', state.message, remediesOf(state).map(offerOf));
      before = state;
    }),
    // A gateway that runs goes on with the configuration before; without one the state says it.
    host.on('config', ({ report: { error } }) => {
      const running = host.state.status === 'owner' || host.state.status === 'attached';
      if (running && error !== null && error !== refused) tell('error', goesOn(error), remediesOf({ code: 'config' }).map(offerOf));
      refused = error;
    }),
  ];
  return () => stopListening.forEach((stop) => stop());
}

function goesOn(error: string): string {
  return vscode.l10n.t('The gateway goes on with the configuration before, as the new one is not valid. {0}', error);
}
