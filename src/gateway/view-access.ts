import type { Exchange } from './exchange.ts';
import { isOwnOrigin } from './guards/origin.ts';
import { shownToken } from './guards/tokens.ts';

const MAX_SESSIONS = 100;

/**
 * Who may look at traces: whoever shows the view token, and a page that traded it for a cookie. The cookie is a random id of
 * its own, since a browser sends cookies of 127.0.0.1 to every port there.
 */
export class ViewAccess {
  readonly #sessions = new Set<string>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** `header`: the token itself was shown; `cookie`: a page of ours; null: nobody. */
  of(exchange: Exchange): 'header' | 'cookie' | null {
    const shown = shownToken(exchange);
    if (shown !== null && exchange.parts.sameSecret(shown, exchange.parts.viewToken)) return 'header';
    const id = cookieValue(exchange.req.headers.cookie ?? '', cookieName(exchange.port));
    if (id === null || !this.#sessions.has(id)) return null;
    // Another page on this machine's loopback is same-site to us: the cookie alone is not enough there.
    const { origin } = exchange.req.headers;
    return origin === undefined || isOwnOrigin(exchange, origin) ? 'cookie' : null;
  }

  /** Trades the view token for a cookie; null when the token is wrong. */
  trade(exchange: Exchange, token: string): string | null {
    if (!exchange.parts.sameSecret(token, exchange.parts.viewToken)) return null;
    const id = this.#newId() + this.#newId();
    this.#sessions.add(id);
    if (this.#sessions.size > MAX_SESSIONS) for (const oldest of this.#sessions) { this.#sessions.delete(oldest); break; }
    return `${cookieName(exchange.port)}=${id}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

const cookieName = (port: number): string => `openfusion_view_${port}`;

function cookieValue(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=');
    if (key === name && value !== undefined) return value;
  }
  return null;
}
