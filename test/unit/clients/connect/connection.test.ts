import assert from 'node:assert/strict';
import { claudeCode } from '../../../../src/clients/claude-code.ts';
import { codex } from '../../../../src/clients/codex.ts';
import { apply, BrokenFile, inspect, planToConnect, planToDisconnect, wayBack } from '../../../../src/clients/connect/connection.ts';
import { generic } from '../../../../src/clients/generic.ts';
import { desk, endpoint } from '../support.ts';
import type { PlayedDesk } from '../support.ts';

const CONFIG = '/home/me/.codex/config.toml';
const CATALOG = '/home/me/.codex/openfusion-models.json';
const BACKUP = `${CONFIG}.openfusion-backup`;
const USER = '# mine\nmodel = "gpt-5.5"\n';

const connect = async (at: PlayedDesk, to = endpoint()): Promise<void> => apply(await planToConnect(codex, to, at), at);
const disconnect = async (at: PlayedDesk, options = {}): Promise<void> => apply(await planToDisconnect(codex, endpoint(), at, options), at);
const stateIn = async (at: PlayedDesk, to = endpoint()): Promise<string> => (await inspect(codex, to, at)).state;

describe('the state of an agent', () => {
  it('is not found without configuration and program', async () => {
    assert.equal(await stateIn(desk()), 'not-found');
    assert.equal(await stateIn(desk({ files: { '/usr/bin/codex': '' }, env: { PATH: '/usr/bin:/bin' } })), 'not-connected');
    assert.equal(await stateIn(desk({ files: { [CONFIG]: USER } })), 'not-connected');
  });

  it('is connected, with any model of ours', async () => {
    const at = desk();
    await connect(at, endpoint({ model: 'openfusion/coder' }));
    assert.equal(await stateIn(at), 'connected');
    assert.deepEqual(await inspect(codex, endpoint(), at), { state: 'connected', path: CONFIG, baseUrl: 'http://127.0.0.1:8787/v1', model: 'openfusion/coder', notes: [] });
  });

  it('is connected as well where the address is another name of the same machine', async () => {
    const at = desk();
    await connect(at, endpoint({ origin: 'http://localhost:8787' }));
    assert.equal(await stateIn(at), 'connected');
  });

  it('is connected elsewhere where the port is another', async () => {
    const at = desk();
    await connect(at, endpoint({ origin: 'http://127.0.0.1:9999' }));
    assert.equal(await stateIn(at), 'connected-elsewhere');
  });

  it('is modified where somebody changed what we wrote', async () => {
    for (const [from, to] of [['model_provider = "openfusion"', 'model_provider = "openai"'], ['wire_api = "responses"', 'wire_api = "chat"'], ['base_url = ', 'other = ']] as const) {
      const at = desk();
      await connect(at);
      at.files.files[CONFIG] = (at.files.files[CONFIG] ?? '').replace(from, to);
      assert.equal(await stateIn(at), 'modified', to);
    }
  });

  it('is connected by hand as well, as the original\'s guide has it', async () => {
    const byHand = 'model = "openfusion/auto"\nmodel_provider = "openfusion"\n\n[model_providers.openfusion]\nname = "OpenFusion local"\nbase_url = "http://127.0.0.1:8787/v1"\nenv_key = "MY_KEY"\n';
    assert.equal(await stateIn(desk({ files: { [CONFIG]: byHand } })), 'connected');
    assert.equal(await stateIn(desk({ files: { [CONFIG]: byHand } }), endpoint({ key: { kind: 'env', name: 'OTHER' } })), 'modified', 'a token is read from somewhere else');
  });

  it('tells that a catalog is missing', async () => {
    const at = desk();
    await connect(at);
    await at.files.remove(CATALOG);
    assert.match((await inspect(codex, endpoint(), at)).notes[0] ?? '', /catalog that is not there/);
  });

  it('is broken where the file cannot be read, and says where', async () => {
    const { state, notes } = await inspect(codex, endpoint(), desk({ files: { [CONFIG]: 'a = 1\nb = = 2\n' } }));
    assert.equal(state, 'broken');
    assert.match(notes[0] ?? '', /config\.toml:2:\d+: is not valid TOML/);
  });

  it('tells what keeps a connected agent from asking us', async () => {
    const at = desk({ files: { [CONFIG]: 'profile = "mine"\n\n[profiles.mine]\nmodel = "gpt-5"\n' } });
    await connect(at);
    assert.match((await inspect(codex, endpoint(), at)).notes[0] ?? '', /profile `mine`/);
  });

  it('of a program without a file is what the environment says', async () => {
    const state = async (env: Record<string, string>): Promise<string> => (await inspect(generic, endpoint(), desk({ env }))).state;
    assert.equal(await state({}), 'not-connected');
    assert.equal(await state({ OPENAI_BASE_URL: 'https://api.example/v1', OPENAI_MODEL: 'gpt-5' }), 'not-connected');
    assert.equal(await state({ OPENAI_BASE_URL: 'http://127.0.0.1:8787/v1', OPENAI_MODEL: 'openfusion/auto' }), 'connected');
    assert.equal(await state({ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', OPENAI_MODEL: 'openfusion/auto' }), 'connected-elsewhere');
  });
});

describe('connecting', () => {
  it('keeps a backup and takes everything back, byte for byte', async () => {
    const at = desk({ files: { [CONFIG]: USER } });
    await connect(at);
    assert.equal(at.files.files[BACKUP], USER);
    assert.deepEqual(Object.keys(at.files.files).toSorted(), [CONFIG, BACKUP, CATALOG].toSorted());
    await disconnect(at);
    assert.deepEqual(at.files.files, { [CONFIG]: USER });
    assert.equal(at.known.size, 0);
  });

  it('never overwrites a backup by a second connect', async () => {
    const at = desk({ files: { [CONFIG]: USER } });
    await connect(at);
    await connect(at, endpoint({ origin: 'http://127.0.0.1:9000' }));
    assert.equal(at.files.files[BACKUP], USER);
    await disconnect(at);
    assert.deepEqual(at.files.files, { [CONFIG]: USER });
  });

  it('puts a new backup beside one that holds something else', async () => {
    const at = desk({ files: { [CONFIG]: USER, [BACKUP]: 'older\n' } });
    await connect(at);
    assert.equal(at.files.files[BACKUP], 'older\n');
    assert.equal(at.files.files[`${BACKUP}-2`], USER);
    await disconnect(at);
    assert.deepEqual(at.files.files, { [CONFIG]: USER, [BACKUP]: 'older\n' });
  });

  it('keeps the backup where the user changed the file meanwhile', async () => {
    const at = desk({ files: { [CONFIG]: USER } });
    await connect(at);
    at.files.files[CONFIG] += '# later\n';
    await disconnect(at);
    assert.deepEqual(at.files.files, { [CONFIG]: `${USER}# later\n`, [BACKUP]: USER });
  });

  it('keeps the tables that Codex writes behind ours by itself', async () => {
    const at = desk({ files: { [CONFIG]: USER } });
    await connect(at);
    at.files.files[CONFIG] += '\n[projects."/work"]\ntrust_level = "trusted"\n';
    await disconnect(at);
    assert.equal(at.files.files[CONFIG], `${USER}\n[projects."/work"]\ntrust_level = "trusted"\n`);
  });

  it('forgets a connection that somebody took out by hand', async () => {
    const at = desk({ files: { [CONFIG]: USER } });
    await connect(at);
    at.files.files[CONFIG] = 'model = "other"\n';
    await connect(at);
    assert.equal(at.files.files[`${BACKUP}-2`], 'model = "other"\n');
    await disconnect(at);
    assert.equal(at.files.files[CONFIG], 'model = "other"\n');
  });

  it('writes nothing where nothing has to change', async () => {
    const at = desk();
    await connect(at);
    const before = structuredClone(at.files.files);
    const changes = await planToConnect(codex, endpoint(), at);
    assert.deepEqual(changes.map(({ before: was, after }) => was === after), [true, true]);
    await apply(changes, at);
    assert.deepEqual(at.files.files, before);
  });

  it('leaves a broken file alone and names file and line', async () => {
    const at = desk({ files: { [CONFIG]: 'model = \n' } });
    await assert.rejects(planToConnect(codex, endpoint(), at), (error) => error instanceof BrokenFile && error.message.startsWith(`${CONFIG}:1:`) && error.message.endsWith('It was left as it is'));
    await assert.rejects(planToDisconnect(codex, endpoint(), at), BrokenFile);
    assert.deepEqual(at.files.files, { [CONFIG]: 'model = \n' });
  });

  it('does not write over what somebody wrote between the look and the yes', async () => {
    const at = desk({ files: { [CONFIG]: USER } });
    const changes = await planToConnect(codex, endpoint(), at);
    at.files.files[CONFIG] = 'newer = 1\n';
    await assert.rejects(apply(changes, at), /changed by somebody else/);
    assert.deepEqual(at.files.files, { [CONFIG]: 'newer = 1\n' });
  });

  it('takes the first file back when the second one cannot be written', async () => {
    const at = desk({ files: { [CONFIG]: USER } });
    const changes = await planToConnect(codex, endpoint(), at);
    const write = at.files.write.bind(at.files);
    at.files.write = (path, text, mode) => (path === CONFIG ? Promise.reject(new Error('disk full')) : write(path, text, mode));
    await assert.rejects(apply(changes, at), /disk full/);
    assert.equal(at.files.files[CATALOG], undefined);
    assert.equal(at.files.files[CONFIG], USER);
  });

  it('follows the gateway\'s token: from the placeholder to a variable and back', async () => {
    const path = '/home/me/.claude/settings.json';
    const at = desk();
    await apply(await planToConnect(claudeCode, endpoint(), at), at);
    assert.match(at.files.files[path] ?? '', /"ANTHROPIC_AUTH_TOKEN": "openfusion"/);
    const withToken = endpoint({ key: { kind: 'env', name: 'MY_TOKEN' } });
    assert.equal((await inspect(claudeCode, withToken, at)).state, 'modified');
    await apply(await planToConnect(claudeCode, withToken, at), at);
    assert.match(at.files.files[path] ?? '', /"apiKeyHelper": "printenv MY_TOKEN # openfusion"/);
    assert.doesNotMatch(at.files.files[path] ?? '', /AUTH_TOKEN/);
    assert.equal((await inspect(claudeCode, withToken, at)).state, 'connected');
    await apply(await planToDisconnect(claudeCode, endpoint(), at), at);
    assert.deepEqual(at.files.files, {});
  });

  it('can be brought back after a disconnect, with what is needed to disconnect again', async () => {
    const at = desk({ files: { [CONFIG]: USER } });
    await connect(at);
    const connected = structuredClone(at.files.files);
    const changes = await planToDisconnect(codex, endpoint(), at);
    const back = await wayBack(changes, at);
    await apply(changes, at);
    assert.deepEqual(at.files.files, { [CONFIG]: USER });
    await apply(back, at);
    assert.deepEqual(at.files.files, connected);
    await disconnect(at);
    assert.deepEqual(at.files.files, { [CONFIG]: USER });
  });
});
