import { isLoopback } from './loopback.ts';

export interface RedisAddress {
  host: string;
  port: number;
  tls: boolean;
  username: string;
  password: string;
  database: number;
}

export type RedisUrl = { ok: true; address: RedisAddress } | { ok: false; message: string };

/**
 * Reads `rediss://[user]:password@host[:port][/database]`. Without TLS only to this machine, and never without a password:
 * traces and spending would be anybody's who reaches the port. The messages name no part of it that is secret.
 */
export function parseRedisUrl(text: string): RedisUrl {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'redis:' && url.protocol !== 'rediss:')) return { ok: false, message: 'is no redis:// or rediss:// address' };
  const tls = url.protocol === 'rediss:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') return { ok: false, message: 'names no host' };
  if (!tls && !isLoopback(host)) return { ok: false, message: 'goes to another machine without TLS' };
  const database = /^\/?(\d{0,4})$/.exec(url.pathname)?.[1];
  if (database === undefined || url.search !== '' || url.hash !== '') return { ok: false, message: 'has more behind the host than the number of a database' };
  const username = decoded(url.username), password = decoded(url.password);
  if (username === null || password === null) return { ok: false, message: 'has a name or a password that is not URL-encoded' };
  if (password === '') return { ok: false, message: 'has no password' };
  return { ok: true, address: { host, port: url.port === '' ? 6_379 : Number(url.port), tls, username, password, database: Number(database) } };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
