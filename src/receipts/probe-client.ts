/** Sends a probe's requests and turns what goes wrong into sentences. */
import { createParser } from 'eventsource-parser';
import type { IncomingMessage } from 'node:http';
import { readErrorBody } from './chat-body.ts';
import { excerpt } from './content.ts';
import { parseJson } from './guards.ts';
import { causeText, endpointUrl, type HttpCall, readBody, sendHttp } from './http-request.ts';
import { withTimeout } from './timeout.ts';

export interface ProbeClientOptions {
  baseUrl: string;
  key: string | undefined;
  timeoutMs: number;
  nowMs: () => number;
  signal: AbortSignal | undefined;
}

export type ProbeReply<T> = ({ ok: true } & T) | { ok: false; status: number; detail: string; hint: string; latencyMs: number };

export interface SseAnswer {
  contentType: string;
  /** The `data` of each event, in order. */
  data: string[];
  /** From the request to the first event. */
  firstEventMs: number | null;
  /** The connection broke before the end of the body. */
  broken: boolean;
  latencyMs: number;
}

export interface ProbeClient {
  getJson(path: string): Promise<ProbeReply<{ body: unknown; latencyMs: number }>>;
  postJson(path: string, json: unknown): Promise<ProbeReply<{ body: unknown; latencyMs: number }>>;
  postSse(path: string, json: unknown): Promise<ProbeReply<SseAnswer>>;
}

/** Throws a TypeError when the base URL is not an http(s) URL. */
export function createProbeClient({ baseUrl, key, timeoutMs, nowMs, signal }: ProbeClientOptions): ProbeClient {
  endpointUrl(baseUrl, '');
  const headers: Record<string, string> = { 'user-agent': 'openfusion-doctor', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };

  const exchange = async <T>(method: HttpCall['method'], path: string, json: unknown, read: (message: IncomingMessage, elapsedMs: () => number) => Promise<T>): Promise<ProbeReply<T>> => {
    const startedMs = nowMs();
    const elapsedMs = () => nowMs() - startedMs;
    const limit = withTimeout(timeoutMs, signal);
    try {
      const message = await sendHttp({ method, url: endpointUrl(baseUrl, path), headers, json, signal: limit });
      const status = message.statusCode ?? 0;
      if (status < 200 || status > 299) return { ok: false, status, ...statusText(status, await readBody(message)), latencyMs: elapsedMs() };
      return { ok: true, ...(await read(message, elapsedMs)) };
    } catch (cause) {
      const timedOut = limit.aborted && signal?.aborted !== true;
      return { ok: false, status: 0, ...(timedOut ? timeoutText(timeoutMs) : connectText(cause)), latencyMs: elapsedMs() };
    }
  };
  const readJson = async (message: IncomingMessage, elapsedMs: () => number) => ({ body: parseJson(await readBody(message)), latencyMs: elapsedMs() });

  return {
    getJson: (path) => exchange('GET', path, undefined, readJson),
    postJson: (path, json) => exchange('POST', path, json, readJson),
    postSse: (path, json) => exchange('POST', path, json, readSse),
  };
}

async function readSse(message: IncomingMessage, elapsedMs: () => number): Promise<SseAnswer> {
  const data: string[] = [];
  let firstEventMs: number | null = null;
  const parser = createParser({
    onEvent: (event) => {
      firstEventMs ??= elapsedMs();
      data.push(event.data);
    },
  });
  const decoder = new TextDecoder();
  let broken = false;
  try {
    for await (const piece of message as AsyncIterable<Uint8Array>) parser.feed(decoder.decode(piece, { stream: true }));
  } catch (cause) {
    if (!isReset(cause)) throw cause;
    broken = true;
  }
  return { contentType: message.headers['content-type'] ?? '', data, firstEventMs, broken, latencyMs: elapsedMs() };
}

const isReset = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ECONNRESET';

function statusText(status: number, body: string): { detail: string; hint: string } {
  const error = readErrorBody(parseJson(body));
  const said = error?.message ?? excerpt(body.replace(/<[^>]*>/gu, ' '), 120);
  return { detail: `HTTP ${status}${said === '' ? '' : `: ${excerpt(said, 240)}`}`, hint: statusHint(status) };
}

function statusHint(status: number): string {
  if (status === 401 || status === 403) return 'Name the environment variable of a valid key with --probe-key-env.';
  if (status === 404) return 'Check that the URL ends in /v1 and that the model exists.';
  if (status === 429) return 'The endpoint limits the rate: try again later.';
  return status >= 500 ? 'The endpoint itself failed: try again, or ask its operator.' : '';
}

const timeoutText = (timeoutMs: number) => ({ detail: `no answer within ${timeoutMs} ms`, hint: 'Raise --probe-timeout-ms before taking this for a fault.' });

const connectText = (cause: unknown) => ({
  detail: `no connection: ${causeText(cause)}`,
  hint: 'Is the server running, and is this its address?',
});
