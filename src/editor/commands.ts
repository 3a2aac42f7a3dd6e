/** Every command of the extension by its id; `package.json` contributes the same ones. */
export const COMMANDS = {
  routePrompt: 'openfusion.routePrompt',
  doctor: 'openfusion.doctor',
  compare: 'openfusion.compare',
  eval: 'openfusion.eval',
  showTraces: 'openfusion.showTraces',
  setUpstreamKey: 'openfusion.setUpstreamKey',
  clearUpstreamKey: 'openfusion.clearUpstreamKey',
  connectClient: 'openfusion.connectClient',
  disconnectClient: 'openfusion.disconnectClient',
  switchMode: 'openfusion.switchMode',
  startServer: 'openfusion.startServer',
  stopServer: 'openfusion.stopServer',
  restartServer: 'openfusion.restartServer',
  copyBaseUrl: 'openfusion.copyBaseUrl',
  openConfig: 'openfusion.openConfig',
  refreshCatalog: 'openfusion.refreshCatalog',
  showLearned: 'openfusion.showLearned',
  resetLearned: 'openfusion.resetLearned',
  showLog: 'openfusion.showLog',
} as const;

export type CommandName = keyof typeof COMMANDS;
export type CommandId = (typeof COMMANDS)[CommandName];
