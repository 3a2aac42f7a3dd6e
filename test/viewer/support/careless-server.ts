/** What OpenFusion must not be: a local server that does as any web page says. Shows what the browser itself would let a page do. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface LocalServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Tells `secret` to whoever asks, in whichever way. */
export function startCarelessServer(secret: string): Promise<LocalServer> {
  const sockets = new WebSocketServer({ noServer: true });
  return started(createServer((request, response) => {
    const { origin = '*' } = request.headers;
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', 'access-control-allow-methods': 'GET, POST, DELETE', 'access-control-allow-headers': 'content-type, authorization' });
    response.end(request.method === 'OPTIONS' ? '' : secret);
  }).on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => { client.send(secret); });
  }));
}

/** Serves the pages of somebody: `/`, and `/sandboxed` whose origin is opaque. */
export function startForeignSite(): Promise<LocalServer> {
  return started(createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', ...(request.url === '/sandboxed' ? { 'content-security-policy': 'sandbox allow-scripts allow-forms allow-popups' } : {}) });
    response.end(FOREIGN_PAGE);
  }));
}

export const FOREIGN_PAGE = '<!doctype html><title>A page of somebody</title><body></body>';

async function started(server: ReturnType<typeof createServer>): Promise<LocalServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
