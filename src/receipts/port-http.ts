/** A port to a gateway behind HTTP: what the editor uses. Free of heavy imports, for it is part of the extension's bundle. */
import { randomUUID } from 'node:crypto';
import type { TraceRecord } from '../trace/types.ts';
import { readPlan } from './answer-view.ts';
import { readChatBody, readErrorBody } from './chat-body.ts';
import { asArray, asObject, isObject, parseJson } from './guards.ts';
import { causeText, endpointUrl, type HttpCall, readBody, sendHttp } from './http-request.ts';
import type { PortAnswer, PortError, PortResult, ReceiptPort } from './port.ts';

export interface HttpPortOptions {
  /** The gateway's address without `/v1`, e.g. `http://127.0.0.1:8787`. */
  baseUrl: string;
  /** The server's token, where one is set. */
  token?: string | undefined;
  /** The view token: with it, receipts hold what each panel role said. */
  viewToken?: string | undefined;
  dryRun?: boolean | null;
  /** Ends every call of this port. */
  signal?: AbortSignal | undefined;
  nowMs?: () => number;
}

/** Wraps a running gateway. Each call is a session of its own, so that no pin of an earlier one bends the routing. */
export function createHttpPort(options: HttpPortOptions): ReceiptPort {
  const { baseUrl, token, viewToken, dryRun = null, signal: own, nowMs = Date.now } = options;

  const headersWith = (bearer: string | undefined): Record<string, string> => ({
    'user-agent': 'openfusion-receipt',
    'x-session-id': `receipt-${randomUUID()}`,
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
  });
  const call = (method: HttpCall['method'], path: string, { json, signal, bearer = token }: { json?: unknown; signal?: AbortSignal | undefined; bearer?: string | undefined }) =>
    callJson({ method, url: endpointUrl(baseUrl, path), headers: headersWith(bearer), json, signal: anyOf(own, signal) });

  const traceOf = async (id: unknown, signal: AbortSignal | undefined): Promise<TraceRecord | null> => {
    if (viewToken === undefined || typeof id !== 'string') return null;
    const reply = await call('GET', `traces/${encodeURIComponent(id)}`, { signal, bearer: viewToken });
    return reply.ok ? readTrace(reply.value) : null;
  };

  return {
    dryRun,
    async plan(body, signal) {
      const reply = await call('POST', 'debug/route', { json: body, signal });
      return reply.ok ? { ok: true, value: readPlan(reply.value) } : reply;
    },
    async complete(body, signal): Promise<PortResult<PortAnswer>> {
      const startedMs = nowMs();
      const reply = await call('POST', 'v1/chat/completions', { json: { ...body, stream: false }, signal });
      if (!reply.ok) return reply;
      const answer = readChatBody(reply.value);
      if (answer === null) return { ok: false, error: { status: 502, code: 'invalid_response', message: 'the answer is not a chat completion' } };
      const latencyMs = nowMs() - startedMs;
      return { ok: true, value: { ...answer, latencyMs, trace: await traceOf(asObject(answer.openfusion.trace).id, signal) } };
    },
    async models(signal) {
      const reply = await call('GET', 'v1/models', { signal });
      return reply.ok ? { ok: true, value: readModelIds(reply.value) } : reply;
    },
  };
}

/** The ids of a `GET /models` answer; empty when it is not one. */
export const readModelIds = (value: unknown): string[] =>
  asArray(asObject(value).data).flatMap((item) => (typeof asObject(item).id === 'string' ? [asObject(item).id as string] : []));

async function callJson(call: HttpCall): Promise<PortResult<unknown>> {
  try {
    const reply = await sendHttp(call);
    const body = parseJson(await readBody(reply));
    const status = reply.statusCode ?? 0;
    if (status < 200 || status > 299) return { ok: false, error: statusError(status, body) };
    return { ok: true, value: body };
  } catch (cause) {
    return { ok: false, error: failureOf(cause, call.signal) };
  }
}

function statusError(status: number, body: unknown): PortError {
  const error = readErrorBody(body);
  return { status, code: error?.code ?? null, message: error?.message ?? `HTTP ${status}` };
}

function failureOf(cause: unknown, signal: AbortSignal | undefined): PortError {
  if (signal?.aborted === true) return { status: 0, code: 'aborted', message: 'the request was aborted' };
  return { status: 0, code: 'connect', message: causeText(cause) };
}

/** The parts that receipts read are checked; a record without them is no record. */
function readTrace(value: unknown): TraceRecord | null {
  const record = asObject(value).trace ?? value;
  const looksRight = isObject(record) && typeof record.id === 'string' && Array.isArray(record.phases)
    && record.phases.every((phase: unknown) => isObject(phase) && typeof phase.text === 'string' && typeof phase.role === 'string' && Array.isArray(phase.attempts));
  return looksRight ? (record as unknown as TraceRecord) : null;
}

function anyOf(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const present = signals.filter((signal) => signal !== undefined);
  return present.length > 1 ? AbortSignal.any(present) : present[0];
}
