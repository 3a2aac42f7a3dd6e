import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { attach } from '../../src/ownership/attach.ts';
import { CHALLENGE_HEADER, newOwnerSecrets, proofFor, PROOF_HEADER } from '../../src/ownership/challenge.ts';
import type { ListenResult } from '../../src/ownership/own-port.ts';
import type { Mode } from '../../src/routing/types.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { createRecorder } from '../../src/trace/recorder.ts';
import { createRedactor } from '../../src/trace/redact.ts';
import type { LiveMessage } from '../../src/trace/types.ts';
import { sampleOwnerState, samplePlan, sampleStart } from '../support/sample-trace.ts';
import { listen } from '../support/tiny-owner.ts';

const DONE = { status: 'done', httpStatus: 200, usage: null, costUsd: null, error: null } as const;

describe('attachment', () => {
  const secrets = newOwnerSecrets();
  const { viewToken } = secrets;
  const traces = createRecorder({ store: createMemoryStore(), config: { keepPrompts: 'memory' }, redactor: createRedactor([]) });
  let mode: Mode;
  let server: Extract<ListenResult, { ok: true }>;
  const attachments: { close(): void }[] = [];
  const cleanUps: (() => void)[] = [];

  beforeEach(async () => {
    mode = { kind: 'auto' };
    const result = await listen(0, secrets, traces, () => mode, (changed) => { mode = changed; });
    assert.ok(result.ok);
    server = result;
  });
  afterEach(async () => {
    for (const attachment of attachments.splice(0)) attachment.close();
    for (const cleanUp of cleanUps.splice(0)) cleanUp();
    await traces.clear();
    await server.close();
  });

  /** Attached, with everything that it hears; `until` waits for the first message that fits. */
  function attached({ token = viewToken, port = server.port, ...rest }: { token?: string; port?: number; heartbeatMs?: number; handshakeMs?: number; signal?: AbortSignal } = {}) {
    const messages: LiveMessage[] = [];
    const gone = Promise.withResolvers<string>();
    const goneReasons: string[] = [];
    const watchers = new Set<() => void>();
    const attachment = attach({
      owner: { host: '127.0.0.1', port, viewToken: token, proofKey: secrets.proofKey },
      onMessage(message) {
        messages.push(message);
        for (const look of [...watchers]) look();
      },
      onGone(reason) {
        goneReasons.push(reason);
        gone.resolve(reason);
      },
      ...rest,
    });
    attachments.push(attachment);
    const until = <T extends LiveMessage['type']>(type: T, fits: (message: Extract<LiveMessage, { type: T }>) => boolean = () => true) => new Promise<Extract<LiveMessage, { type: T }>>((resolve) => {
      const look = () => {
        const found = messages.find((message): message is Extract<LiveMessage, { type: T }> => message.type === type && fits(message as Extract<LiveMessage, { type: T }>));
        if (found === undefined) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
    });
    return { attachment, messages, gone: gone.promise, goneReasons, until };
  }

  /** Another server's web sockets, and their port. */
  async function otherOwner({ autoPong = true, proof = (nonce: string) => proofFor(secrets.proofKey, nonce) } = {}): Promise<{ sockets: WebSocketServer; port: number }> {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong });
    sockets.on('headers', (headers, request) => {
      const proven = proof(String(request.headers[CHALLENGE_HEADER]));
      if (proven !== null) headers.push(`${PROOF_HEADER}: ${proven}`);
    });
    await once(sockets, 'listening');
    cleanUps.push(() => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    });
    return { sockets, port: (sockets.address() as AddressInfo).port };
  }

  it('is greeted with what was there and hears what happens from then on', async () => {
    traces.begin(sampleStart({ id: 'before', startedAtMs: Date.now() })).finish(DONE);
    traces.flush();
    const { until } = attached();
    const hello = await until('hello');
    assert.deepEqual([hello.state.mode, hello.traces.map(({ id }) => id)], [{ kind: 'auto' }, ['before']]);
    const request = traces.begin(sampleStart({ id: 'now' }));
    request.planned(samplePlan());
    const running = await until('trace');
    assert.deepEqual([running.trace.id, running.trace.status, running.trace.plan?.task.domain], ['now', 'running', 'debug']);
    request.finish(DONE);
    await until('trace', ({ trace }) => trace.status === 'done');
    await traces.delete('now');
    assert.deepEqual(await until('deleted'), { type: 'deleted', id: 'now' });
  });

  it('sends commands, also those given before it is connected', async () => {
    const { attachment, until } = attached();
    assert.equal(attachment.send({ type: 'setMode', mode: { kind: 'fusion' } }), true);
    await until('state', ({ state }) => state.mode.kind === 'fusion');
    assert.equal(attachment.send({ type: 'setMode', mode: { kind: 'role', role: 'coder' } }), true);
    await until('state', ({ state }) => state.mode.kind === 'role');
    assert.deepEqual(mode, { kind: 'role', role: 'coder' });
  });

  it('says once that the owner is gone when its server closes', async () => {
    const { attachment, gone, goneReasons, until } = attached();
    await until('hello');
    await server.close();
    assert.match(await gone, /closed/);
    assert.equal(attachment.send({ type: 'watchText', on: true }), false);
    assert.equal(goneReasons.length, 1);
  });

  it('is told to go when its token is wrong', async () => {
    assert.match(await attached({ token: newOwnerSecrets().viewToken }).gone, /401/);
  });

  it('says so when nobody is there', async () => {
    await server.close();
    assert.match(await attached().gone, /ECONNREFUSED/);
  });

  const pretenders: readonly [what: string, proof: (nonce: string) => string | null][] = [
    ['has no proof', () => null],
    ['has the proof of another key', (nonce) => proofFor(newOwnerSecrets().proofKey, nonce)],
    ['repeats a proof that it has heard', () => proofFor(secrets.proofKey, 'ab'.repeat(32))],
  ];
  for (const [what, proof] of pretenders) {
    it(`believes nobody who took the port since and ${what}, whatever he says`, async () => {
      const { sockets, port } = await otherOwner({ proof });
      sockets.on('connection', (socket) => { socket.send(JSON.stringify({ type: 'hello', state: sampleOwnerState(), traces: [] })); });
      const { gone, messages, attachment } = attached({ port });
      assert.match(await gone, /cannot prove/);
      assert.deepEqual([messages, attachment.send({ type: 'watchText', on: true })], [[], false]);
    });
  }

  it('notices an owner that keeps its socket open and answers no ping', async () => {
    const { port } = await otherOwner({ autoPong: false });
    assert.match(await attached({ port, heartbeatMs: 20 }).gone, /does not answer/);
  });

  it('stays with an owner that answers its pings', async () => {
    const { sockets, port } = await otherOwner();
    let pings = 0;
    const enough = Promise.withResolvers<undefined>();
    sockets.on('connection', (socket) => socket.on('ping', () => {
      pings += 1;
      if (pings === 8) enough.resolve(undefined);
    }));
    const { goneReasons, gone } = attached({ port, heartbeatMs: 20 });
    await Promise.race([enough.promise, gone]);
    assert.deepEqual(goneReasons, []);
  });

  it('ignores frames that make no sense', async () => {
    const { sockets, port } = await otherOwner();
    sockets.on('connection', (socket) => {
      for (const frame of ['', '{', '{"type":"novelty"}', Buffer.from([1, 2, 3]), '{"type":"deleted","id":"last"}']) socket.send(frame);
    });
    const { messages, until } = attached({ port });
    await until('deleted');
    assert.deepEqual(messages, [{ type: 'deleted', id: 'last' }]);
  });

  it('is silent when it was closed or aborted, before and after it was connected', async () => {
    const aborting = new AbortController();
    const [closed, aborted, early] = [attached(), attached({ signal: aborting.signal }), attached({ signal: AbortSignal.abort() })];
    await Promise.all([closed.until('hello'), aborted.until('hello')]);
    closed.attachment.close();
    aborting.abort();
    const last = attached();
    await last.until('hello');
    await server.close();
    await last.gone;
    assert.deepEqual([closed, aborted, early].map(({ goneReasons }) => goneReasons.length), [0, 0, 0]);
    assert.equal(early.messages.length, 0);
  });

  it('gives up on one that accepts and never shakes hands', async () => {
    const held: Socket[] = [];
    const silent = createServer((socket) => held.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    cleanUps.push(() => {
      for (const socket of held) socket.destroy();
      silent.close();
    });
    assert.match(await attached({ port: (silent.address() as AddressInfo).port, handshakeMs: 100 }).gone, /timed out/);
  });
});
