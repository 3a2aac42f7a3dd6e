import assert from 'node:assert/strict';
import { configDirOf, stateDirOf } from '../../../src/config/state-dir.ts';

describe('folders', () => {
  it('follow the XDG rules on Linux', () => {
    const machine = { platform: 'linux' as const, env: {}, home: '/home/ann' };
    assert.equal(stateDirOf(machine), '/home/ann/.local/state/openfusion');
    assert.equal(configDirOf(machine), '/home/ann/.config/openfusion');
    const env = { XDG_STATE_HOME: '/s', XDG_CONFIG_HOME: '/c' };
    assert.equal(stateDirOf({ ...machine, env }), '/s/openfusion');
    assert.equal(configDirOf({ ...machine, env }), '/c/openfusion');
  });

  it('ignore a relative XDG folder, as the rules say', () => {
    assert.equal(stateDirOf({ platform: 'linux', env: { XDG_STATE_HOME: 'here' }, home: '/home/ann' }), '/home/ann/.local/state/openfusion');
  });

  it('are where macOS and Windows expect them', () => {
    assert.equal(stateDirOf({ platform: 'darwin', env: {}, home: '/Users/ann' }), '/Users/ann/Library/Application Support/openfusion');
    const windows = { platform: 'win32' as const, env: { LOCALAPPDATA: 'C:\\L', APPDATA: 'C:\\R' }, home: 'C:\\Users\\ann' };
    assert.equal(stateDirOf(windows), 'C:\\L\\openfusion');
    assert.equal(configDirOf(windows), 'C:\\R\\openfusion');
    assert.equal(stateDirOf({ ...windows, env: {} }), 'C:\\Users\\ann\\AppData\\Local\\openfusion');
  });
});
