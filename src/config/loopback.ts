/**
 * Is this host name or address one that only this machine can reach? Takes what a URL's `hostname` or a bind address
 * looks like, IPv6 with or without brackets.
 */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  return bare === 'localhost' || bare === '::1' || /^127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(bare);
}
