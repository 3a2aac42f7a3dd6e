import { createServer } from 'node:net';

/** A loopback TCP port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  return listenOnce(0);
}

/** Whether a loopback TCP port can be listened on at this moment. */
export async function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}
