import assert from 'node:assert/strict';
import { parseCompatTarget, runCompat } from '../../../src/receipts/compat.ts';

describe('a compat target', () => {
  it('is name, URL, model and the name of a key variable, the last two optional', () => {
    assert.deepEqual(parseCompatTarget('local|http://127.0.0.1:8787/v1|openfusion/fusion'), { name: 'local', url: 'http://127.0.0.1:8787/v1', model: 'openfusion/fusion', keyEnv: undefined });
    assert.deepEqual(parseCompatTarget(' or | https://openrouter.ai/api/v1 | | OPENROUTER_API_KEY '), { name: 'or', url: 'https://openrouter.ai/api/v1', model: undefined, keyEnv: 'OPENROUTER_API_KEY' });
  });

  it('is refused without a name, without a URL, or with more than it has', () => {
    for (const text of ['', 'local', '|http://127.0.0.1/v1', 'local|not a url', 'a|http://127.0.0.1/v1|m|K|more']) assert.equal(parseCompatTarget(text), null);
  });
});

describe('a compat matrix', () => {
  it('without a target proves nothing and fails', async () => {
    assert.equal((await runCompat({ targets: [] })).status, 'fail');
  });
});
