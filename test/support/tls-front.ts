import { connect as connectTcp, type AddressInfo, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Identity } from './certificates.ts';

export interface TlsFront {
  readonly port: number;
  /** Bytes that came out of the encryption: none, when every handshake failed. */
  readonly received: number;
  close(): Promise<void>;
}

/** TLS in front of a plain server on loopback, as a provider's load balancer does it. */
export async function startTlsFront(identity: Identity, targetPort: number): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  let received = 0;
  const server = createServer(identity, (client) => {
    const upstream = connectTcp(targetPort, '127.0.0.1');
    for (const [socket, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => { sockets.delete(socket); other.destroy(); });
    }
    client.on('data', (piece: Buffer) => { received += piece.length; });
    client.pipe(upstream).pipe(client);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolved) => { server.listen(0, '127.0.0.1', resolved); });
  return {
    port: (server.address() as AddressInfo).port,
    get received() { return received; },
    close: () => new Promise((resolved) => {
      server.close(() => { resolved(); });
      for (const socket of sockets) socket.destroy();
    }),
  };
}
