import { apiError, type ApiError } from '../protocol/errors.ts';
import { refreshCatalogue } from './endpoints/catalogue.ts';
import { chatCompletions, countTokens, debugRoute, messages, responses } from './endpoints/completions.ts';
import { health } from './endpoints/health.ts';
import { forgetLearned, showLearned } from './endpoints/learned.ts';
import { listModels, showModel } from './endpoints/models.ts';
import { deleteTrace, giveFeedback, listTraces, showTrace } from './endpoints/traces.ts';
import { viewerFile, viewerPage } from './endpoints/viewer.ts';
import { sendError, type Exchange } from './exchange.ts';
import { checkHost } from './guards/host.ts';
import { checkOrigin, isAllowedOrigin } from './guards/origin.ts';
import { checkClientToken } from './guards/tokens.ts';
import type { ViewAccess } from './view-access.ts';

type Handler = (exchange: Exchange) => void | Promise<void>;
interface Route { methods: Partial<Record<string, Handler>>; access: 'open' | 'client' | 'view' }

const SUPPORTED = 'POST /v1/chat/completions, POST /v1/responses, POST /v1/messages, POST /v1/messages/count_tokens, GET /v1/models, POST /debug/route, GET /health, GET /traces';

/** Guards first, then the one endpoint; an unknown path says what is supported. */
export async function handle(exchange: Exchange, access: ViewAccess): Promise<void> {
  const refused = checkHost(exchange) ?? checkOrigin(exchange);
  if (refused !== null) { sendError(exchange, refused); return; }
  allowOrigin(exchange);
  if (exchange.method === 'OPTIONS' && preflight(exchange)) return;
  const route = find(exchange, access);
  const denied = checkAccess(exchange, route?.access ?? 'client', access);
  if (denied !== null) { sendError(exchange, denied); return; }
  if (route === null) { sendError(exchange, unknownPath(exchange)); return; }
  const handler = route.methods[exchange.method];
  if (handler === undefined) {
    const allow = Object.keys(route.methods).join(', ');
    sendError(exchange, apiError(405, `${exchange.path} takes ${allow}.`, { code: 'method_not_allowed' }), { allow });
    return;
  }
  await handler(exchange);
}

function checkAccess(exchange: Exchange, wanted: Route['access'], access: ViewAccess): ApiError | null {
  if (wanted === 'open') return null;
  if (wanted === 'client') return checkClientToken(exchange);
  return access.of(exchange) === null ? NO_VIEW : null;
}

export const NO_VIEW: ApiError = apiError(401, 'Traces are shown only with the view token; `openfusion traces` and VS Code have it.', { code: 'view_token_required' });

function find(exchange: Exchange, access: ViewAccess): Route | null {
  const { path } = exchange;
  const fixed = FIXED[path];
  if (fixed !== undefined) return fixed;
  if (path === '/') return { access: 'open', methods: { GET: (page) => { viewerPage(page, access); } } };
  if (path.startsWith('/v1/models/')) return { access: 'client', methods: { GET: showModel } };
  const trace = /^\/traces\/([\w-]{1,80})(\/feedback)?$/.exec(path);
  const id = trace?.[1];
  if (id === undefined) return null;
  return trace?.[2] === undefined
    ? { access: 'view', methods: { GET: (one) => showTrace(one, id), DELETE: (one) => deleteTrace(one, id) } }
    : { access: 'view', methods: { POST: (one) => giveFeedback(one, id) } };
}

const FIXED: Partial<Record<string, Route>> = {
  '/v1/chat/completions': { access: 'client', methods: { POST: chatCompletions } },
  '/v1/responses': { access: 'client', methods: { POST: responses } },
  '/v1/messages': { access: 'client', methods: { POST: messages } },
  '/v1/messages/count_tokens': { access: 'client', methods: { POST: countTokens } },
  '/v1/models': { access: 'client', methods: { GET: listModels } },
  '/debug/route': { access: 'client', methods: { POST: debugRoute } },
  '/health': { access: 'open', methods: { GET: health } },
  '/traces': { access: 'view', methods: { GET: listTraces } },
  '/learned': { access: 'view', methods: { GET: showLearned, DELETE: forgetLearned } },
  '/catalogue/refresh': { access: 'view', methods: { POST: refreshCatalogue } },
  // The viewer's program holds no data; the page and everything that it asks for want access.
  '/viewer.js': { access: 'open', methods: { GET: viewerFile } },
  '/viewer.css': { access: 'open', methods: { GET: viewerFile } },
};

export const unknownPath = ({ method, path }: Exchange): ApiError =>
  apiError(404, `${method} ${path.slice(0, 100)} is not supported. Supported: ${SUPPORTED}.`, { code: 'unsupported_endpoint' });

/** Only an origin that the user allowed by name is told that it may read answers. */
function allowOrigin(exchange: Exchange): void {
  const { origin } = exchange.req.headers;
  if (origin === undefined || !isAllowedOrigin(exchange, origin)) return;
  exchange.res.setHeader('access-control-allow-origin', origin);
  exchange.res.setHeader('access-control-expose-headers', EXPOSED);
  exchange.res.setHeader('vary', 'origin');
}

/** What a page may read of an answer's headers. */
const EXPOSED = 'x-openfusion-trace, x-openfusion-strategy, x-openfusion-model, x-openfusion-fallback, x-openfusion-cost-usd, x-should-retry, retry-after';

function preflight(exchange: Exchange): boolean {
  const { origin } = exchange.req.headers;
  if (origin === undefined || !isAllowedOrigin(exchange, origin)) return false;
  exchange.res.writeHead(204, { 'access-control-allow-methods': 'GET, POST', 'access-control-allow-headers': 'authorization, content-type, x-api-key, x-session-id, anthropic-version, anthropic-beta', 'access-control-max-age': '600' });
  exchange.res.end();
  return true;
}
