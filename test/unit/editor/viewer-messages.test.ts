import assert from 'node:assert/strict';
import { connectionOf, parseFromViewer } from '../../../src/editor/viewer-messages.ts';
import { inEnglish } from '../../../src/editor/translate.ts';
import { attachedTo, failed, owned } from '../../support/gateway-states.ts';

describe('messages of the trace viewer', () => {
  it('are believed when they are what they should be', () => {
    assert.deepEqual(parseFromViewer({ type: 'ready', more: 1 }), { type: 'ready' });
    assert.deepEqual(parseFromViewer({ type: 'get', id: 'a' }), { type: 'get', id: 'a' });
    assert.deepEqual(parseFromViewer({ type: 'delete', id: 'a' }), { type: 'delete', id: 'a' });
    for (const thumb of ['up', 'down', null]) assert.deepEqual(parseFromViewer({ type: 'rate', id: 'a', thumb, note: 'x' }), { type: 'rate', id: 'a', thumb });
  });

  it('are refused otherwise', () => {
    const wrong = [null, 'ready', [], {}, { type: 'get' }, { type: 'get', id: 7 }, { type: 'get', id: '' }, { type: 'delete', id: 'x'.repeat(201) }, { type: 'setMode', id: 'a' }, { type: 'rate', id: 'a' }, { type: 'rate', id: 'a', thumb: 'both' }, { type: 'rate', thumb: 'up' }];
    for (const message of wrong) assert.equal(parseFromViewer(message), null, JSON.stringify(message));
  });
});

describe('what the viewer is told of the gateway', () => {
  const of = (state: Parameters<typeof connectionOf>[0]) => connectionOf(state, inEnglish);

  it('is nothing special while this window has it', () => {
    assert.deepEqual(of(owned()), { type: 'connection', status: 'connected', detail: '' });
  });

  it('is where it lives, when that is elsewhere', () => {
    assert.equal(of(attachedTo()).detail, 'The gateway lives in another window (process 4711).');
    assert.match(of(attachedTo({ kind: 'serve' })).detail, /serve/u);
  });

  it('is that it is away, and why', () => {
    assert.deepEqual(of({ status: 'starting' }).status, 'connecting');
    assert.deepEqual(of({ status: 'stopped' }).status, 'disconnected');
    assert.deepEqual(of(failed('config', 'bad key')), { type: 'connection', status: 'disconnected', detail: 'bad key' });
  });
});
