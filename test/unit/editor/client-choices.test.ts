import assert from 'node:assert/strict';
import type { ClientStatus } from '../../../src/clients/connect/connection.ts';
import { findClient } from '../../../src/clients/list.ts';
import { connectChoices, disconnectChoices, stateText } from '../../../src/editor/client-choices.ts';
import type { FoundClient } from '../../../src/editor/client-choices.ts';
import { inEnglish } from '../../../src/editor/translate.ts';

function found(id: string, status: Partial<ClientStatus>): FoundClient {
  const client = findClient(id);
  assert.ok(client);
  return { client, status: { state: 'not-connected', path: `/home/me/${id}`, baseUrl: null, model: null, notes: [], ...status } };
}

const ALL = [
  found('codex', { state: 'not-found' }), found('cline', { state: 'connected', baseUrl: 'http://127.0.0.1:8787/v1', model: 'openfusion/auto' }),
  found('aider', { state: 'broken', notes: ['/home/me/x:2:1: is not $(bug) valid'] }), found('qwen', { state: 'connected-elsewhere', baseUrl: 'http://127.0.0.1:1/v1' }),
  found('kilo', { state: 'modified' }), found('generic', { state: 'connected' }),
];

describe('the picker of agents', () => {
  it('shows the state of each, those that are not here last', () => {
    assert.deepEqual(connectChoices(ALL, inEnglish).map(({ label, description }) => `${label}: ${description}`), [
      '$(pass) Cline: connected, asks for openfusion/auto', '$(error) Aider: its file cannot be read', '$(warning) Qwen Code: points at http://127.0.0.1:1/v1',
      '$(warning) Kilo: connected, then changed by hand', '$(pass) Any other program: connected, asks for ', '$(blank) Codex: not found here',
    ]);
  });

  it('shows the file, and what is wrong with it, without the editor\'s icons', () => {
    assert.equal(connectChoices(ALL, inEnglish)[1]?.detail, '/home/me/aider · /home/me/x:2:1: is not (bug) valid');
  });

  it('offers to disconnect only what is connected through a file', () => {
    assert.deepEqual(disconnectChoices(ALL, inEnglish).map(({ client }) => client.id), ['cline', 'qwen', 'kilo']);
    assert.deepEqual(disconnectChoices([], inEnglish), []);
  });

  it('says of an agent that is here and not connected just that', () => {
    assert.equal(stateText({ state: 'not-connected', baseUrl: null, model: null }, inEnglish), 'not connected');
  });
});
