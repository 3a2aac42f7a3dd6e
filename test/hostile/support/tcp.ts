import { connect, type Socket } from 'node:net';

export interface Tcp {
  readonly socket: Socket;
  /** What has come so far, a character a byte. */
  readonly received: string;
  /** Resolves with everything that came, when the other side has closed. */
  readonly closed: Promise<string>;
  write(bytes: string | Uint8Array): void;
  /** Resolves when what has come matches; rejects when the connection closes without. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  destroy(): void;
}

/** A connection on which a test writes what it likes. Never rejects with what the other side does to it. */
export function openTcp(port: number, host = '127.0.0.1'): Promise<Tcp> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, noDelay: true });
    let received = '';
    const looking = new Set<() => void>();
    socket.setEncoding('latin1').on('data', (text: string) => { received += text; for (const look of looking) look(); });
    const closed = new Promise<string>((done) => { socket.on('close', () => { done(received); }); });
    socket.once('error', reject);
    socket.on('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve({
        socket, closed,
        get received() { return received; },
        write: (bytes) => { socket.write(bytes, 'latin1'); },
        until: (pattern) => new Promise((found, lost) => {
          const look = (): void => {
            const match = pattern.exec(received);
            if (match === null) return;
            looking.delete(look);
            found(match);
          };
          looking.add(look);
          look();
          void closed.then(() => { lost(new Error(`closed without ${String(pattern)}: ${received.slice(0, 500)}`)); });
        }),
        destroy: () => { socket.destroy(); },
      });
    });
  });
}

/** Sends bytes on a connection of their own and gives all that comes back until the other side closes. */
export async function exchange(port: number, bytes: string | Uint8Array): Promise<string> {
  const tcp = await openTcp(port);
  tcp.write(bytes);
  return tcp.closed;
}

/** A request's head and body as they stand on the wire. `headers` replace those of the same name; null leaves one out. */
export function rawRequest(port: number, { method = 'POST', path = '/v1/chat/completions', headers = {}, body = '' }: { method?: string; path?: string; headers?: Readonly<Record<string, string | null>>; body?: string }): string {
  const all = { 'Host': `127.0.0.1:${port}`, 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)), 'Connection': 'close', ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
