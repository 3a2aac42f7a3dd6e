/** Attaches to the owner of the port: hears its live feed, and notices when it goes. */
import { WebSocket } from 'ws';
import type { LiveCommand, LiveMessage } from '../trace/types.ts';
import { CHALLENGE_HEADER, checkProof, newNonce, PROOF_HEADER } from './challenge.ts';
import { parseLiveMessage } from './live-message.ts';
import type { OwnerInfo } from './owner-file.ts';
import { authorityOf } from './probe.ts';

export interface AttachOptions {
  /** One that proved itself: it is shown the view token, and proves itself once more on this very connection before it is believed. */
  owner: Pick<OwnerInfo, 'host' | 'port' | 'viewToken' | 'proofKey'>;
  onMessage(message: LiveMessage): void;
  /** Once, when the owner is gone or does not let us in; not after `close` or an abort. */
  onGone(reason: string): void;
  /** An owner that answers no ping for three of these is gone. A process that ended is noticed at once, without it. */
  heartbeatMs?: number;
  /** How long the owner may take to let us in. */
  handshakeMs?: number;
  signal?: AbortSignal | undefined;
}

export interface Attachment {
  /** False when the owner is gone. Before the socket is open the command waits. */
  send(command: LiveCommand): boolean;
  close(): void;
}

const MISSED_HEARTBEATS = 3;
const MAX_MESSAGE_BYTES = 64_000_000;

/** Connects to `WS /traces/live` of the owner. Never throws. */
export function attach({ owner, onMessage, onGone, heartbeatMs = 500, handshakeMs = 2_000, signal }: AttachOptions): Attachment {
  const nonce = newNonce();
  const socket = new WebSocket(`ws://${authorityOf(owner.host, owner.port)}/traces/live`, {
    headers: { authorization: `Bearer ${owner.viewToken}`, [CHALLENGE_HEADER]: nonce },
    handshakeTimeout: handshakeMs, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, followRedirects: false,
  });
  const waiting: string[] = [];
  let unanswered = 0;
  let over = false;

  const end = (reason: string | null) => {
    if (over) return;
    over = true;
    clearInterval(heartbeat);
    signal?.removeEventListener('abort', close);
    socket.terminate();
    if (reason !== null) onGone(reason);
  };
  const close = () => { end(null); };
  const heartbeat = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (unanswered >= MISSED_HEARTBEATS) {
      end('it does not answer any more');
      return;
    }
    unanswered += 1;
    socket.ping();
  }, heartbeatMs).unref();

  socket.on('upgrade', ({ headers }) => {
    const proof = headers[PROOF_HEADER];
    // Whoever took the port since the owner was asked would be believed for all that it says.
    if (typeof proof !== 'string' || !checkProof(owner.proofKey, nonce, proof)) end('it cannot prove that it is yours');
  });
  socket.on('open', () => { for (const text of waiting.splice(0)) socket.send(text); });
  socket.on('pong', () => { unanswered = 0; });
  socket.on('message', (data, isBinary) => {
    unanswered = 0;
    const message = over || isBinary ? null : parseLiveMessage(String(data));
    if (message !== null) onMessage(message);
  });
  socket.on('error', (error) => { end(error.message); });
  socket.on('close', () => { end('its connection closed'); });
  if (signal?.aborted === true) close();
  else signal?.addEventListener('abort', close, { once: true });

  return {
    send(command) {
      if (over) return false;
      const text = JSON.stringify(command);
      if (socket.readyState === WebSocket.CONNECTING) waiting.push(text);
      else socket.send(text);
      return true;
    },
    close,
  };
}
