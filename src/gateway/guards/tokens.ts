import { apiError, type ApiError } from '../../protocol/errors.ts';
import type { Exchange } from '../exchange.ts';

/** What a client showed as `Authorization: Bearer` or `x-api-key`. */
export function shownToken({ req }: Exchange): string | null {
  const { authorization } = req.headers;
  const bearer = authorization === undefined ? undefined : /^Bearer\s+(.+)$/i.exec(authorization)?.[1]?.trim();
  const key = req.headers['x-api-key'];
  return bearer ?? (typeof key === 'string' ? key : null);
}

/** The client token, where one is configured. */
export function checkClientToken(exchange: Exchange): ApiError | null {
  const { settings: { token }, parts } = exchange;
  if (token === null) return null;
  const shown = shownToken(exchange);
  if (shown !== null && (parts.sameSecret(shown, token) || parts.sameSecret(shown, parts.viewToken))) return null;
  return apiError(401, 'This gateway wants its token (server.token) as `Authorization: Bearer …` or `x-api-key`.', { code: 'invalid_api_key' });
}
