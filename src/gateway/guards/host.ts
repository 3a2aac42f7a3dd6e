import { isLoopback } from '../../config/loopback.ts';
import { apiError, type ApiError } from '../../protocol/errors.ts';
import type { Exchange } from '../exchange.ts';

const OUR_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Every request must name us once, by a loopback name and our port, or beyond loopback by a name that the user allowed: the end of DNS rebinding (criterion N1). */
export function checkHost({ req, port, settings }: Exchange): ApiError | null {
  let count = 0;
  for (let i = 0; i < req.rawHeaders.length; i += 2) if (req.rawHeaders[i]?.toLowerCase() === 'host') count++;
  const host = req.headers.host;
  if (count === 1 && host !== undefined && isOurs(host.toLowerCase(), port, settings.server)) return null;
  return apiError(403, 'This Host is not allowed. Use http://127.0.0.1 with the port of OpenFusion; server.allowedHosts names others, for a bind beyond loopback.', { code: 'host_not_allowed' });
}

/** `allowedHosts` does not count on loopback: nobody else can have a reason to call us by another name there. */
function isOurs(host: string, port: number, server: { host: string; allowedHosts: readonly string[] }): boolean {
  const ours = `:${port}`;
  const name = host.endsWith(ours) ? host.slice(0, -ours.length) : host;
  if (OUR_NAMES.has(name)) return name !== host || port === 80;
  return server.allowedHosts.length > 0 && !isLoopback(server.host) && server.allowedHosts.some((entry) => entry.toLowerCase() === name || entry.toLowerCase() === host);
}
