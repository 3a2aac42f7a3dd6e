import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Wire } from '../../support/scripted-upstream/wire.ts';
import { chunk, eventsOf, httpWhole, LAST_CHUNK, SSE_HEAD, wholeOf } from './answers.ts';

/** One call as the upstream sees it. It may write anything on the socket. */
export interface RogueCall {
  readonly wire: Wire;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Which play it was meant for. */
  readonly title: string;
  readonly socket: Socket;
  /** How many calls of this title came before. */
  readonly index: number;
  /** The caller went before the play was over. */
  readonly left: boolean;
  /** The play is over, or the caller went. */
  readonly over: boolean;
  /** Epoch ms. */
  readonly leftAtMs: number | null;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  /** The body, once all of it is there. */
  body(): Promise<string>;
  /** Resolves when the bytes have been handed to the system, or the caller is gone. */
  write(bytes: string | Uint8Array): Promise<void>;
}

/** `stream`: what the body asks for. */
export type Play = (call: RogueCall, asked: { stream: boolean; text: string }) => unknown;

/** An upstream that does what a test says, down to the bytes. What it plays follows from the header `x-title`, which the gateway passes on. */
export interface Rogue {
  readonly baseURL: string;
  readonly port: number;
  readonly calls: readonly RogueCall[];
  callsOf(title: string): readonly RogueCall[];
  /** Calls that have come and are neither answered nor left. */
  readonly open: number;
  /** Connections that stand, also those that wait for a next call. */
  readonly connections: number;
  play(title: string, play: Play): void;
  /** Resolves with the n-th call (from 1) of a title. */
  waitFor(title: string, n?: number): Promise<RogueCall>;
  close(): Promise<void>;
}

interface MutableCall extends RogueCall { left: boolean; over: boolean; leftAtMs: number | null }

/** Without a play it answers well: with what stands between `<<` and `>>` in the body, else with "well". */
export async function startRogue(): Promise<Rogue> {
  const plays = new Map<string, Play>();
  const calls: MutableCall[] = [];
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const goneBy = new WeakMap<Socket, Promise<void>>();
  const waiting = new Set<() => void>();
  let open = 0;
  const server = createServer({ noDelay: true, requestTimeout: 0, keepAliveTimeout: 0 }, (incoming) => {
    const title = String(incoming.headers['x-title'] ?? '');
    const path = incoming.url ?? '';
    const { socket } = incoming;
    const gone = goneBy.get(socket) ?? Promise.resolve();
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    const read = new Promise<string>((resolve) => { incoming.on('end', () => { resolve(Buffer.concat(pieces).toString()); }); });
    const index = counts.get(title) ?? 0;
    counts.set(title, index + 1);
    const call: MutableCall = {
      wire: path.endsWith('/responses') ? 'responses' : path.includes('/messages') ? 'messages' : 'chat',
      path, headers: incoming.headers, title, socket, index, left: false, over: false, leftAtMs: null, gone,
      body: () => read,
      write: (bytes) => new Promise((resolve) => { if (socket.destroyed || !socket.writable) resolve(); else { socket.write(bytes, () => { resolve(); }); void gone.then(resolve); } }),
    };
    calls.push(call);
    open++;
    const end = (left: boolean): void => {
      if (call.over) return;
      call.over = true;
      open--;
      if (left) { call.left = true; call.leftAtMs = Date.now(); }
    };
    void gone.then(() => { end(true); });
    for (const look of waiting) look();
    void run(plays.get(title) ?? wellAnswered, call).finally(() => { end(false); });
  });
  server.on('connection', (socket) => { sockets.add(socket); socket.on('error', () => undefined); goneBy.set(socket, new Promise((resolve) => { socket.on('close', () => { sockets.delete(socket); resolve(); }); })); });
  server.on('clientError', (_error, socket) => { socket.destroy(); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  const callsOf = (title: string): RogueCall[] => calls.filter((call) => call.title === title);
  return {
    port, calls, callsOf, baseURL: `http://127.0.0.1:${port}/v1`,
    get open() { return open; },
    get connections() { return sockets.size; },
    play: (title, play) => { plays.set(title, play); },
    waitFor: (title, n = 1) => new Promise((resolve) => {
      const look = (): void => {
        const call = callsOf(title)[n - 1];
        if (call === undefined) return;
        waiting.delete(look);
        resolve(call);
      };
      waiting.add(look);
      look();
    }),
    close: () => new Promise((resolve) => { server.close(() => { resolve(); }); for (const socket of sockets) socket.destroy(); }),
  };
}

/** Plays that do not look at the body start with the headers; the others read it first. */
async function run(play: Play, call: MutableCall): Promise<void> {
  if (play.length < 2) { await (play as (call: RogueCall) => unknown)(call); return; }
  const text = await call.body();
  await play(call, { stream: asksToStream(text), text });
}

function asksToStream(text: string): boolean {
  try {
    return (JSON.parse(text) as { stream?: unknown }).stream === true;
  } catch {
    return false;
  }
}

export async function wellAnswered(call: RogueCall, { stream, text }: { stream: boolean; text: string }): Promise<void> {
  const from = text.indexOf('<<') + 2, to = text.indexOf('>>', from);
  const words = from > 1 && to > from && to < from + 200 ? text.slice(from, to) : 'well';
  await call.write(stream ? Buffer.concat([Buffer.from(SSE_HEAD), chunk(eventsOf(call.wire, [words]).join('')), Buffer.from(LAST_CHUNK)]) : httpWhole(200, wholeOf(call.wire, words)));
}
