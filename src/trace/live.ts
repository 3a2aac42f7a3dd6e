/** The far end of `WS /traces/live`: greets each socket with the state and the newest requests, then passes on what happens. */
import type { WebSocket } from 'ws';
import * as z from 'zod';
import type { Mode } from '../routing/types.ts';
import { withoutAnswers } from '../store/without-text.ts';
import type { TraceLog } from './recorder.ts';
import type { LiveCommand, LiveMessage, OwnerState } from './types.ts';

/** What the hub uses of a socket that was accepted (guards and token are the gateway's). */
export type LiveSocket = Pick<WebSocket, 'bufferedAmount' | 'send' | 'terminate' | 'on'>;

export interface LiveHubOptions {
  traces: Pick<TraceLog, 'feed' | 'list'>;
  /** The owner's state as it is now. */
  ownerState(): OwnerState;
  /** Asked for by a socket that may command. */
  setMode(mode: Mode): void;
}

export interface LiveHub {
  /** Takes an open socket over until it closes. `mayCommand`: it showed the view token in a header, so it may switch the mode. */
  add(socket: LiveSocket, options: { mayCommand: boolean }): void;
  /** The owner's state changed: tells everyone. */
  stateChanged(): void;
  /** Ends all sockets, so that attached windows know at once, and stops listening. */
  close(): void;
  readonly size: number;
}

/** Requests that a new socket is told of. */
export const HELLO_TRACES = 200;
/** A socket with more than this unsent gets no intermediate updates, only the ends. */
const SLOW_BYTES = 1_000_000;
/** A socket with more than this unsent is dead or as good as. */
const STUCK_BYTES = 64_000_000;

/** The greeting: the state and the newest requests. */
export async function helloMessage({ traces, ownerState }: Pick<LiveHubOptions, 'traces' | 'ownerState'>): Promise<Extract<LiveMessage, { type: 'hello' }>> {
  return { type: 'hello', traces: await traces.list({ limit: HELLO_TRACES }), state: ownerState() };
}

/** Subscribes to the feed only while at least one socket is there. */
export function createLiveHub({ traces, ownerState, setMode }: LiveHubOptions): LiveHub {
  const connections = new Map<LiveSocket, Connection>();
  let unsubscribe: (() => void) | null = null;

  const broadcast = (message: LiveMessage) => {
    const frame = createFrame(message);
    for (const connection of connections.values()) connection.send(frame);
  };
  const remove = (socket: LiveSocket) => {
    connections.delete(socket);
    if (connections.size > 0) return;
    unsubscribe?.();
    unsubscribe = null;
  };

  return {
    add(socket, { mayCommand }) {
      const connection = createConnection(socket);
      connections.set(socket, connection);
      unsubscribe ??= traces.feed.subscribe(broadcast);
      socket.on('close', () => { remove(socket); });
      // An `error` without a listener ends the process; `close` follows it.
      socket.on('error', () => undefined);
      socket.on('message', (data, isBinary) => {
        const command = isBinary ? null : parseCommand(String(data));
        if (command?.type === 'watchText') connection.watchText = command.on;
        if (command?.type === 'setMode' && mayCommand) setMode(command.mode);
      });
      helloMessage({ traces, ownerState }).then(connection.greet, () => { socket.terminate(); });
    },
    stateChanged() {
      if (connections.size > 0) broadcast({ type: 'state', state: ownerState() });
    },
    close() {
      for (const socket of [...connections.keys()]) {
        remove(socket);
        socket.terminate();
      }
    },
    get size() { return connections.size; },
  };
}

/** A message and its JSON, written at most once per form for all sockets. */
interface Frame {
  /** An update that a later one makes superfluous. */
  isIntermediate: boolean;
  json(withText: boolean): string;
}

function createFrame(message: LiveMessage): Frame {
  const whole = once(() => JSON.stringify(message));
  const bare = once(() => JSON.stringify(message.type === 'trace' ? { ...message, trace: withoutAnswers(message.trace) } : message));
  return { isIntermediate: message.type === 'trace' && message.trace.status === 'running', json: (withText) => (withText ? whole() : bare()) };
}

interface Connection {
  watchText: boolean;
  send(frame: Frame): void;
  /** Sends the greeting and then what happened meanwhile. */
  greet(hello: LiveMessage): void;
}

function createConnection(socket: LiveSocket): Connection {
  let beforeHello: Frame[] | null = [];
  const connection: Connection = {
    watchText: true,
    send(frame) {
      if (beforeHello !== null) {
        beforeHello.push(frame);
        return;
      }
      if (socket.bufferedAmount > STUCK_BYTES) {
        socket.terminate();
        return;
      }
      if (frame.isIntermediate && socket.bufferedAmount > SLOW_BYTES) return;
      socket.send(frame.json(connection.watchText));
    },
    greet(hello) {
      const missed = beforeHello ?? [];
      beforeHello = null;
      connection.send(createFrame(hello));
      missed.forEach(connection.send);
    },
  };
  return connection;
}

const commandSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('setMode'),
    mode: z.discriminatedUnion('kind', [z.object({ kind: z.literal('auto') }), z.object({ kind: z.literal('fusion') }), z.object({ kind: z.literal('role'), role: z.string().min(1).max(200) })]),
  }),
  z.object({ type: z.literal('watchText'), on: z.boolean() }),
]);

/** What a client may say; anything else is ignored. */
function parseCommand(text: string): LiveCommand | null {
  try {
    return commandSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
