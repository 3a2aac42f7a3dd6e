import { apiError, type ApiError } from '../../protocol/errors.ts';
import type { Exchange } from '../exchange.ts';

/** Every request must name us by a loopback name, or one that the user allowed: the end of DNS rebinding (criterion N1). */
export function checkHost({ req, port, settings }: Exchange): ApiError | null {
  let count = 0;
  for (let i = 0; i < req.rawHeaders.length; i += 2) if (req.rawHeaders[i]?.toLowerCase() === 'host') count++;
  const host = req.headers.host;
  if (count === 1 && host !== undefined && isOurs(host.toLowerCase(), port, settings.server.allowedHosts)) return null;
  return apiError(403, 'This Host is not allowed. Use http://127.0.0.1 with the port of OpenFusion, or add the name to server.allowedHosts.', { code: 'host_not_allowed' });
}

function isOurs(host: string, port: number, allowed: readonly string[]): boolean {
  const at = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host);
  if (at === null || (at[2] === undefined ? port !== 80 : Number(at[2]) !== port)) return false;
  const name = at[1] ?? '';
  return name === '127.0.0.1' || name === 'localhost' || name === '[::1]' || allowed.some((entry) => entry.toLowerCase() === name || entry.toLowerCase() === host);
}
