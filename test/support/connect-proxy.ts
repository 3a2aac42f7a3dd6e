/** A proxy that knows CONNECT and nothing else, as companies run them. It takes down all that it gets to see. */
import { createServer, connect as connectTcp, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface ConnectProxy {
  readonly port: number;
  /** What was asked for, e.g. `relay.example:443`. */
  readonly targets: readonly string[];
  /** All bytes that clients sent, those inside tunnels included, as Latin-1. */
  readonly seen: string;
  close(): Promise<void>;
}

export interface ConnectProxyOptions {
  /** Where a target really is; undefined: refused with 502. */
  resolve(target: string): { port: number } | undefined;
  /** Wanted as `Proxy-Authorization`; without it the answer is 407. */
  authorization?: string;
  /** Takes connections and never answers. */
  silent?: boolean;
}

export async function startConnectProxy({ resolve, authorization, silent = false }: ConnectProxyOptions): Promise<ConnectProxy> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  };
  let seen = '';
  const server = createServer((client) => {
    track(client);
    let head = '';
    client.on('data', (piece: Buffer) => { seen += piece.toString('latin1'); });
    const read = (piece: Buffer): void => {
      head += piece.toString('latin1');
      if (silent || !head.includes('\r\n\r\n')) return;
      client.off('data', read);
      const [, target = ''] = /^CONNECT (\S+) HTTP\/1\.1\r\n/u.exec(head) ?? [];
      targets.push(target);
      if (authorization !== undefined && !head.includes(`\r\nproxy-authorization: ${authorization}\r\n`)) { client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'); return; }
      const place = resolve(target);
      if (place === undefined) { client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'); return; }
      const upstream = connectTcp(place.port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      track(upstream);
      upstream.on('error', () => { client.destroy(); });
      upstream.on('close', () => { client.destroy(); });
      client.on('close', () => { upstream.destroy(); });
    };
    client.on('data', read);
  });
  await new Promise<void>((resolved) => { server.listen(0, '127.0.0.1', resolved); });
  return {
    port: (server.address() as AddressInfo).port, targets,
    get seen() { return seen; },
    close: () => new Promise((resolved) => {
      server.close(() => { resolved(); });
      for (const socket of sockets) socket.destroy();
    }),
  };
}
