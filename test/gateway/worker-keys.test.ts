import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, it } from 'mocha';
import type { FromWorker, WorkerOptions } from '../../src/gateway/host-messages.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { noSources } from '../support/played-thread.ts';
import { repoDir } from '../support/paths.ts';
import { startScriptedUpstream, text, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KEY = 'sk-or-v1-Zq8W3xT5kP0mN7bV2cR9dL4fH6jG1';

describe('the messages of the gateway\'s thread to the extension', () => {
  let worker: Worker, upstream: ScriptedUpstream, folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const messages: FromWorker[] = [];
  const start = async (given: Partial<WorkerOptions>, env: Record<string, string> = {}): Promise<void> => {
    folder = await temporaryFolder();
    upstream = await startScriptedUpstream({ script: text(`It is ${KEY}.`) });
    messages.length = 0;
    const workerData: WorkerOptions = { ...noSources, version: '0.0.0-test', stateDir: folder.path, mode: { kind: 'auto' }, ...given };
    worker = new Worker(join(repoDir, 'src/gateway/worker.ts'), { workerData, env: { ...process.env, XDG_CONFIG_HOME: folder.path, ...env } });
    worker.on('message', (message: FromWorker) => messages.push(message));
  };
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise((resolve) => { worker.once('message', resolve); });
    }
  };
  afterEach(async () => {
    worker.postMessage({ type: 'stop', drainMs: 0 });
    await until(() => messages.find(({ type }) => type === 'stopped'));
    await worker.terminate();
    await upstream.close();
    await folder.remove();
  });

  it('hold no stored key when the configuration that names it is refused', async () => {
    await start({ secrets: { RELAY_KEY: KEY }, config: { [KEY]: 1, server: { port: 0 } } });
    await until(() => messages.find((message) => message.type === 'state' && message.state.status === 'failed'));
    assert.match(JSON.stringify(messages), /\[redacted\]/u);
    assert.ok(!JSON.stringify(messages).includes(KEY.slice(9, 20)));
  });

  it('hold no key in the live feed, while an answer runs and after it', async () => {
    await start({});
    worker.postMessage({ type: 'configure', ...noSources, secrets: { RELAY_KEY: KEY }, secretOrigins: { RELAY_KEY: [] }, config: { server: { port: 0 }, upstream: { baseURL: upstream.baseURL, apiKeyEnv: 'RELAY_KEY' } } });
    worker.postMessage({ type: 'watchLive', on: true });
    const owner = await until(() => messages.findLast((message) => message.type === 'state' && message.state.status === 'owner' && !message.state.owner.dryRun));
    assert.ok(owner.type === 'state' && owner.state.status === 'owner');
    const response = await fetch(`http://127.0.0.1:${owner.state.owner.port}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ messages: [{ role: 'user', content: `Is it ${KEY}?` }], stream: true }) });
    await response.text();
    await until(() => messages.find((message) => message.type === 'live' && message.message.type === 'trace' && message.message.trace.status === 'done'));
    assert.ok(upstream.requests.some(({ headers }) => headers.authorization === `Bearer ${KEY}`));
    assert.match(JSON.stringify(messages), /It is \[redacted/u);
    assert.ok(!JSON.stringify(messages).includes(KEY.slice(9, 20)));
  });

  it('tell that the environment switches certificate checks off, and that nothing runs until it does not', async () => {
    await start({ config: { server: { port: 0 } } }, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    const failed = await until(() => messages.find((message) => message.type === 'state' && message.state.status === 'failed'));
    assert.match(JSON.stringify(failed), /NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off/u);
    assert.ok(!messages.some((message) => message.type === 'state' && message.state.status === 'owner'));
  });

  it('tell that unchecked certificates are no choice, and use the proxy that the editor knows', async () => {
    const through = await startConnectProxy({ resolve: () => undefined });
    const network = { proxy: `http://127.0.0.1:${through.port}`, noProxy: [], proxyAuthorization: 'Basic bWU6cGFzc3dvcmQ=', useProxy: true, systemCertificates: false, wantsUncheckedCertificates: true };
    await start({ network, secrets: { RELAY_KEY: KEY }, secretOrigins: { RELAY_KEY: [] }, config: { server: { port: 0 }, upstream: { baseURL: 'https://relay.example/v1', apiKeyEnv: 'RELAY_KEY' }, fallback: 'never' } });
    const owner = await until(() => messages.findLast((message) => message.type === 'state' && message.state.status === 'owner'));
    assert.ok(owner.type === 'state' && owner.state.status === 'owner');
    const response = await fetch(`http://127.0.0.1:${owner.state.owner.port}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }] }) });
    assert.match(await response.text(), /refused to connect to relay\.example:443 \(502\)/u);
    assert.ok(through.targets.length > 0 && through.seen.includes('proxy-authorization: Basic bWU6cGFzc3dvcmQ='));
    assert.match(JSON.stringify(messages), /http\.proxyStrictSSL is off in this editor\. OpenFusion checks certificates all the same/u);
    await through.close();
  });
});
