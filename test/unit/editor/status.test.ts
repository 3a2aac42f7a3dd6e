import assert from 'node:assert/strict';
import { statusOf } from '../../../src/editor/status.ts';
import { inEnglish } from '../../../src/editor/translate.ts';
import type { HostState } from '../../../src/gateway/host-messages.ts';
import { attachedTo, failed, owned } from '../../support/gateway-states.ts';

const of = (state: HostState) => statusOf(state, inEnglish);

describe('the status bar', () => {
  it('names mode and port of this window\'s gateway', () => {
    const { text, tooltip, colour } = of(owned());
    assert.match(text, /OpenFusion: Auto :8787$/u);
    assert.match(tooltip, /this window answers at http:\/\/127\.0\.0\.1:8787\/v1/u);
    assert.equal(colour, null);
  });

  it('names Fusion and roles as the mode', () => {
    assert.match(of(owned({ mode: { kind: 'fusion' } })).text, /Fusion :8787/u);
    assert.match(of(owned({ mode: { kind: 'role', role: 'coder' } })).text, /coder :8787/u);
  });

  it('says dry-run plainly, and why', () => {
    const { text, tooltip } = of(owned({ dryRun: true, dryRunReason: 'SOME_KEY is not set.' }));
    assert.match(text, /dry-run/u);
    assert.match(tooltip, /^Dry-run: SOME_KEY is not set\.$/mu);
  });

  it('says in an attached window that the gateway lives in another one', () => {
    const { text, tooltip } = of(attachedTo());
    assert.match(text, /:8787 \(other window\)/u);
    assert.match(tooltip, /lives in another window \(process 4711\)/u);
  });

  it('says both of an attached window on dry-run', () => {
    assert.match(of(attachedTo({ dryRun: true })).text, /\(other window, dry-run\)/u);
  });

  it('tells a serve process from a window', () => {
    const { text, tooltip } = of(attachedTo({ kind: 'serve' }));
    assert.match(text, /\(serve\)/u);
    assert.match(tooltip, /"openfusion serve" \(process 4711\)/u);
  });

  it('shows that it starts, and that it is stopped', () => {
    assert.match(of({ status: 'starting' }).text, /starting/u);
    assert.match(of({ status: 'stopped' }).text, /stopped/u);
  });

  it('shows a failure in the colour of errors with its message', () => {
    const { text, tooltip, colour } = of(failed('port_taken', 'port 8787 belongs to nginx'));
    assert.match(text, /port taken/u);
    assert.match(tooltip, /port 8787 belongs to nginx/u);
    assert.equal(colour, 'error');
  });

  it('only warns while a crashed gateway comes back', () => {
    assert.deepEqual([of(failed('restarting')).colour, of(failed('crashed')).colour], ['warning', 'error']);
  });

  it('lets no name of others bring icons or line breaks into the bar', () => {
    const { text } = of(owned({ mode: { kind: 'role', role: 'a$(bug)\n\u0007b' } }));
    assert.match(text, /OpenFusion: a\(bug\) b :8787/u);
  });

  it('opens the menu by a click in every state', () => {
    const states: HostState[] = [{ status: 'starting' }, { status: 'stopped' }, owned(), attachedTo(), failed('config')];
    for (const state of states) assert.equal(of(state).command, 'openfusion.switchMode');
  });
});
