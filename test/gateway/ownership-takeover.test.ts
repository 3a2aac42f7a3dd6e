import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readOwner } from '../../src/ownership/owner-file.ts';
import type { OwnPortState } from '../../src/ownership/own-port.ts';
import { freePort } from '../support/free-port.ts';
import { samplePlan, sampleStart } from '../support/sample-trace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTinyOwner } from '../support/tiny-owner.ts';
import type { TinyOwner, TinyOwnerOptions } from '../support/tiny-owner.ts';

const PROCESS = join(import.meta.dirname, '../support/tiny-owner-process.ts');
const isOwner = ({ status }: OwnPortState) => status === 'owner';
const isAttached = ({ status }: OwnPortState) => status === 'attached';
const attachedTo = (pid: number) => (state: OwnPortState) => state.status === 'attached' && state.owner.pid === pid;

describe('several processes and one port', () => {
  let stateDir = '';
  let port = 0;
  let remove: () => Promise<void>;
  const windows: TinyOwner[] = [];
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    ({ path: stateDir, remove } = await temporaryFolder());
    port = await freePort();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(windows.splice(0).map((window) => window.port.stop()));
    await remove();
  });

  function openWindow(over: Partial<TinyOwnerOptions> = {}): TinyOwner {
    const window = startTinyOwner({ port, stateDir, ...over });
    windows.push(window);
    return window;
  }

  /** A window as a process, and the way to wait for one of its states. */
  function openProcess(): { child: ChildProcess; pid: number; until(fits: (state: OwnPortState) => boolean): Promise<OwnPortState> } {
    const child = spawn(process.execPath, [PROCESS, String(port), stateDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const states: OwnPortState[] = [];
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => states.push(JSON.parse(line) as OwnPortState));
    return {
      child,
      pid: child.pid ?? 0,
      async until(fits) {
        for (;;) {
          const found = states.find(fits);
          if (found !== undefined) return found;
          await once(lines, 'line');
        }
      },
    };
  }

  it('the second window attaches to the first and sees its traces', async () => {
    const first = openWindow();
    await first.untilState(isOwner);
    const second = openWindow();
    await second.untilState(isAttached);
    first.traces.begin(sampleStart({ id: 'seen' })).planned(samplePlan());
    const message = await second.untilMessage(({ type }) => type === 'trace');
    assert.equal(message.type === 'trace' && message.trace.id, 'seen');
  });

  it('a window that attaches can switch the mode of the owner, and sees it switched', async () => {
    const first = openWindow();
    await first.untilState(isOwner);
    const second = openWindow();
    await second.untilState(isAttached);
    assert.equal(second.port.send({ type: 'setMode', mode: { kind: 'fusion' } }), true);
    await second.untilState((state) => state.status === 'attached' && state.owner.mode.kind === 'fusion');
    assert.deepEqual(first.mode, { kind: 'fusion' });
  });

  it('when windows open at the same moment one owns the port and the others attach', async () => {
    const opened = [openWindow(), openWindow(), openWindow()];
    await Promise.all(opened.map((window) => window.untilState((state) => isOwner(state) || isAttached(state))));
    assert.deepEqual(opened.map(({ port: { state } }) => state.status).sort(), ['attached', 'attached', 'owner']);
  });

  it('when the owner stops, another window takes over and the owner file is the new one', async () => {
    const first = openWindow();
    await first.untilState(isOwner);
    const second = openWindow();
    await second.untilState(isAttached);
    await first.port.stop();
    const state = await second.untilState(isOwner);
    const file = await readOwner(stateDir, port);
    assert.equal(file?.viewToken, state.status === 'owner' && state.viewToken);
    assert.deepEqual(second.states.map(({ status }) => status), ['attached', 'starting', 'owner']);
  });

  it('when the owner is killed, one of the others takes over and the rest follow it', async () => {
    const owner = openProcess();
    await owner.until(isOwner);
    const others = [openWindow(), openWindow()];
    await Promise.all(others.map((window) => window.untilState(attachedTo(owner.pid))));
    owner.child.kill('SIGKILL');
    const successor = await Promise.race(others.map(async (window) => { await window.untilState(isOwner); return window; }));
    const follower = others.find((window) => window !== successor);
    await follower?.untilState(attachedTo(process.pid));
    successor.traces.begin(sampleStart({ id: 'after' })).planned(samplePlan());
    await follower?.untilMessage((message) => message.type === 'trace' && message.trace.id === 'after');
  });

  it('a process takes over from a window just as well', async () => {
    const window = openWindow();
    await window.untilState(isOwner);
    const waiting = openProcess();
    await waiting.until(attachedTo(process.pid));
    await window.port.stop();
    await waiting.until(isOwner);
    const late = openWindow();
    await late.untilState(attachedTo(waiting.pid));
  });

  it('the file of an owner that was killed does not deceive the next one', async () => {
    const owner = openProcess();
    await owner.until(isOwner);
    const before = await readOwner(stateDir, port);
    owner.child.kill('SIGKILL');
    await once(owner.child, 'exit');
    assert.deepEqual(await readOwner(stateDir, port), before);
    await openWindow().untilState(isOwner);
    assert.equal((await readOwner(stateDir, port))?.pid, process.pid);
  });

  it('an owner that hangs is named, and followed again once it goes on', async function () {
    if (process.platform === 'win32') this.skip();
    this.timeout(60_000);
    const owner = openProcess();
    await owner.until(isOwner);
    const window = openWindow();
    await window.untilState(attachedTo(owner.pid));
    owner.child.kill('SIGSTOP');
    const state = await window.untilState(({ status }) => status === 'failed');
    assert.match(state.status === 'failed' ? state.message : '', new RegExp(`taken by a process that does not answer \\(last it was OpenFusion .*pid ${owner.pid}\\), which still runs\\)`));
    const before = window.states.length;
    owner.child.kill('SIGCONT');
    while (!window.states.slice(before).some(isAttached)) await new Promise((resolve) => { setTimeout(resolve, 50); });
  });

  it('serve attaches to a window and takes over from it, just as a window does', async () => {
    const window = openWindow();
    await window.untilState(isOwner);
    const serve = openWindow({ kind: 'serve' });
    await serve.untilState(isAttached);
    await window.port.stop();
    await serve.untilState(isOwner);
    assert.equal((await readOwner(stateDir, port))?.kind, 'serve');
  });

  it('a foreign server keeps the port, is never shown a token, and gets no traces', async () => {
    let heard = '';
    const stranger = createServer((request, response) => {
      heard += JSON.stringify([request.url, request.rawHeaders]);
      response.end('hello');
    });
    await new Promise<void>((resolve) => { stranger.listen(port, '127.0.0.1', resolve); });
    try {
      const window = openWindow();
      const state = await window.port.settled;
      assert.equal(state.status === 'failed' && state.code, 'port_taken');
      assert.ok(state.status === 'failed' && (state.suggestedPort ?? 0) > port);
      assert.ok(heard.includes('/health') && !/authorization|traces/i.test(heard));
      assert.equal(await readOwner(stateDir, port), null);
    } finally {
      stranger.closeAllConnections();
      stranger.close();
    }
  });

  it('windows on a free port each own theirs', async () => {
    const opened = [openWindow({ port: 0 }), openWindow({ port: 0 })];
    const states = await Promise.all(opened.map((window) => window.untilState(isOwner)));
    const ports = states.map((state) => (state.status === 'owner' ? state.port : 0));
    assert.equal(new Set(ports).size, 2);
    for (const each of ports) assert.equal((await readOwner(stateDir, each))?.port, each);
  });

  it('leaves no owner file behind when it stops', async () => {
    const window = openWindow();
    await window.untilState(isOwner);
    assert.notEqual(await readOwner(stateDir, port), null);
    await window.port.stop();
    assert.equal(await readOwner(stateDir, port), null);
  });
});
