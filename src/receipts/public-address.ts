/** Addresses as they may stand in a report for everybody: those of this machine and of private networks are left out. */
import { isIP } from 'node:net';
import { isLoopback } from '../config/loopback.ts';

export interface PublicAddress {
  url(url: string): string;
  text(text: string): string;
}

/** What stands in the place of an address. */
export const HIDDEN_ADDRESSES = ['loopback', 'private-host'] as const;

/** `baseUrl`: the endpoint's; null leaves everything as it is. */
export function createPublicAddress(baseUrl: string | null): PublicAddress {
  if (baseUrl === null) return { url: (url) => url, text: (text) => text };
  const { hostname, host } = new URL(baseUrl);
  const hidden = isLoopback(hostname) ? 'loopback' : isPublicHost(hostname) ? null : 'private-host';
  if (hidden === null) return { url: (url) => url, text: withoutPrivateIps };
  const bare = hostname.replace(/^\[(.*)\]$/u, '$1');
  return { url: () => hidden, text: (text) => withoutPrivateIps([host, bare].reduce((rest, address) => rest.replaceAll(address, hidden), text)) };
}

/** Names of the usual private zones, and names without a dot. */
const PRIVATE_NAME = /^[^.]*$|\.(?:local|localdomain|lan|internal|intranet|corp|home|home\.arpa|private|test|invalid|localhost|onion|ts\.net)$/iu;

/** Can everybody reach this host? Loopback, private networks (RFC 1918, 6598, 3927, 4193, 4291) and private names are not public. */
export function isPublicHost(hostname: string): boolean {
  const bare = hostname.toLowerCase().replace(/^\[(.*)\]$/u, '$1').replace(/\.$/u, '');
  if (isLoopback(bare)) return false;
  const version = isIP(bare);
  if (version === 4) return !isPrivateIpV4(bare);
  if (version === 6) return !/^(?:::|f[cd]|fe[89ab])/u.test(bare);
  return !PRIVATE_NAME.test(bare);
}

function isPrivateIpV4(address: string): boolean {
  const [a = 0, b = 0] = address.split('.').map(Number);
  return a === 0 || a === 10 || a === 127 || (a === 100 && b >= 64 && b < 128) || (a === 169 && b === 254) || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168);
}

const IP_V4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.]*\w)/gu;

/** Names may lead to private addresses: connection errors tell them. */
const withoutPrivateIps = (text: string): string => text.replace(IP_V4, (found) => (isIP(found.replace(/:.*/u, '')) === 4 && !isPublicHost(found.replace(/:.*/u, '')) ? 'private-host' : found));
