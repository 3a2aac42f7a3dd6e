import assert from 'node:assert/strict';
import { sameMode, storedMode } from '../../../src/editor/modes.ts';

describe('a mode', () => {
  it('survives being stored', () => {
    for (const mode of [{ kind: 'auto' }, { kind: 'fusion' }, { kind: 'role', role: 'coder' }]) assert.deepEqual(storedMode(JSON.parse(JSON.stringify(mode))), mode);
  });

  it('is Auto when nothing sensible was stored', () => {
    for (const value of [undefined, null, 'fusion', { kind: 'role' }, { kind: 'other' }]) assert.deepEqual(storedMode(value), { kind: 'auto' });
  });

  it('is the same as another of its kind and role', () => {
    assert.ok(sameMode({ kind: 'role', role: 'a' }, { kind: 'role', role: 'a' }));
    assert.ok(!sameMode({ kind: 'role', role: 'a' }, { kind: 'role', role: 'b' }));
    assert.ok(!sameMode({ kind: 'auto' }, { kind: 'fusion' }));
  });
});
