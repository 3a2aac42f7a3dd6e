import { apiError, type ApiError } from '../../protocol/errors.ts';
import type { Exchange } from '../exchange.ts';

/** A web page may call only from the gateway's own origin, or one that the user allowed (criterion N2). */
export function checkOrigin(exchange: Exchange): ApiError | null {
  const { origin, 'sec-fetch-site': site } = exchange.req.headers;
  if (origin !== undefined) {
    if (isAllowedOrigin(exchange, origin)) return null;
    if (!isOwnOrigin(exchange, origin)) return refused;
  }
  return site === undefined || site === 'same-origin' || site === 'none' ? null : refused;
}

/** Is this the origin of the trace page, under the name that the request used? */
export const isOwnOrigin = ({ req }: Exchange, origin: string): boolean => origin === `http://${req.headers.host?.toLowerCase() ?? ''}`;

export const isAllowedOrigin = ({ settings }: Exchange, origin: string): boolean => settings.server.allowedOrigins.includes(origin);

const refused = apiError(403, 'Requests from this web page are refused. Add its origin to server.allowedOrigins if you trust it.', { code: 'origin_not_allowed' });
