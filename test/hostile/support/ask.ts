import { request, type Agent, type IncomingHttpHeaders } from 'node:http';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** It came to the end that its headers promised. */
  whole: boolean;
}

export interface Asking {
  method?: string;
  path?: string;
  headers?: Readonly<Record<string, string | readonly string[]>>;
  body?: string | Uint8Array;
  agent?: Agent;
  signal?: AbortSignal;
  /** Reads on only so many ms after each piece. */
  paceMs?: number;
}

/** One request as a client makes it, with any header that a test wants. Rejects when there is no answer at all. */
export function ask(port: number, { method = 'POST', path = '/v1/chat/completions', headers = {}, body, agent, signal, paceMs }: Asking): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = { ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }), ...headers };
    const out = request({ host: '127.0.0.1', port, method, path, headers: sent as Record<string, string | string[]>, agent: agent ?? false, ...(signal === undefined ? {} : { signal }) }, (incoming) => {
      const pieces: Buffer[] = [];
      const end = (): void => { resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(pieces).toString(), whole: incoming.complete }); };
      incoming.on('data', (piece: Buffer) => {
        pieces.push(piece);
        if (paceMs !== undefined) { incoming.pause(); setTimeout(() => { incoming.resume(); }, paceMs); }
      });
      incoming.on('error', end);
      incoming.on('close', end);
    });
    out.on('error', reject);
    out.end(body);
  });
}
