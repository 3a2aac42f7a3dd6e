/** What the status bar says, as a pure function of the gateway's state. */
import type { HostState } from '../gateway/host-messages.ts';
import { baseUrlOf } from './base-url.ts';
import { COMMANDS, type CommandId } from './commands.ts';
import { modeName } from './modes.ts';
import { oneLine } from './text.ts';
import type { Translate } from './translate.ts';

export interface StatusView {
  text: string;
  tooltip: string;
  /** The only backgrounds that the editor allows. */
  colour: 'error' | 'warning' | null;
  /** What a click runs. */
  command: CommandId;
}

export function statusOf(state: HostState, t: Translate): StatusView {
  const click = t('Click to switch the mode or to start and stop the gateway.');
  const view = (text: string, lines: string[], colour: StatusView['colour'] = null): StatusView => ({
    text, tooltip: [...lines, click].filter(Boolean).join('\n'), colour, command: COMMANDS.switchMode,
  });
  switch (state.status) {
    case 'starting':
      return view(`$(sync~spin) ${t('OpenFusion: starting')}`, [t('The OpenFusion gateway is starting.')]);
    case 'stopped':
      return view(`$(debug-stop) ${t('OpenFusion: stopped')}`, [t('The OpenFusion gateway is stopped: agents get no answer.')]);
    case 'failed':
      return view(`$(error) ${failureText(state.code, t)}`, state.message.split('\n').map(oneLine), state.code === 'restarting' ? 'warning' : 'error');
    default:
      return running(state, view, t);
  }
}

function running(state: Extract<HostState, { status: 'owner' | 'attached' }>, view: (text: string, lines: string[]) => StatusView, t: Translate): StatusView {
  const { owner } = state;
  const attached = state.status === 'attached';
  const mode = modeName(owner.mode, t);
  const remarks = [attached ? (owner.kind === 'serve' ? 'serve' : t('other window')) : '', owner.dryRun ? t('dry-run') : ''].filter(Boolean);
  const text = `${attached ? '$(link)' : '$(git-merge)'} OpenFusion: ${mode} :${owner.port}`;
  return view(remarks.length === 0 ? text : `${text} (${remarks.join(', ')})`, [
    attached ? livesElsewhere(owner, t) : t('The gateway of this window answers at {0}', baseUrlOf(owner)),
    modeLine(state, t),
    owner.dryRun ? t('Dry-run: {0}', oneLine(owner.dryRunReason)) : oneLine(owner.dryRunReason),
  ]);
}

function livesElsewhere(owner: { host: string; port: number; pid: number; kind: 'window' | 'serve' }, t: Translate): string {
  return owner.kind === 'serve'
    ? t('The gateway is an "openfusion serve" (process {0}) and answers at {1}', String(owner.pid), baseUrlOf(owner))
    : t('The gateway lives in another window (process {0}) and answers at {1}', String(owner.pid), baseUrlOf(owner));
}

function modeLine({ owner }: Extract<HostState, { status: 'owner' | 'attached' }>, t: Translate): string {
  if (owner.mode.kind === 'auto') return t('Mode Auto: each request of openfusion/auto gets its own plan.');
  if (owner.mode.kind === 'fusion') return t('Mode Fusion: new tasks of openfusion/auto convene the panel.');
  return t('Mode {0}: openfusion/auto uses this role.', modeName(owner.mode, t));
}

function failureText(code: string, t: Translate): string {
  if (code === 'port_taken') return t('OpenFusion: port taken');
  if (code === 'config') return t('OpenFusion: bad configuration');
  if (code === 'restarting') return t('OpenFusion: restarting');
  if (code === 'crashed') return t('OpenFusion: crashed');
  return t('OpenFusion: not running');
}
