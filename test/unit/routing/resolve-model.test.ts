import assert from 'node:assert/strict';
import { poolOf } from '../../../src/routing/pool.ts';
import { resolveModel, type Target } from '../../../src/routing/resolve-model.ts';
import type { Mode } from '../../../src/routing/types.ts';
import { ask, configFrom, DEFAULTS, refused } from './support.ts';

function target(model: string, mode: Mode = { kind: 'auto' }, config = DEFAULTS): Target {
  const resolved = resolveModel(model, mode, poolOf(config));
  assert.ok(resolved.ok, JSON.stringify(resolved));
  return resolved.target;
}
const named = (model: string, config = DEFAULTS): [string, string, string] => {
  const found = target(model, { kind: 'auto' }, config);
  assert.ok(found.kind === 'named');
  return [found.mode, found.candidate.id, found.candidate.model];
};

describe('the name of a model', () => {
  it('that is empty means Auto', () => {
    for (const model of ['', '  ', 'openfusion/auto']) assert.deepEqual(target(model), { kind: 'auto' });
  });

  it('asks for the panel', () => {
    assert.deepEqual(target('openfusion/fusion'), { kind: 'fusion', by: 'model' });
  });

  it('asks for a role before a candidate', () => {
    const config = configFrom({ roles: { coder: { model: 'my/coder' } }, auto: { candidates: [{ id: 'router', role: 'coder', model: 'up/router' }, { id: 'fast', role: 'coder', model: 'up/other' }] } });
    assert.deepEqual(named('openfusion/coder', config), ['role', 'coder', 'my/coder']);
    assert.deepEqual(named('openfusion/router', config), ['candidate', 'router', 'up/router']);
    assert.deepEqual(named('openfusion/fast', config), ['role', 'role:fast', 'openai/gpt-4.1-mini']);
  });

  it('of a role is the candidate with that model, where there is one', () => {
    assert.deepEqual(named('openfusion/coder'), ['role', 'coder', 'deepseek/deepseek-chat-v3-0324']);
  });

  it('of anybody else goes to the default upstream as it is', () => {
    assert.deepEqual(named('vendor/some-model'), ['passthrough', 'vendor/some-model', 'vendor/some-model']);
    assert.deepEqual(named('coder'), ['passthrough', 'coder', 'coder']);
    const found = target('openai/gpt-4.1');
    assert.ok(found.kind === 'named' && found.candidate.pricing?.inputUsdPer1M === 2, 'its price is known from a candidate');
  });

  it('that nobody has is a 404 that names the nearest', () => {
    const error = refused(ask('x', { model: 'openfusion/codr' }));
    assert.deepEqual([error.status, error.code, error.param, error.type], [404, 'model_not_found', 'model', 'invalid_request_error']);
    assert.match(error.message, /`openfusion\/codr`.*Did you mean `openfusion\/coder`\? Known: openfusion\/auto, openfusion\/fusion,/);
    assert.doesNotMatch(refused(ask('x', { model: 'openfusion/zzzzzzzzzz' })).message, /Did you mean/);
    assert.equal(refused(ask('x', { model: 'openfusion/__proto__' })).status, 404);
  });
});

describe('the mode of the status bar', () => {
  it('is what Auto does', () => {
    assert.deepEqual(target('openfusion/auto', { kind: 'fusion' }), { kind: 'fusion', by: 'mode' });
    const role = target('', { kind: 'role', role: 'writer' });
    assert.ok(role.kind === 'named' && role.by === 'mode' && role.candidate.role === 'writer');
  });

  it('is Auto when it names a role that is no more', () => {
    assert.deepEqual(target('', { kind: 'role', role: 'gone' }), { kind: 'auto' });
  });

  it('leaves what was asked for by name alone', () => {
    assert.deepEqual(target('openfusion/fusion', { kind: 'role', role: 'writer' }), { kind: 'fusion', by: 'model' });
    assert.deepEqual(named('openfusion/coder').slice(0, 2), ['role', 'coder']);
  });
});
