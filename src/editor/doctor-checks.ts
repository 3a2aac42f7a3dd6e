/** What the doctor can say from inside the editor: of this window's gateway, its configuration and its keys. */
import type { ConfigReport, HostState, KeyState } from '../gateway/host-messages.ts';
import { check, type Check } from '../receipts/check.ts';
import { baseUrlOf } from './base-url.ts';
import { dryRunEnd, type DryRunEnd } from './dry-run-end.ts';
import { originOfUrl } from './stored-keys.ts';

export function editorChecks(state: HostState, report: ConfigReport | null): Check[] {
  return [gatewayCheck(state), ...dryRunCheck(state), ...storeCheck(state), ...(report === null ? [] : [configCheck(report), ...report.upstreams.map(keyCheck)])];
}

function gatewayCheck(state: HostState): Check {
  switch (state.status) {
    case 'owner': return check('gateway', 'pass', `this window's gateway answers at ${baseUrlOf(state.owner)}`);
    case 'attached': return check('gateway', 'pass', `${state.owner.kind === 'serve' ? 'an "openfusion serve"' : 'the gateway of another window'} (process ${state.owner.pid}) answers at ${baseUrlOf(state.owner)}`);
    case 'failed': return check('gateway', 'fail', state.message, { hint: 'Run OpenFusion: Show Log.' });
    default: return check('gateway', 'fail', `the gateway is ${state.status}`, { hint: 'Run OpenFusion: Start.' });
  }
}

const DRY_RUN_HINT: Record<DryRunEnd, string> = {
  key: 'Run OpenFusion: Set Upstream Key.',
  serve: 'Start "openfusion serve" again without --dry-run, and with the key in its environment.',
  setting: 'Switch off the setting openfusion.forceDryRun.',
};

function dryRunCheck(state: HostState): Check[] {
  if (state.status !== 'owner' && state.status !== 'attached') return [];
  const end = dryRunEnd(state.owner);
  const { dryRunReason } = state.owner;
  return [end === null ? check('dry-run', 'pass', dryRunReason) : check('dry-run', 'warn', dryRunReason, { hint: DRY_RUN_HINT[end] })];
}

/** Only what is not as it should be: where things are kept is nobody's concern else. */
function storeCheck(state: HostState): Check[] {
  const note = state.status === 'owner' || state.status === 'attached' ? (state.owner.store?.note ?? null) : null;
  return note === null ? [] : [check('store', 'warn', note, { hint: 'Run OpenFusion: Show Log.' })];
}

function configCheck({ error, file, ignoredKeys }: ConfigReport): Check {
  if (error !== null) return check('config', 'fail', error, { hint: 'Run OpenFusion: Open Config.' });
  const source = file ?? 'no file: settings over the built-in defaults';
  if (ignoredKeys.length === 0) return check('config', 'pass', source);
  return check('config', 'warn', `${source}; ignored until the file is trusted: ${ignoredKeys.join(', ')}`, { hint: 'Look at the file, then trust it when the editor asks, or name it in openfusion.configFile.' });
}

const KEY_TEXT: Record<KeyState, string> = {
  not_needed: 'needs no key', environment: 'key from the environment', stored: 'key from the secret storage', missing: 'no key',
  other_origin: 'the stored key was given for another address and is not used',
};

function keyCheck({ name, baseURL, keyName, key }: ConfigReport['upstreams'][number]): Check {
  const detail = `${originOfUrl(baseURL)}: ${KEY_TEXT[key]}${keyName === null ? '' : ` (${keyName})`}`;
  const fine = key !== 'missing' && key !== 'other_origin';
  return fine ? check(`upstream.${name}`, 'pass', detail) : check(`upstream.${name}`, 'warn', detail, { hint: 'Run OpenFusion: Set Upstream Key.' });
}
