import assert from 'node:assert/strict';
import { isNews, remediesOf } from '../../../src/editor/failure.ts';
import { failed, owned } from '../../support/gateway-states.ts';

describe('a failure of the gateway', () => {
  it('comes with what can be done about it', () => {
    const taken = { host: '127.0.0.1', port: 8787 };
    assert.deepEqual(remediesOf({ code: 'port_taken', taken: { ...taken, free: 8788 } }), ['usePort', 'tryAgain', 'showLog']);
    assert.deepEqual(remediesOf({ code: 'port_taken', taken: { ...taken, free: null } }), ['choosePort', 'tryAgain', 'showLog']);
    assert.deepEqual(remediesOf({ code: 'listen' }), ['choosePort', 'tryAgain', 'showLog']);
    assert.deepEqual(remediesOf({ code: 'config' }), ['openConfig', 'openSettings', 'showLog']);
    assert.deepEqual(remediesOf({ code: 'crashed' }), ['restartServer', 'showLog']);
  });

  it('is told once', () => {
    assert.ok(isNews(owned(), failed('config', 'a')));
    assert.ok(!isNews(failed('config', 'a'), failed('config', 'a')));
    assert.ok(isNews(failed('config', 'a'), failed('config', 'b')));
  });

  it('is not told while it mends itself', () => assert.ok(!isNews(owned(), failed('restarting'))));
});
