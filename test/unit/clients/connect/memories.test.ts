import assert from 'node:assert/strict';
import { memoriesIn } from '../../../../src/clients/connect/memories.ts';
import { playedFiles } from '../support.ts';

const memory = { existed: true, written: 'abc', previous: { model: '"x"' }, created: ['provider'], backup: '/a.openfusion-backup' };

describe('what is remembered of connections', () => {
  it('is kept by file in one private file', async () => {
    const files = playedFiles();
    const prepared: string[] = [];
    const memories = memoriesIn('/state', files, (dir) => Promise.resolve(prepared.push(dir)));
    assert.equal(await memories.get('/a'), null);
    await memories.set('/a', memory);
    await memories.set('/b', { ...memory, backup: null });
    assert.deepEqual(await memories.get('/a'), memory);
    await memories.set('/a', null);
    assert.equal(await memories.get('/a'), null);
    assert.deepEqual(await memories.get('/b'), { ...memory, backup: null });
    assert.deepEqual([files.modes, prepared[0]], [{ '/state/connections.json': 0o600 }, '/state']);
  });

  it('is nothing where the file makes no sense', async () => {
    const memories = memoriesIn('/state', playedFiles({ '/state/connections.json': '{"files": 3' }), () => Promise.resolve());
    assert.equal(await memories.get('constructor'), null);
    await memories.set('/a', memory);
    assert.deepEqual(await memories.get('/a'), memory);
  });
});
