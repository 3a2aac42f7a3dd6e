/** Ports to choose from. */
import { createServer } from 'node:net';
import type { Translate } from './translate.ts';

const LAST_PORT = 65_535;
const TRIES = 20;

/** What is wrong with a port as typed; null when nothing is. */
export function portProblem(text: string, t: Translate): string | null {
  const port = Number(text);
  const fine = /^\d{1,5}$/u.test(text) && port >= 1 && port <= LAST_PORT;
  return fine ? null : t('A whole number from 1 to {0}', LAST_PORT);
}

/** The first port from `port` on that nobody listens on at loopback; `port` itself when all of the next ones are taken. */
export async function freePortNear(port: number): Promise<number> {
  for (let next = port; next < port + TRIES && next <= LAST_PORT; next += 1) if (await isFree(next)) return next;
  return Math.min(port, LAST_PORT);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
