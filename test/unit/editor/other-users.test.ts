import assert from 'node:assert/strict';
import { otherUsers, whoElse, type UserSources } from '../../../src/editor/other-users.ts';
import { inEnglish } from '../../../src/editor/translate.ts';

const machine = (given: Partial<UserSources>): UserSources => ({ platform: 'linux', userName: 'me', readText: () => Promise.reject(new Error('no file')), namesIn: () => Promise.reject(new Error('no folder')), ...given });
const PASSWD = [
  'root:x:0:0:root:/root:/bin/bash', 'daemon:x:1:1::/usr/sbin:/usr/sbin/nologin', 'me:x:1000:1000::/home/me:/bin/bash', 'nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin',
  'service:x:1001:1001::/home/service:/usr/sbin/nologin', 'build:x:1002:1002::/var/build:/bin/bash', 'broken', '',
].join('\n');

describe('other users of this machine', () => {
  it('are people with a home who can log in, on Linux', async () => {
    assert.deepEqual(await otherUsers(machine({ readText: () => Promise.resolve(PASSWD) })), []);
    assert.deepEqual(await otherUsers(machine({ readText: () => Promise.resolve(`${PASSWD}\nana:x:1003:1003:Ana:/home/ana:/usr/bin/zsh`) })), ['ana']);
    assert.deepEqual(await otherUsers(machine({ userName: 'ana', readText: () => Promise.resolve(`${PASSWD}\nana:x:1003:1003:Ana:/home/ana:/usr/bin/zsh`) })), ['me']);
  });

  it('are those with a folder of their own, on macOS and Windows', async () => {
    const names = ['me', 'Shared', '.localized', 'Guest', 'ana'];
    assert.deepEqual(await otherUsers(machine({ platform: 'darwin', namesIn: (folder) => Promise.resolve(folder === '/Users' ? names : []) })), ['ana']);
    assert.deepEqual(await otherUsers(machine({ platform: 'win32', userName: 'Me', namesIn: () => Promise.resolve(['me', 'Public', 'Default', 'Default User', 'All Users', 'desktop.ini', 'ana']) })), ['ana']);
  });

  it('are none where that cannot be told', async () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) assert.deepEqual(await otherUsers(machine({ platform })), []);
  });
});

describe('who else can reach the gateway', () => {
  const told = (remoteName: string | undefined, others: string[]): string | null => whoElse({ remoteName, others }, inEnglish);

  it('is whoever can log in on a remote machine', () => {
    for (const name of ['ssh-remote', 'dev-container', 'codespaces', 'tunnel', 'build.corp.example:8000']) assert.match(told(name, []) ?? '', /remote machine/u);
  });

  it('is other users of this machine, which a server on loopback is too', () => {
    assert.equal(told(undefined, ['ana', 'ben', 'cyd', 'dan']), 'This machine has other users (ana, ben, cyd).');
    assert.match(told('127.0.0.1:8000', ['ana']) ?? '', /other users/u);
  });

  it('is nobody on a desktop of one\'s own', () => {
    for (const name of [undefined, 'localhost:8000', '127.0.0.1:8000']) assert.equal(told(name, []), null);
  });
});
