import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { apiError, openAiErrorBody, type ApiError } from '../protocol/errors.ts';
import { sendError, type Exchange } from './exchange.ts';

/** So long may the other side take to read a refusal and to close; then the connection goes. */
const LINGER_MS = 1_000;

/** Refuses what is not HTTP as we read it, a connection that is too slow, and an upgrade that nobody takes; always with an error object, and never in the middle of an answer. */
export class BadHttp {
  /** The newest request of each connection: what the parser complains of is its body, or stands behind it. */
  readonly #newest = new WeakMap<Duplex, Exchange>();
  readonly #refused = new WeakSet<Duplex>();

  saw(exchange: Exchange): void {
    this.#newest.set(exchange.req.socket, exchange);
  }

  /** For the server's `clientError`. */
  refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (this.#refused.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable) { socket.destroy(); return; }
    const exchange = this.#newest.get(socket);
    if (exchange === undefined || (exchange.req.complete && exchange.res.writableFinished)) this.#answer(socket, refusalOf(error));
    else if (exchange.req.complete) exchange.res.once('close', () => { this.#answer(socket, refusalOf(error)); });
    // An answer that has begun is all that this client gets; one that has not is its error.
    else if (exchange.res.headersSent) exchange.res.socket?.destroySoon();
    else sendError(exchange, refusalOf(error), { connection: 'close' });
  }

  refuseUpgrade(socket: Duplex, error: ApiError): void {
    this.#answer(socket, error);
  }

  #answer(socket: Duplex, error: ApiError): void {
    if (!socket.writable) { socket.destroy(); return; }
    this.#refused.add(socket);
    const body = openAiErrorBody(error);
    socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? 'Refused'}\r\nconnection: close\r\nx-content-type-options: nosniff\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    // What still comes is read and thrown away: closing over unread bytes would reset the connection before the answer is read.
    socket.resume();
    setTimeout(() => { socket.destroy(); }, LINGER_MS).unref();
  }
}

function refusalOf({ code }: NodeJS.ErrnoException): ApiError {
  if (code === 'HPE_HEADER_OVERFLOW') return apiError(431, 'The headers of the request are too large.', { code: 'bad_http', type: 'invalid_request_error' });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return apiError(408, 'The request came too slowly.', { code: 'bad_http', type: 'invalid_request_error' });
  return apiError(400, 'The request is not valid HTTP.', { code: 'bad_http' });
}
