import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { apiError } from '../protocol/errors.ts';
import { BadHttp } from './bad-http.ts';
import { sendError, type Exchange } from './exchange.ts';
import { checkHost } from './guards/host.ts';
import { checkOrigin } from './guards/origin.ts';
import { checkClientToken } from './guards/tokens.ts';
import { giveMemoryBackWhenIdle } from './memory-rest.ts';
import type { GatewayParts } from './parts.ts';
import { ResponsesSockets } from './responses-socket.ts';
import { handle, NO_VIEW, unknownPath } from './router.ts';
import { ViewAccess } from './view-access.ts';

export interface Gateway {
  /** Resolves when it accepts requests. Errors by code: `EADDRINUSE`, `EACCES`, … */
  listen(host: string, port: number): Promise<{ ok: true; port: number } | { ok: false; code: string; message: string }>;
  /** Stops accepting, lets running requests finish for `drainMs`, then ends them. */
  close(drainMs: number): Promise<void>;
}

/** The HTTP surface on bare `node:http`: guard, route, answer. */
export function createGateway(parts: GatewayParts): Gateway {
  const access = new ViewAccess(() => parts.newId());
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64_000 });
  // Who attaches wants the owner's proof on this very connection.
  sockets.on('headers', (headers, req) => {
    const nonce = req.headers['x-openfusion-challenge'];
    const proof = typeof nonce === 'string' ? parts.proofFor(nonce) : null;
    if (proof !== null) headers.push(`x-openfusion-proof: ${proof}`);
  });
  const responses = new ResponsesSockets(parts.settings().server.maxBodyBytes);
  const bad = new BadHttp();
  let port = 0;
  let endOfRest = (): void => undefined;
  const exchangeOf = (req: IncomingMessage, res: ServerResponse): Exchange => {
    const url = req.url ?? '/';
    const mark = url.indexOf('?');
    return {
      req, res, port, parts, method: req.method ?? 'GET', path: mark < 0 ? url : url.slice(0, mark),
      query: mark < 0 ? NO_QUERY : new URLSearchParams(url.slice(mark + 1)), settings: parts.settings(),
    };
  };

  const server = createServer({
    // Limits receipt of a request only, never the time of an answer (criterion C2).
    headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000, keepAliveTimeout: 65_000, maxHeaderSize: 65_536,
    // A missing Host is refused by our own guard, as a wrong one is.
    requireHostHeader: false,
    // An offer of HTTP/2 or the like is no reason not to answer; older Nodes have no way to say so.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  }, (req, res) => {
    res.on('error', () => undefined);
    const exchange = exchangeOf(req, res);
    bad.saw(exchange);
    handle(exchange, access).catch((error: unknown) => { onUnexpected(exchange, error); });
  });
  server.on('upgrade', (req, socket, head) => { upgrade(req, socket, head); });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => { bad.refuse(error, socket); });

  const upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => undefined);
    const exchange = exchangeOf(req, EMPTY_RESPONSE);
    const refused = UPGRADES.has(exchange.path) ? checkHost(exchange) ?? checkOrigin(exchange) : unknownPath(exchange);
    if (refused === null && exchange.path === '/v1/responses') {
      const denied = checkClientToken(exchange);
      if (denied === null) responses.accept(exchange, req, socket, head);
      else bad.refuseUpgrade(socket, denied);
      return;
    }
    const who = refused === null ? access.of(exchange) : null;
    if (who === null) { bad.refuseUpgrade(socket, refused ?? NO_VIEW); return; }
    sockets.handleUpgrade(req, socket, head, (live) => { parts.live.add(live, { mayCommand: who === 'header' }); });
  };

  return {
    listen: (host, wanted) => new Promise((resolve) => {
      const failed = (error: NodeJS.ErrnoException): void => { resolve({ ok: false, code: error.code ?? 'EUNKNOWN', message: error.message }); };
      server.once('error', failed);
      server.listen({ host, port: wanted, exclusive: true }, () => {
        server.off('error', failed);
        server.on('error', (error) => { parts.log('error', `server: ${error.message}`); });
        const address = server.address();
        port = typeof address === 'object' && address !== null ? address.port : wanted;
        endOfRest = giveMemoryBackWhenIdle();
        resolve({ ok: true, port });
      });
    }),
    close: (drainMs) => closeServer(server, drainMs, { begin: () => { endOfRest(); parts.live.close(); sockets.close(); responses.close(); }, end: () => { responses.terminate(); } }),
  };
}

const UPGRADES: ReadonlySet<string> = new Set(['/traces/live', '/v1/responses']);
const NO_QUERY = new URLSearchParams();
/** An upgrade has no response object; the guards read only the request. */
const EMPTY_RESPONSE = {} as ServerResponse;

function onUnexpected(exchange: Exchange, error: unknown): void {
  exchange.parts.log('error', `unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  if (exchange.res.headersSent) exchange.res.socket?.destroySoon();
  else sendError(exchange, apiError(500, 'OpenFusion failed on this request; see its log.'));
}

/** While draining: how often connections are looked at whose answer is over. */
const SWEEP_MS = 50;

async function closeServer(server: Server, drainMs: number, sockets: { begin(): void; end(): void }): Promise<void> {
  if (!server.listening) { sockets.begin(); return; }
  const closed = new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
  sockets.begin();
  server.closeIdleConnections();
  // A client keeps its connection after its answer; it would hold us up for all of the drain.
  const sweep = setInterval(() => { server.closeIdleConnections(); }, SWEEP_MS);
  const timer = setTimeout(() => { server.closeAllConnections(); sockets.end(); }, drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(timer);
}
