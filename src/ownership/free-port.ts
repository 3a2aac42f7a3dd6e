import { createServer } from 'node:net';

/** A port near this one on which nothing listens at this moment, to suggest to the user; null when the next twenty are taken. */
export async function freePortNear(host: string, port: number): Promise<number | null> {
  for (let candidate = port + 1; candidate <= Math.min(port + 20, 65_535); candidate++) {
    if (await canListen(host, candidate)) return candidate;
  }
  return null;
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => { resolve(false); });
    server.listen({ host, port, exclusive: true }, () => server.close(() => { resolve(true); }));
  });
}
