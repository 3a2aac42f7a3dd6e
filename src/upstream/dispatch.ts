import { Pool, type Dispatcher } from 'undici';
import type { UpstreamConfig } from '../config/schema.ts';
import type { Network } from './network.ts';
import { ProxyError } from './tunnel.ts';
import { UpstreamError, type FailureReason, type UpstreamFailure } from './types.ts';
import { closingUnused } from './unused-connections.ts';

/** An answer larger than this is refused (criterion U1). */
const MAX_ANSWER_BYTES = 64_000_000;
const MAX_HEADER_BYTES = 65_536;
/** Unread bytes that may wait in memory before the upstream is told to pause. */
const PAUSE_ABOVE_BYTES = 1_000_000;

export interface RawReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The next piece of the body; null at its end. One reader at a time. Rejects with {@link UpstreamError}. */
  read(): Promise<Uint8Array | null>;
  /** Ends the call when nobody will read the (rest of the) body. */
  cancel(): void;
}

export interface RawRequest {
  path: string;
  /** Names and values in turn; the length is added. */
  headers: readonly string[];
  body: readonly Uint8Array[];
}

type Timeouts = UpstreamConfig['timeouts'];

/** A pool of connections to one origin. Redirects are never followed: neither key nor prompt reaches another host. */
export function createPool(origin: string, timeouts: Timeouts, network: Network): Pool {
  return new Pool(origin, {
    connections: 256, pipelining: 1, keepAliveTimeout: 60_000, maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: timeouts.firstByteMs, bodyTimeout: timeouts.idleMs, connect: closingUnused(network.connectorFor(origin, timeouts.connectMs)),
  });
}

/**
 * Sends one request through `undici`'s dispatch (a third of the cost of `fetch`) and gives the reply as soon as its
 * headers are there. Rejects with {@link UpstreamError}; so does reading the body when it breaks. `name` is for messages.
 */
export function dispatch(pool: Pool, name: string, request: RawRequest, { totalMs }: Timeouts, signal: AbortSignal): Promise<RawReply> {
  const handler = new ReplyHandler(name);
  if (signal.aborted) { handler.handleEvent(); return handler.reply; }
  handler.watch(signal, totalMs);
  const { body } = request;
  let length = 0;
  for (const piece of body) length += piece.byteLength;
  try {
    pool.dispatch({
      method: 'POST', path: request.path,
      headers: request.headers.concat('content-length', String(length)),
      body: (body.length === 1 ? body[0] : body) as Dispatcher.DispatchOptions['body'],
    }, handler);
  } catch (error) {
    handler.fail(asFailure(name, error));
  }
  return handler.reply;
}

const ONCE = { once: true };

/** Gathers a reply's pieces for an async reader, with backpressure both ways. It is its own listener for the abort, since one of each kind is made a request. */
class ReplyHandler implements Dispatcher.DispatchHandler {
  readonly #name: string;
  /** Settles with the headers. */
  readonly reply: Promise<RawReply>;
  readonly #resolve: (reply: RawReply) => void;
  readonly #reject: (error: UpstreamError) => void;
  #signal: AbortSignal | null = null;
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | null = null;
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  #total = 0;
  #over = false;
  #failure: UpstreamFailure | null = null;
  #abortReason: UpstreamFailure | null = null;
  #waiter: { resolve(piece: Uint8Array | null): void; reject(error: UpstreamError): void } | null = null;

  constructor(name: string) {
    this.#name = name;
    const { promise, resolve, reject } = Promise.withResolvers<RawReply>();
    this.reply = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Ends the call when the signal says so, or after `totalMs`. */
  watch(signal: AbortSignal, totalMs: number): void {
    this.#signal = signal;
    signal.addEventListener('abort', this, ONCE);
    this.#timer = setTimeout(tookTooLong, totalMs, this, totalMs).unref();
  }

  /** The signal's abort. */
  handleEvent(): void {
    this.abort(failure('aborted', `the call to upstream \`${this.#name}\` was aborted`));
  }

  tookLonger(totalMs: number): void {
    this.abort(failure('timeout', `upstream \`${this.#name}\` took longer than ${totalMs} ms in all`));
  }

  #unwatch(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this);
  }

  abort(reason: UpstreamFailure): void {
    if (this.#over) return;
    this.#abortReason = reason;
    this.#controller?.abort(new UpstreamError(reason));
    this.fail(reason);
  }

  fail(reason: UpstreamFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#failure = reason;
    this.#unwatch();
    this.#reject(new UpstreamError(reason));
    this.#waiter?.reject(new UpstreamError(reason));
    this.#waiter = null;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortReason !== null) controller.abort(new UpstreamError(this.#abortReason));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: RawReply['headers']): void {
    if (status < 200) return;
    this.#resolve({
      status, headers,
      read: () => this.#read(),
      cancel: () => { this.handleEvent(); },
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#total += piece.byteLength;
    if (this.#total > MAX_ANSWER_BYTES) { this.abort(failure('invalid_response', `upstream \`${this.#name}\` sent more than ${MAX_ANSWER_BYTES} bytes`)); return; }
    if (this.#waiter !== null) { this.#waiter.resolve(piece); this.#waiter = null; return; }
    this.#pieces.push(piece);
    this.#waiting += piece.byteLength;
    if (this.#waiting > PAUSE_ABOVE_BYTES) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#over = true;
    this.#unwatch();
    this.#waiter?.resolve(null);
    this.#waiter = null;
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.fail(asFailure(this.#name, error));
  }

  #read(): Promise<Uint8Array | null> {
    const [first] = this.#pieces;
    if (first !== undefined) {
      const piece = this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.#waiting = 0;
      if (this.#controller?.paused === true) this.#controller.resume();
      return Promise.resolve(piece);
    }
    if (this.#failure !== null) return Promise.reject(new UpstreamError(this.#failure));
    if (this.#over) return Promise.resolve(null);
    return new Promise((resolve, reject) => { this.#waiter = { resolve, reject }; });
  }
}

const tookTooLong = (handler: ReplyHandler, totalMs: number): void => { handler.tookLonger(totalMs); };

const failure = (reason: FailureReason, message: string): UpstreamFailure => ({ reason, status: 0, message, code: null, param: null });

function asFailure(name: string, error: unknown): UpstreamFailure {
  if (error instanceof UpstreamError) return error.failure;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const where = `upstream \`${name}\``;
  if (error instanceof ProxyError) return failure('connect', `${where}: ${error.message}`);
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return failure('timeout', `${where} sent no first byte in time`);
  if (code === 'UND_ERR_BODY_TIMEOUT') return failure('timeout', `${where} went silent in the middle of its answer`);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return failure('connect', `${where} could not be reached in time`);
  if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code)) return failure('connect', `${where} could not be reached (${code}); check its baseURL`);
  if (code.includes('CERT') || code.startsWith('UNABLE_TO_') || code.startsWith('ERR_TLS')) return failure('connect', `${where}: its certificate was not accepted (${code})`);
  return failure('server_error', `${where} broke the connection${code === '' ? '' : ` (${code})`}`);
}
