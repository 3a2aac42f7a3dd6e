import type { OwnerState } from '../trace/types.ts';

/** The base URL that agents are given. An address that means "all" is reached on loopback. */
export function baseUrl({ host, port }: Pick<OwnerState, 'host' | 'port'>): string {
  const reachable = host === '0.0.0.0' || host === '::' || host === '' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/v1`;
}

/** A first request to paste into a terminal. */
export function firstRequest(owner: Pick<OwnerState, 'host' | 'port'>): string {
  return [
    `curl ${baseUrl(owner)}/chat/completions \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '{"model":"openfusion/auto","messages":[{"role":"user","content":"Say hello"}]}'`,
  ].join('\n');
}
