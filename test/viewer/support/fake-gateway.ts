/** What the viewer needs of a gateway: the page, the records and the live feed, from memory. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { tracePage } from '../../../src/editor/trace-page.ts';
import type { LiveMessage, OwnerState, TraceRecord } from '../../../src/trace/types.ts';
import { viewerCsp, viewerHtml } from '../../../src/viewer/html.ts';
import { hello, owner } from '../fixtures.ts';
import { viewerBundle } from './bundle.ts';
import type { ViewerBundle } from './bundle.ts';

export interface FakeGateway {
  readonly url: string;
  /** `METHOD /path` of every request that came, the WebSocket's included. */
  readonly requests: readonly string[];
  readonly records: Map<string, TraceRecord>;
  /** Keeps a record and sends it down the feed. */
  push(record: TraceRecord): void;
  send(message: unknown): void;
  /** From now on: new sockets and requests are refused with this status; null lets them in again. */
  refuse(status: number | null): void;
  dropSockets(): void;
  close(): Promise<void>;
}

const NONCE = 'bm9uY2Utb2YtdGhlLXRlc3Rz';

/** `GET /` is the page as the gateway serves it, `GET /webview` as the editor's panel writes it. */
export async function startFakeGateway({ records: given = [], state = owner }: { records?: readonly TraceRecord[]; state?: OwnerState } = {}): Promise<FakeGateway> {
  const bundle = await viewerBundle();
  const records = new Map(given.map((record) => [record.id, record]));
  const requests: string[] = [];
  let refusal: number | null = null;

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const asset = assetOf(request.url ?? '', bundle);
    if (asset) return void response.writeHead(200, asset.headers).end(asset.body);
    if (refusal !== null) return void response.writeHead(refusal).end();
    answer(request, response, records);
  });
  const feed = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    requests.push(`WS ${request.url}`);
    if (refusal !== null || request.url !== '/traces/live') return void socket.end(`HTTP/1.1 ${refusal ?? 404} Refused\r\n\r\n`);
    feed.handleUpgrade(request, socket, head, (client) => send(client, hello([...records.values()], state)));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');

  const broadcast = (message: unknown): void => feed.clients.forEach((client) => send(client, message));
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    records,
    push(record) {
      records.set(record.id, record);
      broadcast({ type: 'trace', trace: record } satisfies LiveMessage);
    },
    send: broadcast,
    refuse: (status) => { refusal = status; },
    dropSockets: () => feed.clients.forEach((client) => client.terminate()),
    async close() {
      feed.clients.forEach((client) => client.terminate());
      const closed = new Promise((resolve) => { server.close(resolve); });
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(client: WebSocket, message: unknown): void {
  client.send(JSON.stringify(message));
}

function assetOf(path: string, { script, style }: ViewerBundle): { headers: Record<string, string>; body: string } | undefined {
  const where = { scriptSrc: '/viewer.js', styleSrc: '/viewer.css', nonce: NONCE };
  switch (path) {
    case '/': return {
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': `${viewerCsp(where)}; frame-ancestors 'none'` },
      body: viewerHtml({ ...where, title: 'OpenFusion traces' }),
    };
    case '/webview': return { headers: { 'content-type': 'text/html; charset=utf-8' }, body: tracePage({ ...where, cspSource: "'self'" }) };
    case '/viewer.js': return { headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: script };
    case '/viewer.css': return { headers: { 'content-type': 'text/css; charset=utf-8' }, body: style };
    default: return undefined;
  }
}

function answer(request: IncomingMessage, response: ServerResponse, records: Map<string, TraceRecord>): void {
  const path = request.url ?? '';
  if (request.method === 'GET' && path === '/traces') return sendJson(response, { traces: [] });
  const id = path.startsWith('/traces/') ? decodeURIComponent(path.slice('/traces/'.length)) : '';
  const record = records.get(id);
  if (record === undefined) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  if (request.method === 'DELETE') {
    records.delete(id);
    return void response.writeHead(204).end();
  }
  sendJson(response, record);
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
