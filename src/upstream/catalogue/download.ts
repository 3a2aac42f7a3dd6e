import { Pool, type buildConnector } from 'undici';
import { isLoopback } from '../../config/loopback.ts';

/** Larger than any of the lists is. */
const MAX_BYTES = 32_000_000;
const TIMEOUT_MS = 60_000;
const CONNECT_MS = 10_000;

export interface DownloadOptions {
  maxBytes?: number;
  timeoutMs?: number;
  /** How an origin is reached, e.g. through a proxy; absent means directly. */
  connectorFor?: ((origin: string, connectMs: number) => buildConnector.connector) | undefined;
}

/** Fetches JSON from an https address (or a loopback one). No key is sent, no redirect followed. Throws an error fit for people. */
export async function downloadJson(address: string, signal: AbortSignal, { maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS, connectorFor }: DownloadOptions = {}): Promise<unknown> {
  const url = new URL(address);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) throw new Error(`${address}: only https:// is fetched`);
  const limit = AbortSignal.timeout(timeoutMs);
  const pool = new Pool(url.origin, { connections: 1, connect: connectorFor?.(url.origin, CONNECT_MS) ?? { timeout: CONNECT_MS, rejectUnauthorized: true } });
  try {
    const { statusCode, body } = await pool.request({ method: 'GET', path: `${url.pathname}${url.search}`, signal: AbortSignal.any([signal, limit]), headers: { accept: 'application/json', 'user-agent': 'openfusion' } });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`it answered ${statusCode}`);
    }
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      bytes += piece.byteLength;
      // Leaving the loop ends the download.
      if (bytes > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
      pieces.push(piece);
    }
    return JSON.parse(Buffer.concat(pieces).toString('utf8')) as unknown;
  } catch (error) {
    const why = limit.aborted ? `no whole answer within ${timeoutMs / 1000} s` : error instanceof SyntaxError ? 'it is not JSON' : error instanceof Error ? error.message : String(error);
    throw new Error(`${address}: ${why}`, { cause: error });
  } finally {
    void pool.destroy();
  }
}
