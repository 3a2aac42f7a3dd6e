// The paid model at the far end, played by a real HTTP server on loopback: OpenAI chat completions, OpenAI Responses and Anthropic Messages,
// plain and SSE, with every fault that an upstream can show.
//
//   const up = await startScriptedUpstream({ script: text('hello') });          // the same answer to everything
//   … { script: [status(429, { retryAfterS: 8 }), toolCalls([{ name: 'read', arguments: { path: 'a' } }])] }   // one after the other
//   … { script: { 'vendor/a': text('a'), '*': (request, index) => text(lastUserText(request.conversation)) } } // by model; by function
//   up.baseURL (with /v1), up.requests, up.refused, up.waitForRequest(n), up.play(next), await up.close()
//
// A script says WHAT is answered: `text`, `toolCalls` (parallel, custom, of a namespace), with `reasoning`, `closing` text, `usage` with
// cached and reasoning tokens, and HOW it comes: `ending` (cut, reset, no-finish, error-chunk, hold …), `crlf`, `bytesPerWrite`, `comments`,
// delays, gates; or `status`, `contextLengthExceeded`, `unsupportedParameter`, `html`, `raw`, `resetBeforeHeaders`, `stall`. The wire
// format is that of the request (`request.wire`); `request.conversation` says what it says, whatever its format.
// As the real providers do, it refuses requests that are not right (see `scripted-upstream/check-*.ts`) in their error shape, before the
// script is asked; what was refused is in `up.refused`. `strict: false` leaves that out. `wires` says which formats there are at all.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Arrivals } from './scripted-upstream/arrivals.ts';
import type { CheckedItem } from './scripted-upstream/check-responses.ts';
import { Mint } from './scripted-upstream/mint.ts';
import { sendModel, sendModels } from './scripted-upstream/models.ts';
import { FORMATS, play } from './scripted-upstream/play.ts';
import type { Answer, Reply } from './scripted-upstream/reply.ts';
import { status } from './scripted-upstream/reply.ts';
import { countTokens, readRequest } from './scripted-upstream/request.ts';
import type { Arrived, MutableRequest, Provider, RefusedRequest, UpstreamRequest } from './scripted-upstream/request.ts';
import { responseId } from './scripted-upstream/responses.ts';
import type { Asked, Wire } from './scripted-upstream/wire.ts';

export * from './scripted-upstream/reply.ts';
export { gate } from './scripted-upstream/gate.ts';
export type { Gate } from './scripted-upstream/gate.ts';
export { lastUserText, toolResults } from './scripted-upstream/conversation.ts';
export type { Conversation, MadeCall, OfferedTool, Turn } from './scripted-upstream/conversation.ts';
export type { RefusedRequest, UpstreamBody, UpstreamRequest } from './scripted-upstream/request.ts';
export type { Wire } from './scripted-upstream/wire.ts';

export type ScriptFunction = (request: UpstreamRequest, index: number) => Reply | Promise<Reply>;
/** One reply for every request; a list, one after the other; or a function. In a map, `index` and the list count per model. */
export type ModelScript = Reply | readonly Reply[] | ScriptFunction;
/** For all models, or by model (`*` for any other). */
export type Script = ModelScript | Readonly<Record<string, Reply | readonly Reply[] | ScriptFunction>>;

export interface ScriptedUpstreamOptions {
  readonly script: Script;
  /** What `GET /v1/models` lists. Default: the models of a script by model. */
  readonly models?: readonly string[];
  /** Default 0: any free port. */
  readonly port?: number;
  /** The formats that it speaks; 404 on the others. Default: all three. */
  readonly wires?: readonly Wire[];
  /** Refuse what the real providers refuse. Default true. */
  readonly strict?: boolean;
}

export interface ScriptedUpstream {
  /** `http://127.0.0.1:<port>/v1` */
  readonly baseURL: string;
  readonly port: number;
  /** Requests for an answer, in the order of their arrival; none of those that were refused. */
  readonly requests: readonly UpstreamRequest[];
  /** What was refused as the real providers would refuse it, the script not asked. */
  readonly refused: readonly RefusedRequest[];
  /** How often tokens were counted. */
  readonly counted: number;
  /** Replaces the script for the requests to come. Counting of lists starts again. */
  play(script: Script): void;
  /** Resolves with the n-th request (from 1) when it has come; rejects when the upstream closes before. */
  waitForRequest(n?: number): Promise<UpstreamRequest>;
  /** Resolves when n requests have been left by their client, with the n-th of these. */
  waitForAbort(n?: number): Promise<UpstreamRequest>;
  /** Resolves when n replies have been played to their end, with the n-th of these. */
  waitForFinish(n?: number): Promise<UpstreamRequest>;
  /** Ends every connection. Rejects when the script had no reply for a request or threw, so that no test passes over it. */
  close(): Promise<void>;
}

const ENDPOINTS: readonly (readonly [path: string, wire: Wire])[] = [['/chat/completions', 'chat'], ['/responses', 'responses'], ['/messages', 'messages']];

/** Starts it; see the top of this file. */
export async function startScriptedUpstream({ script, models, port = 0, wires = ['chat', 'responses', 'messages'], strict = true }: ScriptedUpstreamOptions): Promise<ScriptedUpstream> {
  const requests: MutableRequest[] = [];
  const refused: RefusedRequest[] = [];
  const failures: Error[] = [];
  const stored = new Map<string, readonly CheckedItem[]>();
  const provider: Provider = { mint: new Mint(), stored, strict };
  const [arrived, aborted, finished] = [new Arrivals<UpstreamRequest>('request'), new Arrivals<UpstreamRequest>('abort'), new Arrivals<UpstreamRequest>('finished reply')];
  let current = script;
  let pick = picker(script);
  let counted = 0;
  let closing = false;

  const server = createServer({ noDelay: true }, (request, response) => {
    // Only a client that leaves in the middle of its own request gets here: the upstream's own faults are collected.
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers, url: path = '' } = incoming;
    const [endpoint = ''] = path.split('?');
    const rawBody = await readText(incoming);
    const list = models ?? modelsOf(current);
    const one = /\/models\/(.+)$/.exec(endpoint)?.[1];
    if (method === 'GET' && endpoint.endsWith('/models')) return sendModels(response, list, headers);
    if (method === 'GET' && one !== undefined) return sendModel(response, decodeURIComponent(one), list, headers);
    const wire = method === 'POST' ? ENDPOINTS.find(([end, wire]) => endpoint.endsWith(end) && wires.includes(wire))?.[1] : undefined;
    if (wire !== undefined) return ask({ wire, path, headers, rawBody }, response);
    if (method === 'POST' && endpoint.endsWith('/messages/count_tokens') && wires.includes('messages')) return count({ wire: 'messages', path, headers, rawBody }, response);
    sendJson(response, 404, { error: { message: `scripted upstream: no ${method} ${path}` } });
  }

  function ask(call: Arrived, response: ServerResponse): Promise<void> | void {
    const read = readRequest(call, provider);
    if (!read.ok) return refuse(call, read.refusal, response);
    const request: MutableRequest = { order: requests.length, ...read.request };
    requests.push(request);
    return answer(request, read.items, response);
  }

  function count(call: Arrived, response: ServerResponse): void {
    const result = countTokens(call, provider);
    if (!result.ok) return refuse(call, result.refusal, response);
    counted++;
    sendJson(response, 200, { input_tokens: result.inputTokens });
  }

  function refuse({ wire, path, rawBody }: Arrived, refusal: Omit<RefusedRequest, 'path' | 'rawBody'>, response: ServerResponse): void {
    refused.push({ ...refusal, path, rawBody });
    sendJson(response, refusal.status, FORMATS[wire].error(refusal.status, refusal));
  }

  async function answer(request: MutableRequest, items: readonly CheckedItem[], response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    let over = false;
    response.once('close', () => {
      if (!over && !closing && !response.writableFinished) {
        request.aborted = true;
        aborted.add(request);
      }
      gone.abort();
    });
    // Announced only now, so that who waits for the request can rely on its abort being seen.
    arrived.add(request);
    try {
      const reply = (await pick(request)) ?? unscripted(request);
      const { wire, order, model, stream, body, conversation } = request;
      const asked: Asked = { wire, order, model, stream, body, conversation, mint: provider.mint };
      if (reply.kind === 'answer' && wire === 'responses' && body['store'] !== false) stored.set(responseId(order), [...items, ...outputOf(reply, asked)]);
      await play(reply, asked, response, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) failures.push(error as Error);
      response.destroy();
      return;
    }
    over = !gone.signal.aborted;
    if (over) {
      request.finished = true;
      finished.add(request);
    }
  }

  function unscripted({ order, model }: UpstreamRequest): Reply {
    const message = `the script has no reply for request ${order + 1}, model ${model}`;
    failures.push(new Error(message));
    return status(501, { message });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;

  return {
    baseURL: `http://127.0.0.1:${bound}/v1`,
    port: bound,
    requests,
    refused,
    get counted() {
      return counted;
    },
    play: (next) => {
      current = next;
      pick = picker(next);
    },
    waitForRequest: (n = 1) => arrived.nth(n),
    waitForAbort: (n = 1) => aborted.nth(n),
    waitForFinish: (n = 1) => finished.nth(n),
    async close() {
      closing = true;
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
      for (const waiters of [arrived, aborted, finished]) waiters.close();
      if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures, failures.map(({ message }) => message).join('; '));
    },
  };
}

/** Chooses the reply of a request; undefined when the script has none. */
function picker(script: Script): (request: UpstreamRequest) => Promise<Reply | undefined> {
  const counts = new Map<ModelScript, number>();
  return async (request) => {
    const entry = isModelScript(script) ? script : (script[request.model] ?? script['*']);
    if (entry === undefined) return undefined;
    const index = counts.get(entry) ?? 0;
    counts.set(entry, index + 1);
    if (typeof entry === 'function') return entry(request, index);
    return Array.isArray(entry) ? (entry as readonly Reply[])[index] : (entry as Reply);
  };
}

function isModelScript(script: Script): script is ModelScript {
  return typeof script === 'function' || Array.isArray(script) || typeof (script as { kind?: unknown }).kind === 'string';
}

function modelsOf(script: Script): string[] {
  return isModelScript(script) ? [] : Object.keys(script).filter((model) => model !== '*');
}

/** What `previous_response_id` will stand for, beside the request's own items. */
function outputOf(answer: Answer, asked: Asked): readonly CheckedItem[] {
  return (FORMATS.responses.plain(answer, asked) as { output: readonly CheckedItem[] }).output;
}

function sendJson(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
