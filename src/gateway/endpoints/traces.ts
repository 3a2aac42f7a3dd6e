import * as z from 'zod/mini';
import { parseJsonObject } from '../../protocol/json-body.ts';
import { apiError } from '../../protocol/errors.ts';
import { sendError, sendJson, type Exchange } from '../exchange.ts';
import { readBody } from '../guards/body.ts';

const MAX_LIST = 1_000;

/** `GET /traces?limit=&before=`: newest first. */
export async function listTraces(exchange: Exchange): Promise<void> {
  const limit = readCount(exchange.query.get('limit'), 200);
  const before = readCount(exchange.query.get('before'), null);
  if (limit === undefined || limit === null || before === undefined) {
    sendError(exchange, apiError(400, '`limit` and `before` must be whole numbers.', { param: limit === undefined ? 'limit' : 'before' }));
    return;
  }
  const traces = await exchange.parts.traces.list({ limit: Math.min(limit, MAX_LIST), beforeMs: before ?? undefined });
  sendJson(exchange, 200, { traces });
}

function readCount(text: string | null, absent: number | null): number | null | undefined {
  if (text === null) return absent;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** `GET /traces/{id}` */
export async function showTrace(exchange: Exchange, id: string): Promise<void> {
  const trace = await exchange.parts.traces.get(id);
  if (trace === undefined) { sendError(exchange, notFound(id)); return; }
  sendJson(exchange, 200, trace);
}

/** `DELETE /traces/{id}` */
export async function deleteTrace(exchange: Exchange, id: string): Promise<void> {
  if (!await exchange.parts.traces.delete(id)) { sendError(exchange, notFound(id)); return; }
  sendJson(exchange, 200, { id, deleted: true });
}

const feedbackSchema = z.strictObject({ thumb: z.nullable(z.enum(['up', 'down'])), note: z.optional(z.string().check(z.maxLength(2_000))) });

/** `POST /traces/{id}/feedback`: `{"thumb": "up" | "down", "note"?: "…"}`; `{"thumb": null}` takes it back, and what was learned from it. */
export async function giveFeedback(exchange: Exchange, id: string): Promise<void> {
  const body = await readBody(exchange);
  const object = body.ok ? parseJsonObject(body.value) : body;
  if (!object.ok) { sendError(exchange, object.error); return; }
  const feedback = feedbackSchema.safeParse(object.value);
  if (!feedback.success) { sendError(exchange, apiError(400, '`thumb` must be "up", "down" or null; `note` is a text of at most 2000 characters.', { param: String(feedback.error.issues[0]?.path[0] ?? 'thumb') })); return; }
  const { thumb, note } = feedback.data;
  const kept = await exchange.parts.traces.feedback(id, thumb === null ? null : { thumb, ...(note === undefined ? {} : { note }) });
  if (kept === undefined) { sendError(exchange, notFound(id)); return; }
  sendJson(exchange, 200, { id, thumb: null, ...kept.feedback });
}

const notFound = (id: string) => apiError(404, `There is no trace \`${id.slice(0, 60)}\`.`, { code: 'trace_not_found' });
