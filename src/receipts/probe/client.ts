/** Sends a probe's requests and turns what goes wrong into sentences. */
import { createParser } from 'eventsource-parser';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readErrorBody } from '../chat-body.ts';
import { excerpt } from '../content.ts';
import { parseJson } from '../guards.ts';
import { causeText, endpointUrl, type HttpCall, readBody, sendHttp } from '../http-request.ts';
import { withTimeout } from '../timeout.ts';
import type { ProbeFlags } from './flags.ts';
import { retryAfterMs } from './retry-after.ts';

export interface ProbeClientOptions {
  baseUrl: string;
  /** Headers that show the key, in the order in which they are tried: the next one only when the one before is refused. */
  auth: readonly Readonly<Record<string, string>>[];
  timeoutMs: number;
  flags: ProbeFlags;
  nowMs: () => number;
  /** Called for each 429 with what its Retry-After said, in milliseconds; null when it said nothing. */
  onRateLimit: (retryAfterMs: number | null) => void;
  signal: AbortSignal | undefined;
}

export interface ProbeFailure {
  ok: false;
  /** 0 when no answer came. */
  status: number;
  detail: string;
  hint: string;
  headers: IncomingHttpHeaders;
  /** Parsed; undefined when it was not JSON or did not come. */
  body: unknown;
  latencyMs: number;
}
export type ProbeReply<T> = ({ ok: true; status: number; headers: IncomingHttpHeaders; latencyMs: number } & T) | ProbeFailure;

export interface SseEvent {
  /** What stands behind `event:`; null when nothing does. */
  name: string | null;
  data: string;
}

export interface SseAnswer {
  events: SseEvent[];
  /** From the request to the first event. */
  firstEventMs: number | null;
  /** The connection broke before the end of the body. */
  broken: boolean;
}

export interface PostOptions {
  /** Whether a 429 is waited for and asked again once; true unless told. */
  patient?: boolean;
}

export interface ProbeClient {
  getJson(path: string): Promise<ProbeReply<{ body: unknown }>>;
  postJson(path: string, json: unknown, options?: PostOptions): Promise<ProbeReply<{ body: unknown }>>;
  postSse(path: string, json: unknown): Promise<ProbeReply<SseAnswer>>;
  /** Which of `auth` is in use: 0 for the first. */
  authInUse(): number;
}

/** Longest stream that is read, in characters; a probe's answers are far smaller. */
const MAX_STREAM_CHARS = 16_000_000;

/** Throws a TypeError when the base URL is not an http(s) URL. */
export function createProbeClient({ baseUrl, auth, timeoutMs, flags, nowMs, onRateLimit, signal }: ProbeClientOptions): ProbeClient {
  endpointUrl(baseUrl, '');
  let inUse = 0;

  const once = async <T>(call: Pick<HttpCall, 'method' | 'json'>, path: string, read: Reader<T>): Promise<ProbeReply<T>> => {
    const startedMs = nowMs();
    const elapsedMs = () => nowMs() - startedMs;
    const limit = withTimeout(timeoutMs, signal);
    try {
      const message = await sendHttp({ ...call, url: endpointUrl(baseUrl, path), headers: { 'user-agent': 'openfusion-doctor', ...auth[inUse] }, signal: limit });
      const { headers, statusCode: status = 0 } = message;
      if (status >= 200 && status <= 299) return { ok: true, status, headers, ...(await read(message, elapsedMs)), latencyMs: elapsedMs() };
      const text = await readBody(message);
      if (status === 429) onRateLimit(retryAfterMs(headers, nowMs()));
      return { ok: false, status, headers, body: parseJson(text), ...statusText(status, text, flags), latencyMs: elapsedMs() };
    } catch (cause) {
      const timedOut = limit.aborted && signal?.aborted !== true;
      return { ok: false, status: 0, headers: {}, body: undefined, ...(timedOut ? timeoutText(timeoutMs, flags) : connectText(cause)), latencyMs: elapsedMs() };
    }
  };

  const exchange = async <T>(call: Pick<HttpCall, 'method' | 'json'>, path: string, read: Reader<T>, { patient = true }: PostOptions = {}): Promise<ProbeReply<T>> => {
    let reply = await once(call, path, read);
    if (!reply.ok && isRefusal(reply.status) && inUse + 1 < auth.length) {
      inUse += 1;
      const again = await once(call, path, read);
      if (again.ok || !isRefusal(again.status)) reply = again;
      else inUse -= 1;
    }
    if (reply.ok || reply.status !== 429 || !patient) return reply;
    const waitMs = retryAfterMs(reply.headers, nowMs());
    if (waitMs === null || waitMs > timeoutMs) return reply;
    await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
    return once(call, path, read);
  };

  return {
    getJson: (path) => exchange({ method: 'GET' }, path, readJson),
    postJson: (path, json, options) => exchange({ method: 'POST', json }, path, readJson, options),
    postSse: (path, json) => exchange({ method: 'POST', json }, path, readSse),
    authInUse: () => inUse,
  };
}

type Reader<T> = (message: IncomingMessage, elapsedMs: () => number) => Promise<T>;

const isRefusal = (status: number): boolean => status === 401 || status === 403;

const readJson: Reader<{ body: unknown }> = async (message) => ({ body: parseJson(await readBody(message)) });

const readSse: Reader<SseAnswer> = async (message, elapsedMs) => {
  const events: SseEvent[] = [];
  let firstEventMs: number | null = null;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      firstEventMs ??= elapsedMs();
      events.push({ name: event ?? null, data });
    },
  });
  const decoder = new TextDecoder();
  let chars = 0;
  let broken = false;
  try {
    for await (const piece of message as AsyncIterable<Uint8Array>) {
      const text = decoder.decode(piece, { stream: true });
      chars += text.length;
      if (chars > MAX_STREAM_CHARS) {
        message.destroy();
        throw new Error(`the stream is longer than ${MAX_STREAM_CHARS} characters`);
      }
      parser.feed(text);
    }
  } catch (cause) {
    if (!isReset(cause)) throw cause;
    broken = true;
  }
  return { events, firstEventMs, broken };
};

const isReset = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ECONNRESET';

function statusText(status: number, body: string, flags: ProbeFlags): { detail: string; hint: string } {
  const error = readErrorBody(parseJson(body));
  const said = error?.message ?? excerpt(body.replace(/<[^>]*>/gu, ' '), 120);
  return { detail: `HTTP ${status}${said === '' ? '' : `: ${excerpt(said, 240)}`}`, hint: statusHint(status, flags) };
}

function statusHint(status: number, { key }: ProbeFlags): string {
  if (isRefusal(status)) return `Name the environment variable of a valid key with ${key}.`;
  if (status === 404) return 'Check that the URL ends in /v1 and that the model exists.';
  if (status === 429) return 'The endpoint limits the rate: try again later.';
  return status >= 500 ? 'The endpoint itself failed: try again, or ask its operator.' : '';
}

const timeoutText = (timeoutMs: number, { timeout }: ProbeFlags) => ({ detail: `no answer within ${timeoutMs} ms`, hint: `Raise ${timeout} before taking this for a fault.` });

const connectText = (cause: unknown) => ({
  detail: `no connection: ${causeText(cause)}`,
  hint: 'Is the server running, and is this its address?',
});
