import assert from 'node:assert/strict';
import { FORCED_DRY_RUN } from '../../../src/config/forced-dry-run.ts';
import { menuOf, type MenuAction } from '../../../src/editor/menu.ts';
import { inEnglish } from '../../../src/editor/translate.ts';
import type { HostState } from '../../../src/gateway/host-messages.ts';
import { attachedTo, failed, owned } from '../../support/gateway-states.ts';

function actions(state: HostState): MenuAction[] {
  return menuOf(state, inEnglish).flatMap((item) => ('separator' in item ? [] : [item.action]));
}
const commands = (state: HostState): string[] => actions(state).flatMap((action) => (action.kind === 'command' ? [action.command] : []));
const modes = (state: HostState): string[] =>
  menuOf(state, inEnglish).flatMap((item) => ('separator' in item || item.action.kind !== 'mode' ? [] : [item.label]));

describe('the menu of the status bar', () => {
  it('offers Auto, Fusion and each role, the current one ticked', () => {
    assert.deepEqual(modes(owned({ mode: { kind: 'role', role: 'coder' } })), ['$(blank) Auto', '$(blank) Fusion', '$(blank) fast', '$(check) coder']);
  });

  it('switches the mode from an attached window too', () => {
    assert.deepEqual(modes(attachedTo()), ['$(check) Auto', '$(blank) Fusion', '$(blank) fast', '$(blank) coder']);
  });

  it('offers no mode while no gateway is there to take it', () => {
    assert.deepEqual(modes({ status: 'stopped' }), []);
  });

  it('stops and restarts a gateway of this window', () => {
    const offered = commands(owned());
    assert.ok(offered.includes('stopServer') && offered.includes('restartServer') && !offered.includes('startServer'));
  });

  it('does not offer to stop a gateway that lives elsewhere', () => {
    assert.ok(!commands(attachedTo()).includes('stopServer'));
  });

  it('starts what is stopped or failed', () => {
    assert.ok(commands({ status: 'stopped' }).includes('startServer'));
    assert.ok(commands(failed('crashed')).includes('startServer'));
  });

  it('offers another port first when the port is taken', () => {
    assert.equal(actions(failed('port_taken'))[0]?.kind, 'choosePort');
    assert.ok(!actions(failed('config')).some(({ kind }) => kind === 'choosePort'));
  });

  it('promises an end of the dry-run only where a key of the editor ends it', () => {
    const dryRun = { dryRun: true, dryRunReason: 'SOME_KEY is not set.' };
    const promised = (state: HostState): boolean => menuOf(state, inEnglish).some((item) => 'description' in item && item.description === 'ends the dry-run');
    const promises = [owned(dryRun), attachedTo(dryRun), owned({ ...dryRun, dryRunReason: FORCED_DRY_RUN }), attachedTo({ ...dryRun, kind: 'serve' }), owned()].map(promised);
    assert.deepEqual(promises, [true, true, false, false, false]);
  });

  it('shows the address beside copying it', () => {
    const item = menuOf(owned({ port: 9000 }), inEnglish).find((one) => 'action' in one && one.action.kind === 'command' && one.action.command === 'copyBaseUrl');
    assert.ok(item && 'description' in item);
    assert.equal(item.description, 'http://127.0.0.1:9000/v1');
  });
});
