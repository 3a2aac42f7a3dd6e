import { parseChatRequest } from '../../protocol/chat/parse.ts';
import type { RequestContext } from '../../protocol/types.ts';
import { writeChatAnswer } from '../answer-writer.ts';
import { sendError, sendJson, type Exchange } from '../exchange.ts';
import { readBody } from '../guards/body.ts';

/** `POST /v1/chat/completions` */
export async function chatCompletions(exchange: Exchange): Promise<void> {
  const { res, parts, settings } = exchange;
  const context = contextOf(exchange);
  const body = await readBody(exchange);
  if (!body.ok) { sendError(exchange, body.error, { 'x-openfusion-trace': context.traceId }); return; }
  const request = parseChatRequest(body.value);
  if (!request.ok) { sendError(exchange, request.error, { 'x-openfusion-trace': context.traceId }); return; }
  const gone = new AbortController();
  res.on('close', () => { if (!res.writableFinished) gone.abort(); });
  await writeChatAnswer(exchange, request.value, context.traceId, (emit) => settings.engine.run(request.value, context, gone.signal, emit));
  parts.log('debug', `chat ${context.traceId} ${request.value.model} → ${res.statusCode}`);
}

/** `POST /debug/route`: the plan, no model called. */
export async function debugRoute(exchange: Exchange): Promise<void> {
  const body = await readBody(exchange);
  if (!body.ok) { sendError(exchange, body.error); return; }
  const request = parseChatRequest(body.value);
  if (!request.ok) { sendError(exchange, request.error); return; }
  const planned = exchange.settings.engine.plan(request.value, contextOf(exchange));
  if (!planned.ok) { sendError(exchange, planned.error); return; }
  sendJson(exchange, 200, { model: planned.plan.primary.model, dry_run: exchange.parts.ownerState().dryRun, ...planned.plan });
}

const contextOf = ({ req, parts }: Exchange): RequestContext => ({ traceId: parts.newTraceId(), startedAtMs: parts.nowMs(), headers: req.headers });
