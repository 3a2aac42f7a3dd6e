import assert from 'node:assert/strict';
import type { AttachOptions } from '../../../src/ownership/attach.ts';
import type { OwnerSecrets } from '../../../src/ownership/challenge.ts';
import type { OwnerInfo } from '../../../src/ownership/owner-file.ts';
import { ownPort } from '../../../src/ownership/own-port.ts';
import type { ListenResult, OwnPortOptions, OwnPortState } from '../../../src/ownership/own-port.ts';
import type { ProbeResult } from '../../../src/ownership/probe.ts';
import type { LiveCommand, LiveMessage } from '../../../src/trace/types.ts';
import { sampleOwnerState } from '../../support/sample-trace.ts';

const OWNER: OwnerInfo = { pid: 4_711, port: 8_787, host: '127.0.0.1', version: '1.2.3', kind: 'window', startedAt: 1, viewToken: 'x'.repeat(43), proofKey: 'y'.repeat(43) };
const HELLO: LiveMessage = { type: 'hello', state: sampleOwnerState(), traces: [] };
const TAKEN: ListenResult = { ok: false, code: 'EADDRINUSE', message: 'address in use' };
const settle = async () => { for (let n = 0; n < 5; n++) await new Promise((resolve) => { setImmediate(resolve); }); };

/** A scripted world: what listening and probing give, one after the other (the last one again and again). */
function start({ listens, probes = [], ...options }: { listens: (ListenResult | 'ok')[]; probes?: ProbeResult[] } & Partial<OwnPortOptions>) {
  const states: OwnPortState[] = [];
  const log: string[] = [];
  const messages: LiveMessage[] = [];
  const warnings: string[] = [];
  const attached: AttachOptions[] = [];
  const commands: LiveCommand[] = [];
  const sleeps: { ms: number; wake: () => void }[] = [];
  const next = <T>(list: T[]): T => {
    const first = list.length > 1 ? list.shift() : list[0];
    assert.ok(first !== undefined, 'the script is at its end');
    return first;
  };
  const port = ownPort({
    host: '127.0.0.1', port: 8_787, stateDir: '/state', version: '1.0.0', kind: 'window', random: () => 0.5,
    listen({ viewToken }) {
      const result = next(listens);
      log.push(`listen ${result === 'ok' ? 'ok' : result.ok ? 'ok' : result.code}`);
      return Promise.resolve(result === 'ok' ? { ok: true, port: 8_787, close: () => { log.push(`close ${viewToken.length}`); return Promise.resolve(); } } : result);
    },
    onState: (state) => states.push(state),
    onMessage: (message) => messages.push(message),
    onWarning: (message) => warnings.push(message),
    ...options,
    world: {
      probe: () => Promise.resolve(next(probes)),
      attach(given) {
        attached.push(given);
        return { send: (command) => { commands.push(command); return true; }, close: () => undefined };
      },
      writeOwner: (_dir, owner) => { log.push(`write ${owner.port} ${owner.kind}`); return Promise.resolve(); },
      removeOwner: (_dir, number) => { log.push(`remove ${number}`); return Promise.resolve(); },
      freePortNear: () => Promise.resolve(8_790),
      sleep: (ms, signal) => new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        sleeps.push({ ms, wake: resolve });
        signal.addEventListener('abort', () => { resolve(); }, { once: true });
      }),
      ...options.world,
    },
  });
  return { port, states, log, messages, warnings, attached, commands, sleeps, statuses: () => states.map(({ status }) => status) };
}

describe('own port: as the first', () => {
  it('owns the port and says so in the owner file, with the token that its server got', async () => {
    const told: OwnerSecrets[] = [], written: OwnerSecrets[] = [];
    const { port, states } = start({
      listens: ['ok'],
      listen: (secrets) => { told.push(secrets); return Promise.resolve({ ok: true, port: 9_999, close: () => Promise.resolve() }); },
      world: { writeOwner: (_dir, { viewToken, proofKey, port: number }) => { written.push({ viewToken, proofKey }); assert.equal(number, 9_999); return Promise.resolve(); } },
    });
    const [{ viewToken, proofKey } = { viewToken: '', proofKey: '' }] = told;
    assert.deepEqual(await port.settled, { status: 'owner', port: 9_999, viewToken });
    assert.deepEqual(states, [{ status: 'owner', port: 9_999, viewToken }]);
    assert.deepEqual(written, told);
    assert.notEqual(proofKey, viewToken);
    await port.stop();
  });

  it('removes its file before it lets the port go, once', async () => {
    const { port, log, statuses } = start({ listens: ['ok'] });
    await port.settled;
    await Promise.all([port.stop(), port.stop()]);
    assert.deepEqual(log, ['listen ok', 'write 8787 window', 'remove 8787', 'close 43']);
    assert.deepEqual(statuses(), ['owner', 'stopped']);
    assert.equal(port.send({ type: 'watchText', on: true }), false);
  });

  it('works on with a warning when the state folder cannot be written', async () => {
    const { port, warnings } = start({ listens: ['ok'], world: { writeOwner: () => Promise.reject(new Error('read-only file system')) } });
    assert.equal((await port.settled).status, 'owner');
    assert.match(warnings[0] ?? '', /\/state.*read-only file system/);
    await port.stop();
  });

  it('lets the port go again when it was stopped while it began to listen', async () => {
    const listening = Promise.withResolvers<ListenResult>();
    const closed: string[] = [];
    const { port, statuses } = start({ listens: ['ok'], listen: () => listening.promise });
    const stopping = port.stop();
    listening.resolve({ ok: true, port: 8_787, close: () => { closed.push('closed'); return Promise.resolve(); } });
    await stopping;
    assert.deepEqual([closed, statuses()], [['closed'], ['stopped']]);
  });

  it('fails when the system refuses, and does not try again', async () => {
    const { port, states, sleeps } = start({ listens: [{ ok: false, code: 'EACCES', message: 'permission denied' }] });
    await port.settled;
    assert.deepEqual(states, [{ status: 'failed', code: 'listen', message: 'cannot listen on 127.0.0.1:8787: permission denied', suggestedPort: null }]);
    await settle();
    assert.equal(sleeps.length, 0);
    await port.stop();
  });

  it('turns an exception of the server into a state', async () => {
    const { port } = start({ listens: ['ok'], listen: () => Promise.reject(new Error('boom')) });
    const state = await port.settled;
    assert.match(state.status === 'failed' ? state.message : '', /boom/);
    await port.stop();
  });
});

describe('own port: with another one of ours', () => {
  const ours: ProbeResult = { kind: 'ours', owner: OWNER };

  it('attaches, shows what the owner tells, and passes commands on', async () => {
    const { port, states, messages, attached, commands } = start({ listens: [TAKEN], probes: [ours] });
    await settle();
    assert.equal(attached[0]?.owner.viewToken, OWNER.viewToken);
    assert.equal(states.length, 0);
    attached[0]?.onMessage(HELLO);
    attached[0]?.onMessage({ type: 'state', state: sampleOwnerState({ mode: { kind: 'fusion' } }) });
    attached[0]?.onMessage({ type: 'deleted', id: 'x' });
    assert.deepEqual(states.map((state) => (state.status === 'attached' ? [state.owner.mode.kind, state.viewToken] : state)), [['auto', OWNER.viewToken], ['fusion', OWNER.viewToken]]);
    assert.deepEqual(messages.map(({ type }) => type), ['hello', 'state', 'deleted']);
    assert.equal(port.send({ type: 'setMode', mode: { kind: 'auto' } }), true);
    assert.deepEqual(commands, [{ type: 'setMode', mode: { kind: 'auto' } }]);
    await port.stop();
    assert.equal(port.send({ type: 'watchText', on: true }), false);
  });

  it('takes over when the owner goes, after a short random pause', async () => {
    const { port, attached, sleeps, statuses } = start({ listens: [TAKEN, 'ok'], probes: [ours] });
    await settle();
    attached[0]?.onMessage(HELLO);
    attached[0]?.onGone('its connection closed');
    await settle();
    assert.deepEqual(sleeps.map(({ ms }) => ms), [10]);
    sleeps[0]?.wake();
    await settle();
    assert.deepEqual(statuses(), ['attached', 'starting', 'owner']);
    await port.stop();
  });

  it('attaches to the successor when another one was quicker', async () => {
    const { port, attached, sleeps, statuses } = start({ listens: [TAKEN, TAKEN], probes: [ours, { kind: 'ours', owner: { ...OWNER, pid: 4_712 } }] });
    await settle();
    attached[0]?.onMessage(HELLO);
    attached[0]?.onGone('its connection closed');
    await settle();
    sleeps[0]?.wake();
    await settle();
    attached[1]?.onMessage(HELLO);
    assert.equal(attached.length, 2);
    assert.deepEqual(statuses(), ['attached', 'starting', 'attached']);
    await port.stop();
  });

  it('tries again, less and less often, when the owner does not greet it, and says so in the end', async () => {
    const { port, states, attached, sleeps } = start({ listens: [TAKEN], probes: [ours] });
    for (let round = 0; round < 8; round++) {
      await settle();
      attached[round]?.onGone('Unexpected server response: 401');
      await settle();
      sleeps[round]?.wake();
    }
    await settle();
    const pauses = sleeps.map(({ ms }) => ms);
    assert.deepEqual(pauses.slice(0, 8), [110, 210, 310, 410, 510, 610, 710, 810]);
    assert.deepEqual(states.map((state) => (state.status === 'failed' ? [state.code, state.suggestedPort] : state)), [['port_taken', 8_790]]);
    await port.stop();
  });

  it('stops while it waits for the owner', async () => {
    const { port, attached, statuses, log } = start({ listens: [TAKEN], probes: [ours] });
    await settle();
    attached[0]?.onMessage(HELLO);
    await port.stop();
    assert.deepEqual([statuses(), log], [['attached', 'stopped'], ['listen EADDRINUSE']]);
  });
});

describe('own port: with a stranger', () => {
  const foreign: ProbeResult = { kind: 'foreign', what: 'another HTTP server' };

  it('says who it is and which port is free, once, and looks again now and then', async () => {
    const { port, states, sleeps } = start({ listens: [TAKEN], probes: [foreign] });
    await settle();
    sleeps[0]?.wake();
    await settle();
    assert.deepEqual(states, [{ status: 'failed', code: 'port_taken', message: 'port 8787 is taken by another HTTP server; stop it or choose another port, 8790 is free', suggestedPort: 8_790 }]);
    assert.ok((sleeps[0]?.ms ?? 0) >= 3_000);
    await port.stop();
  });

  it('shows nothing to one that was quicker when the owner went, and says so', async () => {
    const { port, states, attached, sleeps, statuses } = start({ listens: [TAKEN], probes: [{ kind: 'ours', owner: OWNER }, foreign] });
    await settle();
    attached[0]?.onMessage(HELLO);
    attached[0]?.onGone('its connection closed');
    await settle();
    sleeps[0]?.wake();
    await settle();
    assert.deepEqual([statuses(), attached.length], [['attached', 'starting', 'failed'], 1]);
    assert.match(JSON.stringify(states.at(-1)), /taken by another HTTP server/);
    await port.stop();
  });

  it('takes the port when the stranger has left', async () => {
    const { port, sleeps, statuses } = start({ listens: [TAKEN, 'ok'], probes: [foreign] });
    await settle();
    sleeps[0]?.wake();
    await settle();
    assert.deepEqual(statuses(), ['failed', 'owner']);
    await port.stop();
  });

  it('is patient while a port is just being let go', async () => {
    const { port, sleeps, statuses } = start({ listens: [TAKEN, TAKEN, 'ok'], probes: [{ kind: 'none' }] });
    for (let round = 0; round < 3; round++) {
      await settle();
      sleeps[round]?.wake();
    }
    await settle();
    assert.deepEqual(statuses(), ['owner']);
    await port.stop();
  });

  it('gives up on a port that is held and never answers', async () => {
    const { port, sleeps, states } = start({ listens: [TAKEN], probes: [{ kind: 'none' }] });
    for (let round = 0; round < 8; round++) {
      await settle();
      sleeps[round]?.wake();
    }
    await settle();
    assert.match(states[0]?.status === 'failed' ? states[0].message : '', /does not answer/);
    await port.stop();
  });
});
