/** The smallest gateway that can own a port: `/health` with a challenge and the live feed, nothing else. */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { CHALLENGE_HEADER, proofFor, PROOF_HEADER, sameSecret } from '../../src/ownership/challenge.ts';
import type { OwnerSecrets } from '../../src/ownership/challenge.ts';
import { ownPort } from '../../src/ownership/own-port.ts';
import type { ListenResult, OwnPort, OwnPortState } from '../../src/ownership/own-port.ts';
import type { Mode } from '../../src/routing/types.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { createLiveHub } from '../../src/trace/live.ts';
import { createRecorder } from '../../src/trace/recorder.ts';
import type { TraceLog } from '../../src/trace/recorder.ts';
import { createRedactor } from '../../src/trace/redact.ts';
import type { LiveMessage } from '../../src/trace/types.ts';
import { sampleOwnerState } from './sample-trace.ts';

export interface TinyOwner {
  readonly port: OwnPort;
  readonly traces: TraceLog;
  readonly states: OwnPortState[];
  readonly messages: LiveMessage[];
  readonly mode: Mode;
  /** Resolve when one that fits has come, now or before. */
  untilState(fits: (state: OwnPortState) => boolean): Promise<OwnPortState>;
  untilMessage(fits: (message: LiveMessage) => boolean): Promise<LiveMessage>;
}

export interface TinyOwnerOptions {
  port: number;
  stateDir: string;
  kind?: 'window' | 'serve';
  onState?(state: OwnPortState): void;
}

export function startTinyOwner({ port, stateDir, kind = 'window', onState }: TinyOwnerOptions): TinyOwner {
  const traces = createRecorder({ store: createMemoryStore(), config: { keepPrompts: 'memory' }, redactor: createRedactor([]) });
  const states: OwnPortState[] = [];
  const messages: LiveMessage[] = [];
  const watchers = new Set<() => void>();
  let mode: Mode = { kind: 'auto' };
  const until = <T>(list: readonly T[], fits: (item: T) => boolean) => new Promise<T>((resolve) => {
    const look = () => {
      const found = list.findLast(fits);
      if (found === undefined) return;
      watchers.delete(look);
      resolve(found);
    };
    watchers.add(look);
    look();
  });
  const own = ownPort({
    host: '127.0.0.1', port, stateDir, kind, version: '0.0.0-test',
    listen: (secrets) => listen(port, secrets, traces, () => mode, (changed) => { mode = changed; }),
    onState(state) {
      states.push(state);
      onState?.(state);
      for (const look of [...watchers]) look();
    },
    onMessage(message) {
      messages.push(message);
      for (const look of [...watchers]) look();
    },
  });
  return { port: own, traces, states, messages, get mode() { return mode; }, untilState: (fits) => until(states, fits), untilMessage: (fits) => until(messages, fits) };
}

/** A live server on this port; `EADDRINUSE` and the like come back as results. */
export function listen(port: number, { viewToken, proofKey }: OwnerSecrets, traces: TraceLog, modeNow: () => Mode, setMode: (mode: Mode) => void): Promise<ListenResult> {
  const server = createServer((request, response) => {
    const nonce = request.headers[CHALLENGE_HEADER];
    const proof = typeof nonce === 'string' ? proofFor(proofKey, nonce) : null;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ok: true, name: 'openfusion', version: '0.0.0-test', pid: process.pid, ...(proof !== null && { proof }) }));
  });
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on('headers', (headers, request) => { headers.push(`${PROOF_HEADER}: ${proofFor(proofKey, String(request.headers[CHALLENGE_HEADER])) ?? ''}`); });
  const hub = createLiveHub({
    traces,
    ownerState: () => sampleOwnerState({ pid: process.pid, port, mode: modeNow() }),
    setMode(mode) {
      setMode(mode);
      hub.stateChanged();
    },
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url !== '/traces/live' || !sameSecret(request.headers.authorization ?? '', `Bearer ${viewToken}`)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => { hub.add(ws, { mayCommand: true }); });
  });
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => { resolve({ ok: false, code: error.code ?? 'unknown', message: error.message }); });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const close = async () => {
        hub.close();
        server.closeAllConnections();
        await new Promise((done) => { server.close(done); });
      };
      resolve({ ok: true, port: typeof address === 'object' && address !== null ? address.port : port, close });
    });
  });
}
