import assert from 'node:assert/strict';
import { createPublicText, findPrivate } from '../../../src/receipts/public-text.ts';

const publicText = createPublicText({ secrets: ['corp-token/42', undefined, '', 'abc'] });

describe('a text for everybody', () => {
  it('is without the keys that were in use, in any form', () => {
    const text = publicText(`corp-token/42 ${encodeURIComponent('corp-token/42')} ${Buffer.from('user:corp-token/42').toString('base64')}`);
    assert.equal(text.includes('token'), false);
    assert.equal(text.includes(Buffer.from('corp-token').toString('base64').slice(2, -2)), false);
  });

  it('is without what looks like a key of anybody, whole or half masked', () => {
    for (const key of ['sk-proj-abcdefghijkl', 'sk-****************wxyz', 'Bearer abc123def456', `AIza${'B'.repeat(35)}`, 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.sig', 'gsk_1234567890', 'org-a1b2c3d4e5', 'req_011CSa2b3c4']) {
      assert.equal(publicText(`not valid: ${key}!`), 'not valid: [redacted]!', key);
    }
  });

  it('is without addresses of people, credentials and folders of machines', () => {
    assert.equal(publicText('ask ann@example.com'), 'ask [e-mail]');
    assert.equal(publicText('https://ann:pw@relay.example/v1'), 'https://relay.example/v1');
    assert.equal(publicText('cannot load /home/ann/models/x.gguf or C:\\Users\\ann\\x.gguf or ~/x.gguf'), 'cannot load [path] or [path] or [path]');
  });

  it('leaves words, model ids and paths of an API as they are', () => {
    for (const text of [
      'The model `openai/gpt-5` does not exist', 'POST /v1/messages is not there; https://api.example/home/v1', 'Missing Bearer authentication in header', 'upstream_key_missing',
      'risk-adjusted sk-learn task-oriented', 'x-openfusion-trace', 'the key is taken as Bearer, not as x-api-key', 'abc stays: it is too short for a secret', 'user-facing key-value req-uired',
    ]) assert.equal(publicText(text), text);
  });

  it('is what the check of reports looks for, too', () => {
    assert.deepEqual(findPrivate('sk-proj-abcdefghijkl of ann@example.com in /home/ann at http://ann:pw@localhost').map(({ kind }) => kind), ['credentials in an address', 'secret', 'e-mail address', 'path of a machine']);
    assert.deepEqual(findPrivate('plain words'), []);
  });
});
