import assert from 'node:assert/strict';
import { originStep } from '../../../src/editor/moved-origin.ts';
import type { HostState } from '../../../src/gateway/host-messages.ts';
import { attachedTo, failed, owned } from '../../support/gateway-states.ts';

const OLD = 'http://127.0.0.1:8787', NEW = 'http://127.0.0.1:8790';
const taken: HostState = { status: 'failed', code: 'port_taken', message: 'taken', taken: { host: '127.0.0.1', port: 8787, free: 8790 } };

describe('the address that agents know', () => {
  it('is remembered when the gateway answers for the first time, and nobody has to follow', () => {
    assert.deepEqual(originStep(null, owned(), true), { remember: OLD, leaves: null });
  });

  it('is left when the gateway answers elsewhere, in this window or in another', () => {
    for (const state of [owned({ port: 8790 }), attachedTo({ port: 8790 })]) assert.deepEqual(originStep(OLD, state, true), { remember: NEW, leaves: OLD });
  });

  it('is asked about in the window that the person looks at alone', () => {
    assert.equal(originStep(OLD, owned({ port: 8790 }), false), null);
  });

  it('stays while the gateway answers there, and while it answers nowhere', () => {
    const states: HostState[] = [owned(), attachedTo(), { status: 'starting' }, { status: 'stopped' }, failed('crashed'), taken];
    assert.deepEqual(states.map((state) => originStep(OLD, state, true)), states.map(() => null));
  });

  it('may be one that the gateway never had, as somebody else sits there', () => {
    assert.deepEqual(originStep(null, taken, false), { remember: OLD, leaves: null });
  });
});
