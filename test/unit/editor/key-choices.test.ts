import assert from 'node:assert/strict';
import { keyChoices, keyProblem } from '../../../src/editor/key-choices.ts';
import { inEnglish } from '../../../src/editor/translate.ts';

const builtIn = { name: 'default', baseURL: 'https://built-in.example/v1', apiKeyEnv: 'BUILT_IN_KEY' };

describe('the keys that can be set', () => {
  it('are the built-in upstream\'s before a configuration was read', () => {
    assert.deepEqual(keyChoices(null, builtIn), [{ keyName: 'BUILT_IN_KEY', upstream: 'default', baseURL: 'https://built-in.example/v1' }]);
  });

  it('are those that upstreams name, as their key or in a header, then the other secrets', () => {
    const upstreams = [
      { name: 'default', baseURL: 'https://a.example/v1', keyName: 'A', key: 'missing' as const, headerSecrets: ['TEAM', 'A'], moved: [] },
      { name: 'local', baseURL: 'http://127.0.0.1:1/v1', keyName: null, key: 'not_needed' as const, headerSecrets: [], moved: [] },
    ];
    assert.deepEqual(keyChoices({ error: null, file: null, ignoredKeys: [], upstreams, secretNames: ['A', 'TEAM', 'TOKEN'] }, builtIn), [
      { keyName: 'A', upstream: 'default', baseURL: 'https://a.example/v1' },
      { keyName: 'TEAM', upstream: 'default', baseURL: 'https://a.example/v1' },
      { keyName: 'TOKEN', upstream: null, baseURL: null },
    ]);
  });

  it('are none when no upstream wants one', () => {
    const upstreams = [{ name: 'default', baseURL: 'http://127.0.0.1:1/v1', keyName: null, key: 'not_needed' as const, headerSecrets: [], moved: [] }];
    assert.deepEqual(keyChoices({ error: null, file: null, ignoredKeys: [], upstreams, secretNames: [] }, builtIn), []);
  });
});

describe('a key as typed', () => {
  it('may have blanks around it', () => assert.equal(keyProblem(' sk-abc ', inEnglish), null));
  it('must not be empty', () => assert.match(keyProblem('  ', inEnglish) ?? '', /needed/u));
  it('must not hold what would end a header', () => {
    for (const text of ['sk a', 'sk\r\nx: y', 'schlüssel']) assert.match(keyProblem(text, inEnglish) ?? '', /plain characters/u);
  });
});
