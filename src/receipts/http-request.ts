/** One HTTP request over Node's own client: small enough for the extension's bundle. */
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isLoopback } from '../config/loopback.ts';

export interface HttpCall {
  method: 'GET' | 'POST' | 'DELETE';
  url: URL;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  json?: unknown;
  signal?: AbortSignal | undefined;
}

/** The largest body that is read, in bytes; a receipt's answers are far smaller. */
const MAX_BODY_BYTES = 16_000_000;

/** Resolves when the response's headers are there. Rejects when the connection fails or the signal aborts. */
export function sendHttp({ method, url, headers = {}, json, signal }: HttpCall): Promise<IncomingMessage> {
  const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method,
      agent: agentFor(url),
      rejectUnauthorized: true,
      headers: { accept: 'application/json', ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }) },
      ...(signal === undefined ? {} : { signal }),
    });
    request.once('response', resolve);
    request.once('error', reject);
    request.end(body);
  });
}

/** Beyond loopback through the proxy that the environment names, from Node 22.21 on; older ones do not know how. */
function agentFor({ protocol, hostname }: URL): false | HttpAgent {
  if (isLoopback(hostname)) return false;
  return protocol === 'https:' ? new HttpsAgent({ proxyEnv: process.env }) : new HttpAgent({ proxyEnv: process.env });
}

/** Reads a whole body as text. Rejects when it breaks off, is aborted, or is larger than 16 MB. */
export async function readBody(message: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of message as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > MAX_BODY_BYTES) {
      message.destroy();
      throw new Error(`the answer is larger than ${MAX_BODY_BYTES} bytes`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** `http://host/v1` + `chat/completions`, whether or not the base ends in a slash. Throws on a base that is not an http(s) URL. */
export function endpointUrl(baseUrl: string, path: string): URL {
  const base = new URL(baseUrl);
  if (base.protocol !== 'http:' && base.protocol !== 'https:') throw new TypeError(`${base.protocol} is not http: or https:`);
  const url = new URL(base.origin);
  url.pathname = `${base.pathname.replace(/\/+$/u, '')}/${path}`;
  url.search = base.search;
  return url;
}

/** What a failed request says of itself. Node's own connection errors over several addresses have no message but a code. */
export function causeText(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.message !== '') return cause.message;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}
