import { sendJson, type Exchange } from '../exchange.ts';
import { shownToken } from '../guards/tokens.ts';

/** `GET /health`: who we are without a token, details only with one; answers an owner's challenge. */
export function health(exchange: Exchange): void {
  const { parts, settings, req } = exchange;
  const nonce = req.headers['x-openfusion-challenge'];
  const proof = typeof nonce === 'string' ? parts.proofFor(nonce) : null;
  const shown = shownToken(exchange);
  const trusted = shown !== null && (parts.sameSecret(shown, parts.viewToken) || (settings.token !== null && parts.sameSecret(shown, settings.token)));
  sendJson(exchange, 200, {
    ok: true, name: 'openfusion', version: parts.version, pid: process.pid, owner: parts.kind,
    ...(proof === null ? {} : { proof }),
    ...(trusted ? { state: parts.ownerState(), models: settings.models.length, rssBytes: process.memoryUsage.rss(), uptimeS: Math.round(process.uptime()) } : {}),
  });
}
