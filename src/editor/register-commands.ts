import * as vscode from 'vscode';
import { COMMANDS, type CommandName } from './commands.ts';
import { resetLearned, showLearned } from './learned.ts';
import { openConfig } from './open-config.ts';
import { refreshCatalog } from './refresh-catalog.ts';
import { runCompareCommand, runDoctorCommand, runEvalCommand } from './reports.ts';
import { routePrompt } from './route-prompt.ts';
import { copyBaseUrl, startServer, stopServer } from './server-commands.ts';
import type { StoredKeys } from './stored-keys.ts';
import { switchMode } from './switch-mode.ts';
import { tellError } from './tell.ts';
import type { TracePanel } from './trace-panel.ts';
import { clearUpstreamKey, setUpstreamKey } from './upstream-keys.ts';
import type { VirtualDocuments } from './virtual-documents.ts';
import type { WindowGateway } from './window-gateway.ts';

export interface CommandParts {
  gateway: WindowGateway;
  keys: StoredKeys;
  traces: TracePanel;
  documents: VirtualDocuments;
  log: vscode.LogOutputChannel;
  /** The folder `User` of this editor; null where it is out of reach. */
  userDir: string | null;
}

/** One handler for each command of the table. What a handler throws is told to the person and logged. */
export function registerCommands({ gateway, keys, traces, documents, log, userDir }: CommandParts): vscode.Disposable {
  const handlers: Record<CommandName, () => unknown> = {
    routePrompt: () => routePrompt(gateway, documents),
    doctor: () => runDoctorCommand(gateway, documents),
    compare: () => runCompareCommand(gateway, documents),
    eval: () => runEvalCommand(gateway, documents),
    showTraces: () => traces.show(),
    setUpstreamKey: () => setUpstreamKey(gateway, keys),
    clearUpstreamKey: () => clearUpstreamKey(gateway, keys),
    // With the libraries that read agents' files: most windows never need them.
    connectClient: async () => (await import('./connect-client.ts')).connectClient({ gateway, documents, userDir }),
    disconnectClient: async () => (await import('./connect-client.ts')).disconnectClient({ gateway, documents, userDir }),
    switchMode: () => switchMode(gateway),
    startServer: () => startServer(gateway),
    stopServer: () => stopServer(gateway),
    restartServer: () => gateway.restart(),
    copyBaseUrl: () => copyBaseUrl(gateway),
    openConfig: () => openConfig(gateway, keys),
    refreshCatalog: () => refreshCatalog(gateway),
    showLearned: () => showLearned(gateway, documents),
    resetLearned: () => resetLearned(gateway),
    showLog: () => log.show(),
  };
  const guarded = (name: CommandName) => async (): Promise<void> => {
    try {
      await handlers[name]();
    } catch (error) {
      log.error(`${COMMANDS[name]}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      tellError(error);
    }
  };
  return vscode.Disposable.from(...(Object.keys(COMMANDS) as CommandName[]).map((name) => vscode.commands.registerCommand(COMMANDS[name], guarded(name))));
}
