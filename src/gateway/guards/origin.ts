import { apiError, type ApiError } from '../../protocol/errors.ts';
import type { Exchange } from '../exchange.ts';

/** A web page may call only from the gateway's own origin, or one that the user allowed (criterion N2). */
export function checkOrigin(exchange: Exchange): ApiError | null {
  const { req } = exchange;
  const { origin } = req.headers;
  if (origin !== undefined) {
    return isOwnOrigin(exchange, origin) || isAllowedOrigin(exchange, origin) ? null : refused;
  }
  const site = req.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return null;
  return refused;
}

/** Is this the origin of the trace page, under the name that the request used? */
export const isOwnOrigin = ({ req }: Exchange, origin: string): boolean => origin === `http://${req.headers.host?.toLowerCase() ?? ''}`;

export const isAllowedOrigin = ({ settings }: Exchange, origin: string): boolean => settings.server.allowedOrigins.includes(origin);

const refused = apiError(403, 'Requests from this web page are refused. Add its origin to server.allowedOrigins if you trust it.', { code: 'origin_not_allowed' });
