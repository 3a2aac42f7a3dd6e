import { randomBytes } from 'node:crypto';
import { sendText, type Exchange } from '../exchange.ts';
import type { ViewAccess } from '../view-access.ts';

const NO_ACCESS = 'The trace viewer wants its token. Open it with "openfusion traces --url", or from VS Code with "OpenFusion: Show Traces".\n';

/** `GET /`: the trace viewer. `?token=…` is traded for a cookie, so that the token does not stay in the address bar. */
export function viewerPage(exchange: Exchange, access: ViewAccess): void {
  const { res, query, parts } = exchange;
  const token = query.get('token');
  if (token !== null) {
    const cookie = access.trade(exchange, token);
    if (cookie === null) { sendText(res, 401, 'text/plain; charset=utf-8', NO_ACCESS); return; }
    sendText(res, 303, 'text/plain; charset=utf-8', 'See /\n', { location: '/', 'set-cookie': cookie, 'referrer-policy': 'no-referrer' });
    return;
  }
  if (access.of(exchange) === null) { sendText(res, 401, 'text/plain; charset=utf-8', NO_ACCESS); return; }
  const nonce = randomBytes(16).toString('base64');
  const { html, csp } = parts.viewer.page(nonce);
  sendText(res, 200, 'text/html; charset=utf-8', html, { 'content-security-policy': `${csp}; frame-ancestors 'none'`, 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' });
}

/** `GET /viewer.js`, `GET /viewer.css`: from memory, nothing is served from disk. */
export function viewerFile({ res, path, parts }: Exchange): void {
  const script = path === '/viewer.js';
  sendText(res, 200, script ? 'text/javascript; charset=utf-8' : 'text/css; charset=utf-8', script ? parts.viewer.script : parts.viewer.style);
}
