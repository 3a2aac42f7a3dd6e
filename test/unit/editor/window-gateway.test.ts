import assert from 'node:assert/strict';
import { StoredKeys } from '../../../src/editor/stored-keys.ts';
import { WindowGateway } from '../../../src/editor/window-gateway.ts';
import { GatewayHost } from '../../../src/gateway/host.ts';
import type { ConfigReport, HostState } from '../../../src/gateway/host-messages.ts';
import type { Mode } from '../../../src/routing/types.ts';
import { failed, owned } from '../../support/gateway-states.ts';
import { noSources, PlayedThread } from '../../support/played-thread.ts';

const report: ConfigReport = {
  error: null, file: null, ignoredKeys: [], secretNames: ['TOKEN'],
  upstreams: [{ name: 'default', baseURL: 'https://models.example/v1', keyName: 'RELAY_KEY', key: 'missing', headerSecrets: [], moved: [] }],
};

async function start({ secrets = {}, mode }: { secrets?: Record<string, string>; mode?: Mode } = {}) {
  const memory = new Map<string, unknown>(mode ? [['openfusion.mode', mode]] : []);
  const remember = { get: (key: string) => memory.get(key), update: (key: string, value: unknown) => Promise.resolve(void memory.set(key, value)) };
  const keys = new StoredKeys({ get: (name) => Promise.resolve(secrets[name]), store: () => Promise.resolve(), delete: () => Promise.resolve() }, remember);
  const asked: (readonly string[])[] = [];
  const said: string[] = [];
  const note = (message: string): void => void said.push(message);
  let thread: PlayedThread | undefined;
  const gateway = new WindowGateway({
    host: new GatewayHost({ spawn: (options) => (thread = new PlayedThread(options)) }), keys, version: '0.1.0', memory: remember,
    log: { debug: note, info: note, warn: note, error: note },
    readSources: (names) => {
      asked.push(names);
      return Promise.resolve(noSources);
    },
  });
  await gateway.start();
  assert.ok(thread);
  const played = thread;
  return { gateway, thread: played, memory, asked, said, enters: (state: HostState) => played.says({ type: 'state', state, viewToken: null, clientToken: null }) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('this window\'s gateway', () => {
  it('starts in the mode that was used last', async () => {
    const { thread } = await start({ mode: { kind: 'fusion' } });
    assert.deepEqual(thread.options.mode, { kind: 'fusion' });
  });

  it('remembers the mode that the owner is in, whichever window switched it', async () => {
    const { memory, enters } = await start();
    enters(owned({ mode: { kind: 'role', role: 'coder' } }));
    assert.deepEqual(memory.get('openfusion.mode'), { kind: 'role', role: 'coder' });
  });

  it('writes what the thread logs into the one channel', async () => {
    const { thread, said } = await start();
    thread.says({ type: 'log', level: 'warn', message: 'careful' });
    assert.deepEqual(said, ['careful']);
  });

  it('configures again when the configuration names a key that another window stored', async () => {
    const { thread, asked } = await start({ secrets: { 'openfusion.key.RELAY_KEY': '{"value":"k","origins":[]}' } });
    thread.says({ type: 'config', report });
    await turn();
    assert.deepEqual(asked.at(-1), ['RELAY_KEY', 'TOKEN']);
    assert.equal(thread.received.at(-1)?.type, 'configure');
  });

  it('leaves the thread alone when no such key is stored', async () => {
    const { thread } = await start();
    thread.says({ type: 'config', report });
    await turn();
    assert.deepEqual(thread.received, []);
  });

  it('keeps what it knows when a later configuration was not taken', async () => {
    const { gateway, thread } = await start();
    thread.says({ type: 'config', report });
    thread.says({ type: 'config', report: { ...report, error: 'bad key', upstreams: [], secretNames: [] } });
    assert.deepEqual(gateway.report, { ...report, error: 'bad key' });
  });

  it('can be waited for while it starts', async () => {
    const { gateway, enters } = await start();
    const running = gateway.whenRunning();
    enters(owned({ port: 9000 }));
    assert.equal((await running)?.port, 9000);
  });

  it('is not there once it failed', async () => {
    const { gateway, enters } = await start();
    const running = gateway.whenRunning();
    enters(failed('port_taken'));
    assert.deepEqual([await running, gateway.owner], [null, null]);
  });
});
