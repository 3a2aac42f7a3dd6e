/** Activation: builds the editor's parts, hands them to each other, disposes of them. The work is done in the gateway's thread. */
import * as vscode from 'vscode';
import { agentsAt, letAgentsFollow } from './editor/agents-follow.ts';
import { registerCommands } from './editor/register-commands.ts';
import { watchConfig } from './editor/config-watcher.ts';
import { createGateway } from './editor/create-gateway.ts';
import { StatusBar } from './editor/status-bar.ts';
import { StoredKeys } from './editor/stored-keys.ts';
import { tellError, tellFailures } from './editor/tell.ts';
import { giveTokenToTerminals } from './editor/terminal-token.ts';
import { suggestToken } from './editor/token-suggestion.ts';
import { TracePanel } from './editor/trace-panel.ts';
import { userDirOf } from './editor/user-dir.ts';
import { askAboutFoundConfig } from './editor/trust-question.ts';
import { askAboutMovedKeys } from './editor/upstream-keys.ts';
import { VirtualDocuments } from './editor/virtual-documents.ts';
import type { WindowGateway } from './editor/window-gateway.ts';

let running: WindowGateway | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const startedMs = performance.now();
  const log = vscode.window.createOutputChannel('OpenFusion', { log: true });
  const keys = new StoredKeys(context.secrets, context.globalState);
  const gateway = createGateway(context, keys, log);
  const statusBar = new StatusBar(gateway.state);
  const traces = new TracePanel({ extensionUri: context.extensionUri, gateway, log });
  const documents = new VirtualDocuments();
  const userDir = userDirOf(context);
  context.subscriptions.push(
    log, statusBar, traces, documents,
    registerCommands({ gateway, keys, traces, documents, log, userDir }),
    watchConfig(gateway, context.secrets),
    { dispose: gateway.host.on('state', ({ state }) => statusBar.show(state)) },
    { dispose: tellFailures(gateway.host, agentsAt(userDir)) },
    letAgentsFollow({ gateway, memory: context.globalState, userDir }),
    { dispose: askAboutFoundConfig(gateway) },
    { dispose: askAboutMovedKeys(gateway, keys) },
    giveTokenToTerminals(gateway, context.environmentVariableCollection),
    suggestToken(gateway, context.globalState),
  );
  running = gateway;
  // After activation, so that the editor does not wait for the thread.
  setImmediate(() => void gateway.start().catch(tellError));
  log.info(`Activated in ${(performance.now() - startedMs).toFixed(1)} ms.`);
}

/** Lets the gateway finish what it can while the window closes. */
export function deactivate(): Promise<void> | undefined {
  return running?.close();
}
