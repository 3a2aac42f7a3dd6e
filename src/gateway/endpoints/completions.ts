import { fail, type Result } from '../../protocol/errors.ts';
import { parseJsonObject } from '../../protocol/json-body.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { readCountTokens, renderCount } from '../../protocol/messages/count-tokens.ts';
import type { ChatRequest, WireFormat } from '../../protocol/types.ts';
import { readAnyRequest, WIRES } from '../../protocol/wires.ts';
import { writeAnswer } from '../answer-writer.ts';
import { contextOf, sendError, sendJson, type Exchange } from '../exchange.ts';
import { readBody } from '../guards/body.ts';

/** `POST /v1/chat/completions` */
export const chatCompletions = (exchange: Exchange): Promise<void> => answer(exchange, 'chat');

/** `POST /v1/messages` */
export const messages = (exchange: Exchange): Promise<void> => answer(exchange, 'messages');

/** `POST /v1/responses`: an earlier response is put before its continuation. */
export const responses = (exchange: Exchange): Promise<void> => answer(exchange, 'responses');

async function answer(exchange: Exchange, format: WireFormat): Promise<void> {
  const { res, parts, settings } = exchange;
  const context = contextOf(exchange);
  const body = await readBody(exchange);
  const read = body.ok ? readRequest(exchange, format, body.value) : body;
  if (!read.ok) { sendError(exchange, read.error, { 'x-openfusion-trace': context.traceId }); return; }
  const request = read.value;
  const gone = new AbortController();
  res.on('close', () => { if (!res.writableFinished) gone.abort(); });
  const remember = format === 'responses' ? { onFinal: (response: JsonObject) => { parts.responses.remember(request, response); } } : {};
  await writeAnswer(exchange, { request, traceId: context.traceId, ...remember }, (emit) => settings.engine.run(request, context, gone.signal, emit));
  parts.log('debug', `${format} ${context.traceId} ${request.model} → ${res.statusCode}`);
}

function readRequest({ parts }: Exchange, format: WireFormat, bytes: Uint8Array): Result<ChatRequest> {
  const parsed = parseJsonObject(bytes);
  if (!parsed.ok) return fail(parsed.error);
  return format === 'responses' ? parts.responses.read(parsed.value, bytes) : WIRES[format].read(parsed.value, bytes);
}

/** `POST /debug/route`: the plan for a body of any format, no model called. */
export async function debugRoute(exchange: Exchange): Promise<void> {
  const body = await readBody(exchange);
  if (!body.ok) { sendError(exchange, body.error); return; }
  const request = readAnyRequest(body.value);
  if (!request.ok) { sendError(exchange, request.error); return; }
  const planned = exchange.settings.engine.plan(request.value, contextOf(exchange));
  if (!planned.ok) { sendError(exchange, planned.error); return; }
  sendJson(exchange, 200, { model: planned.plan.primary.model, dry_run: exchange.parts.ownerState().dryRun, ...planned.plan });
}

function readCount(bytes: Uint8Array): Result<ChatRequest> {
  const parsed = parseJsonObject(bytes);
  return parsed.ok ? readCountTokens(parsed.value, bytes) : fail(parsed.error);
}

/** `POST /v1/messages/count_tokens` */
export async function countTokens(exchange: Exchange): Promise<void> {
  const body = await readBody(exchange);
  const request = body.ok ? readCount(body.value) : body;
  if (!request.ok) { sendError(exchange, request.error); return; }
  const gone = new AbortController();
  exchange.res.on('close', () => { if (!exchange.res.writableFinished) gone.abort(); });
  const counted = await exchange.settings.engine.countTokens(request.value, contextOf(exchange), gone.signal);
  if (!counted.ok) { sendError(exchange, counted.error); return; }
  sendJson(exchange, 200, renderCount(counted.value.inputTokens));
}
