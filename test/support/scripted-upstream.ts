import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { Reply } from './scripted-upstream-reply.ts';
import { status } from './scripted-upstream-reply.ts';
import { play } from './scripted-upstream-wire.ts';
import { Arrivals } from './scripted-upstream-arrivals.ts';

export * from './scripted-upstream-reply.ts';
export { gate } from './scripted-upstream-gate.ts';
export type { Gate } from './scripted-upstream-gate.ts';

const messageSchema = z.looseObject({ role: z.string(), content: z.unknown() });
const toolSchema = z.looseObject({ type: z.string(), function: z.looseObject({ name: z.string() }).optional() });
const bodySchema = z.looseObject({
  model: z.string(),
  messages: z.array(messageSchema),
  tools: z.array(toolSchema).optional(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
});

/** A chat completions body as it arrived, unknown fields included. */
export type UpstreamBody = z.infer<typeof bodySchema>;

/** One call that the upstream got. The object lives: `aborted` and `finished` change as the call goes on. */
export interface UpstreamRequest {
  /** 0 for the first chat request of this upstream. */
  readonly order: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: UpstreamBody;
  /** The body's bytes as text, to compare a pass-through with what the client sent. */
  readonly rawBody: string;
  readonly model: string;
  readonly stream: boolean;
  /** Epoch milliseconds. */
  readonly receivedAtMs: number;
  /** The client left before the reply was over. */
  readonly aborted: boolean;
  /** The reply was played to its end. */
  readonly finished: boolean;
}

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
}

export interface ScriptedUpstream {
  /** `http://127.0.0.1:<port>/v1` */
  readonly baseURL: string;
  readonly port: number;
  /** Chat requests in the order of their arrival. */
  readonly requests: readonly UpstreamRequest[];
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

interface MutableRequest extends UpstreamRequest {
  aborted: boolean;
  finished: boolean;
}

/**
 * Starts a real HTTP server on loopback that plays the paid model at the far end: OpenAI chat completions, plain and SSE,
 * with every fault that an upstream can show.
 */
export async function startScriptedUpstream({ script, models, port = 0 }: ScriptedUpstreamOptions): Promise<ScriptedUpstream> {
  const requests: MutableRequest[] = [];
  const failures: Error[] = [];
  const [arrived, aborted, finished] = [
    new Arrivals<UpstreamRequest>('request'),
    new Arrivals<UpstreamRequest>('abort'),
    new Arrivals<UpstreamRequest>('finished reply'),
  ];
  let current = script;
  let pick = picker(script);
  let closing = false;

  const server = createServer({ noDelay: true }, (request, response) => {
    // Only a client that leaves in the middle of its own request gets here: the upstream's own faults are collected.
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url ?? '';
    const rawBody = await readText(incoming);
    if (incoming.method === 'GET' && path.endsWith('/models')) return sendModels(response, models ?? modelsOf(current));
    if (incoming.method !== 'POST' || !path.endsWith('/chat/completions')) {
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { message: `scripted upstream: no ${incoming.method} ${path}` } }));
      return;
    }
    const request = record(incoming.headers, path, rawBody);
    if (typeof request === 'string') {
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: request, type: 'invalid_request_error' } }));
      return;
    }
    await answer(request, response);
  }

  function record(headers: IncomingHttpHeaders, path: string, rawBody: string): MutableRequest | string {
    const body = parseBody(rawBody);
    if (typeof body === 'string') return body;
    const request: MutableRequest = {
      order: requests.length,
      path,
      headers,
      body,
      rawBody,
      model: body.model,
      stream: body.stream === true,
      receivedAtMs: Date.now(),
      aborted: false,
      finished: false,
    };
    requests.push(request);
    return request;
  }

  async function answer(request: MutableRequest, response: ServerResponse): Promise<void> {
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
      const { order, model, stream, body } = request;
      await play(reply, { order, model, stream, includeUsage: body.stream_options?.include_usage === true }, response, gone.signal);
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

function sendModels(response: ServerResponse, models: readonly string[]): void {
  const data = models.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'scripted' }));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data }));
}

function parseBody(rawBody: string): UpstreamBody | string {
  try {
    const parsed = bodySchema.safeParse(JSON.parse(rawBody));
    return parsed.success ? parsed.data : z.prettifyError(parsed.error);
  } catch (error) {
    return `the body is no JSON: ${(error as Error).message}`;
  }
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
