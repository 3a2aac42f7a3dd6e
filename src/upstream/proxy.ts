/** Which proxy a call goes through: what the environment and the editor say, in one rule. No I/O. */
import { BlockList, isIP } from 'node:net';
import { isLoopback } from '../config/loopback.ts';
import type { NetworkSettings } from '../config/network-settings.ts';

export type ProxyRoute =
  | { kind: 'direct' }
  | { kind: 'proxy'; protocol: 'http:' | 'https:'; host: string; port: number; /** Of a `Proxy-Authorization` header. */ authorization: string | null }
  /** A proxy is wanted that cannot be used: the call fails rather than go around it. */
  | { kind: 'unusable'; message: string };

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The route to an upstream. `HTTPS_PROXY` is for https:// and `HTTP_PROXY` for http:// addresses, in small letters first, as curl reads
 * them. Loopback is always direct: a local model is not behind anybody's proxy.
 */
export function proxyRoute(url: URL, env: Env, settings: NetworkSettings | null): ProxyRoute {
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  if (settings?.useProxy === false || isLoopback(host)) return DIRECT;
  const [name, value] = given(url, env, settings);
  if (value === '') return DIRECT;
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const exceptions = [...(nonEmpty(env['no_proxy']) ?? env['NO_PROXY'] ?? '').split(/[\s,]+/u), ...(settings?.noProxy ?? [])];
  if (exceptions.some((entry) => matches(entry.trim().toLowerCase(), host.toLowerCase(), port))) return DIRECT;
  return read(value, name, settings?.proxyAuthorization ?? '');
}

/** Everything in proxy settings that may stand in no log, trace or error. */
export function proxySecrets(env: Env, settings: NetworkSettings | null): string[] {
  const values = [settings?.proxy ?? '', ...['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'].map((name) => env[name] ?? '')];
  const ofUrls = values.flatMap((value) => {
    const url = URL.parse(withScheme(value));
    if (url === null || url.password === '') return [];
    const [user, password] = [decoded(url.username), decoded(url.password)];
    return [password, url.password, `${user}:${password}`];
  });
  const header = settings?.proxyAuthorization ?? '';
  return [...new Set([...ofUrls, ...(header === '' ? [] : [header, header.replace(/^\w+\s+/u, '')])])];
}

const DIRECT: ProxyRoute = { kind: 'direct' };
const nonEmpty = (text: string | undefined): string | undefined => (text === undefined || text.trim() === '' ? undefined : text.trim());

function given({ protocol }: URL, env: Env, settings: NetworkSettings | null): [name: string, value: string] {
  if (settings !== null && settings.proxy.trim() !== '') return ['the setting http.proxy', settings.proxy.trim()];
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return [name, nonEmpty(env[name.toLowerCase()]) ?? nonEmpty(env[name]) ?? ''];
}

function read(value: string, name: string, authorization: string): ProxyRoute {
  const url = URL.parse(withScheme(value));
  if (url === null || url.hostname === '') return { kind: 'unusable', message: `${name} is no address of a proxy; write http://HOST:PORT` };
  const { protocol } = url;
  if (protocol !== 'http:' && protocol !== 'https:') return { kind: 'unusable', message: `${name} names a ${protocol.slice(0, -1)} proxy; only http:// and https:// ones are supported` };
  const own = url.username === '' && url.password === '' ? null : `Basic ${Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString('base64')}`;
  return {
    kind: 'proxy', protocol, host: url.hostname.replace(/^\[(.*)\]$/u, '$1'), port: Number(url.port) || (protocol === 'https:' ? 443 : 80),
    authorization: authorization === '' ? own : authorization,
  };
}

/** `proxy:3128` is short for `http://proxy:3128`. */
const withScheme = (value: string): string => (/^[a-z][\w+.-]*:\/\//iu.test(value) ? value : `http://${value}`);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `*`, a name with all that lies below it, an address, or a block of addresses; each with or without a port. */
function matches(entry: string, host: string, port: number): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [, name = entry, wantedPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/u.exec(entry) ?? [];
  if (wantedPort !== undefined && Number(wantedPort) !== port) return false;
  const bare = name.replace(/^\[(.*)\]$/u, '$1');
  if (bare.includes('/')) return isIP(host) !== 0 && inBlock(host, bare);
  const domain = bare.replace(/^\*?\./u, '');
  return domain !== '' && (host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`)));
}

function inBlock(address: string, block: string): boolean {
  const [network = '', bits = ''] = block.split('/');
  const version = isIP(network);
  if (version === 0 || version !== isIP(address) || !/^\d{1,3}$/u.test(bits) || Number(bits) > (version === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = version === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, Number(bits), type);
  return list.check(address, type);
}
