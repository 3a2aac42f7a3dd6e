import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { callOf, errorBody, plainBody, streamEvents } from './probe-endpoint-wire.ts';
import type { WireAnswer, WireEvent, WireFormat } from './probe-endpoint-wire.ts';

export { callOf, errorBody, plainBody, streamEvents } from './probe-endpoint-wire.ts';
export type { WireAnswer, WireEvent, WireFormat } from './probe-endpoint-wire.ts';

/** What a probe's request is about. */
export type ProbeKind = 'models' | 'plain' | 'stream' | 'call' | 'calls' | 'after-call' | 'after-calls' | 'unknown-model' | 'invalid' | 'overflow' | 'count';

export interface EndpointReply {
  status: number;
  headers: Record<string, string>;
  /** An object is sent as JSON, a string as it is. */
  body?: unknown;
  /** Instead of a body: sent as server-sent events. */
  events?: readonly WireEvent[];
  /** How the connection ends after what was sent. */
  ending?: 'end' | 'reset' | 'stall';
  crlf?: boolean;
  bytesPerWrite?: number;
}

export interface EndpointRequest {
  kind: ProbeKind;
  format: WireFormat;
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
  /** How many requests of this kind and format came before. */
  before: number;
}

/** Changes one right answer into what the test wants. */
export type Bend = (reply: EndpointReply, request: EndpointRequest) => EndpointReply;

export interface EndpointOptions {
  /** Default: all three. The paths of others answer 404. */
  formats?: readonly WireFormat[];
  models?: readonly object[];
  /** By `<format>.<kind>`, `*.<kind>`, `<format>.*` or `*`. */
  bend?: Readonly<Record<string, Bend>>;
}

export interface ProbeEndpoint {
  baseURL: string;
  requests: EndpointRequest[];
  of(format: WireFormat, kind: ProbeKind): EndpointRequest[];
  close(): Promise<void>;
}

const USAGE = { input: 9, output: 5, cached: 3 };
const PATHS: Readonly<Record<string, WireFormat>> = { '/v1/chat/completions': 'chat', '/v1/responses': 'responses', '/v1/messages': 'messages', '/v1/messages/count_tokens': 'messages' };

/** A server on loopback that answers every probe as a good endpoint would, but for what the test bends. */
export async function startProbeEndpoint({ formats = ['chat', 'responses', 'messages'], models = [{ id: 'm', object: 'model' }], bend = {} }: EndpointOptions = {}): Promise<ProbeEndpoint> {
  const requests: EndpointRequest[] = [];
  const gone = new AbortController();

  const reply = (request: EndpointRequest): EndpointReply => {
    const right = request.kind === 'models' ? json(200, { object: 'list', data: models }) : rightReply(request);
    const change = bend[`${request.format}.${request.kind}`] ?? bend[`*.${request.kind}`] ?? bend[`${request.format}.*`] ?? bend['*'];
    return change === undefined ? right : change(right, request);
  };

  const server = createServer({ noDelay: true }, (incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const path = (incoming.url ?? '').replace(/\?.*/, '');
    const isList = incoming.method === 'GET' && path === '/v1/models';
    const format = isList ? 'chat' : PATHS[path];
    if (format === undefined || (!isList && !formats.includes(format))) return write(json(404, errorBody('chat', 'invalid_request_error', `no ${String(incoming.method)} ${path} here`, 'unsupported_endpoint')), response, gone.signal);
    const body = isList ? {} : JSON.parse(Buffer.concat(pieces).toString('utf8')) as Record<string, unknown>;
    const kind = isList ? 'models' : kindOf(path, body);
    const request = { kind, format, path, headers: incoming.headers, body, before: requests.filter((one) => one.kind === kind && one.format === format).length };
    requests.push(request);
    await write(reply(request), response, gone.signal);
  }

  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    of: (format, kind) => requests.filter((request) => request.format === format && request.kind === kind),
    async close() {
      gone.abort();
      const closed = new Promise((resolve) => { server.close(resolve); });
      server.closeAllConnections();
      await closed;
    },
  };
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): EndpointReply => ({ status, headers: { 'content-type': 'application/json', 'x-request-id': 'r-1', ...headers }, body });

function kindOf(path: string, body: Record<string, unknown>): ProbeKind {
  const turns = body['messages'] ?? body['input'];
  if (path.endsWith('/count_tokens')) return 'count';
  if (!Array.isArray(turns)) return 'invalid';
  if (body['model'] === 'openfusion/no-such-model') return 'unknown-model';
  const text = JSON.stringify(turns);
  if (text.length > 1_000_000) return 'overflow';
  const results = text.match(/"role":"tool"|"function_call_output"|"tool_result"/g)?.length ?? 0;
  if (results > 0) return results === 1 ? 'after-call' : 'after-calls';
  if (body['tools'] !== undefined) return body['stream'] === true ? 'calls' : 'call';
  return body['stream'] === true ? 'stream' : 'plain';
}

function rightReply({ kind, format, body }: EndpointRequest): EndpointReply {
  const model = String(body['model']);
  const say = (answer: Partial<WireAnswer>): EndpointReply => {
    const whole = { text: '', calls: [], usage: USAGE, ...answer };
    if (body['stream'] !== true) return json(200, plainBody(format, model, whole));
    const includeUsage = (body['stream_options'] as { include_usage?: boolean } | undefined)?.include_usage === true;
    return { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'r-1' }, events: streamEvents(format, model, whole, includeUsage) };
  };
  switch (kind) {
    case 'unknown-model': return json(404, errorBody(format, format === 'messages' ? 'not_found_error' : 'invalid_request_error', `model: ${model}`, 'model_not_found'));
    case 'invalid': return json(400, errorBody(format, 'invalid_request_error', 'expected a list'));
    case 'overflow': return json(400, errorBody(format, 'invalid_request_error', 'prompt is too long: 2700000 tokens > 200000 maximum', 'context_length_exceeded'));
    case 'count': return json(200, { input_tokens: 12 });
    case 'call': return say({ calls: [callOf('main')] });
    case 'calls': return say({ calls: [callOf('main'), callOf('release')] });
    default: return say({ text: 'Yes, the build passed.' });
  }
}

async function write({ status, headers, body, events, ending = 'end', crlf = false, bytesPerWrite }: EndpointReply, response: ServerResponse, gone: AbortSignal): Promise<void> {
  const newline = crlf ? '\r\n' : '\n';
  const text = events === undefined ? (typeof body === 'string' ? body : JSON.stringify(body)) : events.map((event) => eventText(event, newline)).join('');
  const bytes = Buffer.from(text);
  response.writeHead(status, headers);
  for (let at = 0; at < bytes.length; at += bytesPerWrite ?? bytes.length) {
    await new Promise((resolve) => { response.write(bytes.subarray(at, at + (bytesPerWrite ?? bytes.length)), resolve); });
  }
  if (ending === 'reset') response.socket?.resetAndDestroy();
  else if (ending === 'end') response.end();
  else await sleep(60_000, undefined, { signal: gone, ref: false });
}

const eventText = ({ name, data }: WireEvent, newline: string): string => `${name === null ? '' : `event: ${name}${newline}`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}${newline}${newline}`;
