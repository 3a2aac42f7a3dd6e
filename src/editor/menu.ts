/** What the status bar's menu offers, as a pure function of the gateway's state. */
import type { HostState } from '../gateway/host-messages.ts';
import type { Mode } from '../routing/types.ts';
import type { CommandName } from './commands.ts';
import { baseUrlOf } from './base-url.ts';
import { dryRunEnd } from './dry-run-end.ts';
import { modeName, sameMode } from './modes.ts';
import type { Translate } from './translate.ts';

export type MenuAction = { kind: 'mode'; mode: Mode } | { kind: 'command'; command: CommandName } | { kind: 'choosePort' };

export type MenuItem = { separator: string } | { label: string; description: string; action: MenuAction };

export function menuOf(state: HostState, t: Translate): MenuItem[] {
  const command = (label: string, name: CommandName, description = ''): MenuItem => ({ label, description, action: { kind: 'command', command: name } });
  const running = state.status === 'owner' || state.status === 'attached';
  const up = running || state.status === 'starting';
  const portTaken = state.status === 'failed' && (state.code === 'port_taken' || state.code === 'listen');
  return [
    ...(running ? [{ separator: t('Mode') }, ...modeItems(state.owner.mode, state.owner.roles, t)] : []),
    { separator: t('Gateway') },
    ...(portTaken ? [{ label: `$(plug) ${t('Choose Another Port…')}`, description: '', action: { kind: 'choosePort' as const } }] : []),
    ...(up ? [] : [command(`$(play) ${t('Start')}`, 'startServer')]),
    ...(state.status === 'owner' || state.status === 'starting' ? [command(`$(debug-stop) ${t('Stop')}`, 'stopServer')] : []),
    ...(state.status === 'stopped' ? [] : [command(`$(debug-restart) ${t('Restart')}`, 'restartServer')]),
    ...(running ? [command(`$(clippy) ${t('Copy Base URL')}`, 'copyBaseUrl', baseUrlOf(state.owner))] : []),
    command(`$(list-tree) ${t('Show Traces')}`, 'showTraces'),
    { separator: t('Set-up') },
    command(`$(key) ${t('Set Upstream Key…')}`, 'setUpstreamKey', running && dryRunEnd(state.owner) === 'key' ? t('ends the dry-run') : ''),
    command(`$(plug) ${t('Connect Client…')}`, 'connectClient'),
    command(`$(gear) ${t('Open Config')}`, 'openConfig'),
    command(`$(checklist) ${t('Doctor')}`, 'doctor'),
    command(`$(output) ${t('Show Log')}`, 'showLog'),
  ];
}

function modeItems(current: Mode, roles: readonly string[], t: Translate): MenuItem[] {
  const item = (mode: Mode, description: string): MenuItem => ({
    label: `${sameMode(mode, current) ? '$(check)' : '$(blank)'} ${modeName(mode, t)}`, description, action: { kind: 'mode', mode },
  });
  return [
    item({ kind: 'auto' }, t('a plan for each request')),
    item({ kind: 'fusion' }, t('new tasks convene the panel')),
    ...roles.map((role) => item({ kind: 'role', role }, t('always this role'))),
  ];
}
