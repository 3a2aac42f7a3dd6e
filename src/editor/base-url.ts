/** Addresses of the gateway as programs on this machine reach it. */
import type { OwnerState } from '../trace/types.ts';

const ANY_ADDRESS = new Set(['0.0.0.0', '::', '']);

/** A host to connect to: a bind to every address is reached by loopback. */
export function reachableHost({ host }: Pick<OwnerState, 'host'>): string {
  return ANY_ADDRESS.has(host) ? '127.0.0.1' : host;
}

/** `http://127.0.0.1:8787`, without a path. */
export function originOf(owner: Pick<OwnerState, 'host' | 'port'>): string {
  const host = reachableHost(owner);
  return `http://${host.includes(':') ? `[${host}]` : host}:${owner.port}`;
}

/** The base URL that agents want: `http://127.0.0.1:8787/v1`. */
export function baseUrlOf(owner: Pick<OwnerState, 'host' | 'port'>): string {
  return `${originOf(owner)}/v1`;
}
