import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { errors, type buildConnector } from 'undici';
import type { ProxyRoute } from './proxy.ts';

/** A head of a proxy's answer that is larger is refused. */
const MAX_HEAD_BYTES = 16_384;

/** The proxy is there and does not let us through, or is none. The message is for people and names no credentials. */
export class ProxyError extends Error {
  readonly code = 'OPENFUSION_PROXY';
}

interface TunnelOptions {
  connectMs: number;
  /** Own authorities, for a proxy that is spoken to in TLS. */
  secureContext: SecureContext | undefined;
  /** Makes the connection to the upstream inside the tunnel: TLS with its certificate checked, end to end. */
  inside: buildConnector.connector;
}

/**
 * Connects through a proxy with CONNECT, to https:// and http:// addresses alike: the proxy sees the host's name and, of https://,
 * nothing more. Neither the upstream's key nor any other header of the call is sent to it.
 */
export function createTunnel(proxy: Extract<ProxyRoute, { kind: 'proxy' }>, { connectMs, secureContext, inside }: TunnelOptions): buildConnector.connector {
  const where = `the proxy ${proxy.host}:${proxy.port}`;
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    const target = `${options.hostname.includes(':') ? `[${options.hostname.replace(/^\[(.*)\]$/u, '$1')}]` : options.hostname}:${port}`;
    let connection: Socket | null = null;
    const { done, begin } = once(callback, connectMs, () => { connection?.destroy(); });
    const request = connectTo(proxy, target, secureContext);
    begin(() => { request.destroy(); }, `${where} did not connect to ${target} in ${connectMs} ms`);
    request.once('connect', ({ statusCode = 0 }: IncomingMessage, socket: Socket, head: Buffer) => {
      connection = socket;
      socket.on('error', () => undefined);
      if (statusCode < 200 || statusCode > 299) { socket.destroy(); done(new ProxyError(refusal(where, target, statusCode)), null); return; }
      // Nobody may speak before we do.
      if (head.length > 0) { socket.destroy(); done(new ProxyError(`${where} sent more than its answer`), null); return; }
      if (options.protocol === 'https:') inside({ ...options, httpSocket: socket }, (...result) => { done(...result); });
      else done(null, socket.setNoDelay(true));
    });
    request.once('response', (response: IncomingMessage) => { response.destroy(); done(new ProxyError(refusal(where, target, response.statusCode ?? 0)), null); });
    request.once('error', (error: NodeJS.ErrnoException) => { done(new ProxyError(`${where} could not be reached (${error.code ?? error.message})`), null); });
    request.end();
  };
}

function connectTo(proxy: Extract<ProxyRoute, { kind: 'proxy' }>, target: string, secureContext: SecureContext | undefined): ClientRequest {
  const send = proxy.protocol === 'https:' ? requestHttps : requestHttp;
  return send({
    host: proxy.host, port: proxy.port, method: 'CONNECT', path: target, agent: false, maxHeaderSize: MAX_HEAD_BYTES,
    // Its own name is checked, which is not that of the Host header. An address is no server name.
    rejectUnauthorized: true, servername: isIP(proxy.host) === 0 ? proxy.host : '',
    ...(secureContext === undefined ? {} : { secureContext }),
    headers: { host: target, ...(proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization }) },
  });
}

function refusal(where: string, target: string, status: number): string {
  if (status === 407) return `${where} wants a user name and a password (407): put them into its address, http://USER:PASSWORD@HOST:PORT`;
  return `${where} refused to connect to ${target} (${status})`;
}

/** Calls back once, whichever comes first: the result or the end of the time. */
function once(callback: buildConnector.Callback, ms: number, close: () => void): { done: buildConnector.Callback; begin(stop: () => void, message: string): void } {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const done: buildConnector.Callback = (...result) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    callback(...result);
  };
  const begin = (stop: () => void, message: string): void => {
    timer = setTimeout(() => { done(new errors.ConnectTimeoutError(message), null); stop(); close(); }, ms);
  };
  return { done, begin };
}
