import assert from 'node:assert/strict';
import { CLIENTS } from '../../../../src/clients/list.ts';
import { codex } from '../../../../src/clients/codex.ts';
import { crush } from '../../../../src/clients/crush.ts';
import { apply, planToConnect, planToDisconnect } from '../../../../src/clients/connect/connection.ts';
import { clientsAt, planToMove } from '../../../../src/clients/connect/move.ts';
import type { Client } from '../../../../src/clients/types.ts';
import { desk, endpoint } from '../support.ts';
import type { PlayedDesk } from '../support.ts';

const OLD = 'http://127.0.0.1:8787', NEW = 'http://127.0.0.1:8790';
const WITH_FILES = CLIENTS.filter((client) => client.files(endpoint(), desk().place).length > 0);
const there = (): PlayedDesk => desk({ files: { '/home/me/.config/crush/crushrc': '# mine\n' } });

const connect = async (client: Client, at: PlayedDesk): Promise<void> => apply(await planToConnect(client, endpoint({ model: 'openfusion/coder', key: { kind: 'env', name: 'MY_TOKEN' } }), at), at);
const move = async (client: Client, at: PlayedDesk, from = OLD): Promise<void> => apply(await planToMove(client, { from, to: NEW }, at), at);
const texts = (at: PlayedDesk): Record<string, string> => ({ ...at.files.files });

describe('agents of a gateway that moved', () => {
  it('are those whose configuration points at the old address', async () => {
    const at = there();
    assert.deepEqual(await clientsAt(OLD, at), []);
    await connect(codex, at);
    await connect(crush, at);
    assert.deepEqual((await clientsAt('http://localhost:8787', at)).map(({ id }) => id), ['codex', 'crush']);
    assert.deepEqual(await clientsAt(NEW, at), []);
  });

  it('are not those with a broken file, and not what a shell was told', async () => {
    const env = { OPENAI_BASE_URL: `${OLD}/v1`, OPENAI_MODEL: 'openfusion/auto' };
    assert.deepEqual(await clientsAt(OLD, desk({ env, files: { '/home/me/.codex/config.toml': 'a = = 1' } })), []);
  });

  for (const client of WITH_FILES) {
    it(`${client.title} follows: only addresses change, model and key stay, and disconnecting brings the old file back`, async () => {
      const at = there();
      const original = texts(at);
      await connect(client, at);
      const before = texts(at);
      await move(client, at);
      const expected = Object.entries(before).map(([path, text]) => [path, text.replaceAll('127.0.0.1:8787', '127.0.0.1:8790')]);
      assert.deepEqual(texts(at), Object.fromEntries(expected));
      assert.notDeepEqual(texts(at), before);
      assert.deepEqual((await clientsAt(NEW, at)).map(({ id }) => id), [client.id]);
      await apply(await planToDisconnect(client, endpoint({ origin: NEW }), at), at);
      assert.deepEqual(texts(at), original);
    });
  }

  it('that point elsewhere, or were never connected, stay as they are', async () => {
    const at = there();
    await connect(codex, at);
    const before = texts(at);
    await move(codex, at, 'http://127.0.0.1:878');
    await move(crush, at);
    assert.deepEqual(texts(at), before);
  });
});
