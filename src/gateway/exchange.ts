import type { IncomingMessage, ServerResponse } from 'node:http';
import { anthropicErrorBody, openAiErrorBody, type ApiError } from '../protocol/errors.ts';
import type { RequestContext } from '../protocol/types.ts';
import type { GatewayParts, GatewaySettings } from './parts.ts';

/** One request and the way to answer it. */
export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  method: string;
  /** Path without the query. */
  path: string;
  query: URLSearchParams;
  port: number;
  settings: GatewaySettings;
  parts: GatewayParts;
}

/** What a plan and a trace are told of a request beside its body. */
export const contextOf = ({ req, parts }: Exchange): RequestContext => ({ traceId: parts.newTraceId(), startedAtMs: parts.nowMs(), headers: req.headers });

const SAFE_HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' } as const;

/** Answers with JSON; does nothing when an answer has begun. */
export function sendJson({ res, parts }: Exchange, status: number, body: unknown, headers: Record<string, string> = {}): void {
  sendText(res, status, 'application/json; charset=utf-8', parts.redactor.redactText(typeof body === 'string' ? body : JSON.stringify(body)), headers);
}

export function sendText(res: ServerResponse, status: number, contentType: string, text: string, headers: Record<string, string> = {}): void {
  if (res.headersSent || res.destroyed) return;
  const bytes = Buffer.from(text);
  res.writeHead(status, { ...SAFE_HEADERS, ...headers, 'content-type': contentType, 'content-length': String(bytes.byteLength) });
  res.end(bytes);
}

/** Answers with the client's own error object. */
export function sendError(exchange: Exchange, error: ApiError, headers: Record<string, string> = {}): void {
  const anthropic = exchange.path.startsWith('/v1/messages') || (exchange.path.startsWith('/v1/models') && exchange.req.headers['anthropic-version'] !== undefined);
  const body = anthropic ? anthropicErrorBody(error) : openAiErrorBody(error);
  sendJson(exchange, error.status, body, {
    ...headers,
    ...(error.retryAfterS === undefined ? {} : { 'retry-after': String(error.retryAfterS) }),
    ...(error.shouldRetry === undefined ? {} : { 'x-should-retry': String(error.shouldRetry) }),
  });
}
