import assert from 'node:assert/strict';
import { GatewayHost } from '../../../src/gateway/host.ts';
import type { HostState, WorkerOptions } from '../../../src/gateway/host-messages.ts';
import { owned } from '../../support/gateway-states.ts';
import { noSources, PlayedThread } from '../../support/played-thread.ts';

const options: WorkerOptions = { ...noSources, version: '0.1.0', stateDir: null, mode: { kind: 'auto' } };

/** A host with played threads and a clock that only the test moves. */
function play({ restartDelaysMs = [500, 2_000] } = {}) {
  const threads: PlayedThread[] = [];
  const waiting: { delayMs: number; action: () => void }[] = [];
  const states: string[] = [];
  let nowMs = 0;
  const host = new GatewayHost({
    spawn: (given) => {
      const thread = new PlayedThread(given);
      threads.push(thread);
      return thread;
    },
    restartDelaysMs, healthyAfterMs: 60_000, stopGraceMs: 1_000, now: () => nowMs,
    after: (delayMs, action) => {
      const entry = { delayMs, action };
      waiting.push(entry);
      return () => void (waiting.includes(entry) && waiting.splice(waiting.indexOf(entry), 1));
    },
  });
  host.on('state', ({ state }) => states.push(state.status === 'failed' ? `failed:${state.code}` : state.status));
  return {
    host, threads, waiting, states,
    thread: (index = 0): PlayedThread => threads[index] ?? assert.fail(`there is no thread ${index}`),
    passTime: (ms: number) => void (nowMs += ms),
    elapse: () => waiting.shift()?.action(),
    isRunning: (thread: PlayedThread, state: HostState = owned()) => thread.says({ type: 'state', state, viewToken: 'view', clientToken: 'client' }),
  };
}

describe('the door to the gateway\'s thread', () => {
  it('starts one thread, however often it is asked', async () => {
    const { host, threads, states } = play();
    await Promise.all([host.start(options), host.start(options)]);
    assert.deepEqual([threads.length, states], [1, ['starting']]);
  });

  it('passes on the state and the tokens of the running gateway', async () => {
    const { host, thread, isRunning } = play();
    await host.start(options);
    isRunning(thread());
    assert.deepEqual([host.state.status, host.viewToken, host.clientToken], ['owner', 'view', 'client']);
  });

  it('passes on live messages and logs until the listener is taken off', async () => {
    const { host, thread } = play();
    const heard: string[] = [];
    const off = host.on('log', ({ message }) => heard.push(message));
    await host.start(options);
    thread().says({ type: 'log', level: 'info', message: 'one' });
    off();
    thread().says({ type: 'log', level: 'info', message: 'two' });
    assert.deepEqual(heard, ['one']);
  });

  it('starts again after a crash, says so, and forgets the tokens of the dead', async () => {
    const { host, threads, thread, waiting, states, elapse, isRunning } = play();
    await host.start(options);
    isRunning(thread());
    thread().crashes();
    assert.equal(host.viewToken, null);
    assert.match(host.state.status === 'failed' ? host.state.message : '', /crashed: out of memory\. It starts again in 0\.5 s/u);
    assert.equal(waiting[0]?.delayMs, 500);
    elapse();
    assert.equal(threads.length, 2);
    assert.deepEqual(states, ['starting', 'owner', 'failed:restarting', 'starting']);
  });

  it('tells of a crash without the keys that the thread was given', async () => {
    const { host, thread } = play();
    const heard: string[] = [];
    host.on('log', ({ message }) => heard.push(message));
    await host.start({ ...options, secrets: { K: 'sk-stored-0123456789' } });
    thread().crashes('sent sk-stored-0123456789');
    assert.match(host.state.status === 'failed' ? host.state.message : '', /sent \[redacted\]/u);
    assert.ok(!heard.join('').includes('0123456789'));
  });

  it('stays down after too many crashes in a row', async () => {
    const { host, threads, thread, waiting, states, elapse } = play({ restartDelaysMs: [500] });
    await host.start(options);
    thread(0).crashes();
    elapse();
    thread(1).crashes();
    assert.deepEqual([threads.length, waiting.length, states.at(-1)], [2, 0, 'failed:crashed']);
  });

  it('counts crashes anew after a healthy time', async () => {
    const { host, thread, states, elapse, passTime } = play({ restartDelaysMs: [500] });
    await host.start(options);
    thread(0).crashes();
    elapse();
    passTime(60_000);
    thread(1).crashes();
    assert.equal(states.at(-1), 'failed:restarting');
  });

  it('can be started by hand after it stayed down', async () => {
    const { host, threads, thread } = play({ restartDelaysMs: [] });
    await host.start(options);
    thread().crashes();
    await host.start(options);
    assert.equal(threads.length, 2);
  });

  it('takes a thread that cannot even be made for a crash', async () => {
    const host = new GatewayHost({ spawn: () => { throw new Error('no such file'); }, restartDelaysMs: [] });
    await host.start(options);
    assert.match(host.state.status === 'failed' ? host.state.message : '', /no such file/u);
  });

  it('starts again with the newest configuration and mode', async () => {
    const { host, thread, elapse, isRunning } = play();
    await host.start(options);
    host.configure({ ...options, config: { server: { port: 9000 } } });
    isRunning(thread(), owned({ mode: { kind: 'fusion' } }));
    thread().crashes();
    elapse();
    assert.deepEqual([thread(1).options.config, thread(1).options.mode], [{ server: { port: 9000 } }, { kind: 'fusion' }]);
  });

  it('keeps asking for the live feed over a restart', async () => {
    const { host, thread, elapse } = play();
    await host.start(options);
    host.watchLive(true);
    thread().crashes();
    elapse();
    assert.deepEqual(thread(1).received, [{ type: 'watchLive', on: true }]);
  });

  it('lets requests finish when it stops, then ends the thread', async () => {
    const { host, thread, states } = play();
    await host.start(options);
    const stopped = host.stop(5_000);
    assert.deepEqual(thread().received.at(-1), { type: 'stop', drainMs: 5_000 });
    assert.equal(thread().terminated, false);
    thread().says({ type: 'stopped' });
    await stopped;
    assert.deepEqual([thread().terminated, states.at(-1)], [true, 'stopped']);
  });

  it('ends a thread by force that does not stop in time', async () => {
    const { host, thread, waiting, elapse } = play();
    await host.start(options);
    const stopped = host.stop(5_000);
    assert.equal(waiting[0]?.delayMs, 6_000);
    elapse();
    await stopped;
    assert.ok(thread().terminated);
  });

  it('does not take the end of a stopping thread for a crash', async () => {
    const { host, thread, states } = play();
    await host.start(options);
    const stopped = host.stop(0);
    thread().crashes();
    await stopped;
    assert.deepEqual(states, ['starting', 'stopped']);
  });

  it('calls off a pending restart when it stops', async () => {
    const { host, thread, waiting } = play();
    await host.start(options);
    thread().crashes();
    await host.stop(0);
    assert.deepEqual([waiting.length, host.state.status], [0, 'stopped']);
  });

  it('starts a new thread only after the old one has ended', async () => {
    const { host, threads, thread } = play();
    await host.start(options);
    const stopped = host.stop(0);
    const started = host.start(options);
    assert.equal(threads.length, 1);
    thread().says({ type: 'stopped' });
    await Promise.all([stopped, started]);
    assert.deepEqual([threads.length, host.state.status], [2, 'starting']);
  });
});
