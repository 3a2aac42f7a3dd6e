import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { createFeed } from '../../../src/trace/feed.ts';
import { createLiveHub } from '../../../src/trace/live.ts';
import type { LiveSocket } from '../../../src/trace/live.ts';
import { summaryOf } from '../../../src/trace/summary.ts';
import type { LiveMessage, TraceSummary } from '../../../src/trace/types.ts';
import { sampleOwnerState, samplePhase, sampleRecord } from '../../support/sample-trace.ts';

class FakeSocket extends EventEmitter {
  bufferedAmount = 0;
  terminated = false;
  readonly sent: LiveMessage[] = [];
  send(text: string): void { this.sent.push(JSON.parse(text) as LiveMessage); }
  terminate(): void {
    this.terminated = true;
    this.emit('close');
  }
  say(command: unknown): void { this.emit('message', Buffer.from(typeof command === 'string' ? command : JSON.stringify(command)), false); }
  get types(): string[] { return this.sent.map(({ type }) => type); }
}
const asSocket = (socket: FakeSocket) => socket as unknown as LiveSocket;
const settle = () => new Promise((resolve) => { setImmediate(resolve); });

function setUp({ list = () => Promise.resolve<TraceSummary[]>([]) } = {}) {
  const feed = createFeed();
  const modes: unknown[] = [];
  let state = sampleOwnerState();
  const hub = createLiveHub({ traces: { feed, list }, ownerState: () => state, setMode: (mode) => modes.push(mode) });
  const connect = ({ mayCommand = true } = {}) => {
    const socket = new FakeSocket();
    hub.add(asSocket(socket), { mayCommand });
    return socket;
  };
  const publish = (status: 'running' | 'done', answer = 'I fixed it.') => { feed.publish({ type: 'trace', trace: sampleRecord({ status, answer }) }); };
  return { feed, hub, modes, connect, publish, setState: (over: Partial<typeof state>) => { state = { ...state, ...over }; } };
}

describe('live hub', () => {
  it('greets with the state and the newest requests', async () => {
    const asked: unknown[] = [];
    const { connect } = setUp({ list: (query?: unknown) => { asked.push(query); return Promise.resolve([summaryOf(sampleRecord())]); } });
    const socket = connect();
    await settle();
    assert.deepEqual(socket.sent, [{ type: 'hello', state: sampleOwnerState(), traces: [summaryOf(sampleRecord())] }]);
    assert.deepEqual(asked, [{ limit: 200 }]);
  });

  it('sends what happens during the greeting after it', async () => {
    const { connect, publish } = setUp();
    const socket = connect();
    publish('running');
    publish('done');
    assert.deepEqual(socket.sent, []);
    await settle();
    assert.deepEqual(socket.types, ['hello', 'trace', 'trace']);
  });

  it('passes traces, deletions and changes of the state on to all', async () => {
    const { feed, hub, connect, publish, setState } = setUp();
    const sockets = [connect(), connect()];
    await settle();
    publish('running');
    feed.publish({ type: 'deleted', id: 'trace-1' });
    setState({ mode: { kind: 'fusion' } });
    hub.stateChanged();
    for (const socket of sockets) {
      assert.deepEqual(socket.types, ['hello', 'trace', 'deleted', 'state']);
      const last = socket.sent.at(-1);
      assert.deepEqual(last?.type === 'state' && last.state.mode, { kind: 'fusion' });
    }
  });

  it('writes a message once for all sockets', async () => {
    const { feed, connect } = setUp();
    connect();
    connect();
    await settle();
    let written = 0;
    feed.publish({ type: 'trace', trace: { ...sampleRecord(), toJSON: () => { written += 1; return {}; } } as ReturnType<typeof sampleRecord> });
    assert.equal(written, 1);
  });

  it('drops updates for a slow socket, but never the end of a request', async () => {
    const { connect, publish } = setUp();
    const slow = connect();
    const quick = connect();
    await settle();
    slow.bufferedAmount = 1_000_001;
    publish('running');
    publish('running');
    publish('done');
    assert.deepEqual([slow.types, quick.types], [['hello', 'trace'], ['hello', 'trace', 'trace', 'trace']]);
    assert.equal(slow.sent[1]?.type === 'trace' && slow.sent[1].trace.status, 'done');
  });

  it('gives a socket up that does not read at all', async () => {
    const { hub, connect, publish } = setUp();
    const stuck = connect();
    await settle();
    stuck.bufferedAmount = 100_000_000;
    publish('done');
    assert.deepEqual([stuck.terminated, stuck.types, hub.size], [true, ['hello'], 0]);
  });

  it('listens to the feed only while a socket is there', async () => {
    const { feed, hub, connect } = setUp();
    assert.equal(feed.listened, false);
    const [a, b] = [connect(), connect()];
    await settle();
    a.emit('close');
    assert.deepEqual([feed.listened, hub.size], [true, 1]);
    b.emit('close');
    assert.deepEqual([feed.listened, hub.size], [false, 0]);
    connect();
    assert.equal(feed.listened, true);
  });

  it('leaves the words out for those who do not watch them', async () => {
    const { feed, connect } = setUp();
    const [reader, watcher] = [connect(), connect()];
    reader.say({ type: 'watchText', on: false });
    await settle();
    feed.publish({ type: 'trace', trace: sampleRecord({ answer: 'many words', phases: [samplePhase({ text: 'many words' })] }) });
    assert.ok(!JSON.stringify(reader.sent).includes('many words'));
    assert.ok(JSON.stringify(watcher.sent).includes('many words'));
    reader.say({ type: 'watchText', on: true });
    feed.publish({ type: 'trace', trace: sampleRecord({ answer: 'more words' }) });
    assert.ok(JSON.stringify(reader.sent).includes('more words'));
  });

  it('lets only those switch the mode who may', () => {
    const { modes, connect } = setUp();
    connect({ mayCommand: false }).say({ type: 'setMode', mode: { kind: 'fusion' } });
    assert.deepEqual(modes, []);
    connect({ mayCommand: true }).say({ type: 'setMode', mode: { kind: 'role', role: 'coder' } });
    assert.deepEqual(modes, [{ kind: 'role', role: 'coder' }]);
  });

  it('ignores what is no command', () => {
    const { modes, connect } = setUp();
    const socket = connect();
    for (const nonsense of ['', 'no JSON', '[]', 'null', { type: 'setMode' }, { type: 'setMode', mode: { kind: 'other' } }, { type: 'setMode', mode: { kind: 'role' } }, { type: 'exit' }]) socket.say(nonsense);
    socket.emit('error', new Error('bad frame'));
    assert.deepEqual([modes, socket.terminated], [[], false]);
  });

  it('ends a socket that it cannot greet', async () => {
    const { connect } = setUp({ list: () => Promise.reject(new Error('store broken')) });
    const socket = connect();
    await settle();
    assert.equal(socket.terminated, true);
  });

  it('ends all sockets when closed', async () => {
    const { feed, hub, connect } = setUp();
    const sockets = [connect(), connect()];
    await settle();
    hub.close();
    assert.deepEqual([sockets.map(({ terminated }) => terminated), hub.size, feed.listened], [[true, true], 0, false]);
  });
});
