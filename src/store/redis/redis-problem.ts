import type { RedisAddress } from '../../config/redis-url.ts';
import { connectRedis } from './connection.ts';

/** Nobody waits longer than this for a doctor to find a server silent. */
const PATIENCE_MS = 3_000;

/** Why this Redis cannot be used just now; null when it lets us in and answers. */
export async function redisProblem(address: RedisAddress): Promise<string | null> {
  try {
    const connection = await connectRedis(address, { connectMs: PATIENCE_MS, answerMs: PATIENCE_MS });
    connection.close();
    return null;
  } catch (error) {
    return `Redis at ${address.host}:${String(address.port)} cannot be used just now (${error instanceof Error ? error.message : String(error)})`;
  }
}
