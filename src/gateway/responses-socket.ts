import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createParser } from 'eventsource-parser';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AnswerEvent } from '../protocol/answer.ts';
import { apiError, type ApiError } from '../protocol/errors.ts';
import { parseJsonObject } from '../protocol/json-body.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { ChatRequest } from '../protocol/types.ts';
import type { StreamRenderer } from '../protocol/wire.ts';
import { WIRES } from '../protocol/wires.ts';
import { contextOf, type Exchange } from './exchange.ts';

const PING_MS = 20_000;
/** More than this waiting to be sent means that the client is slow. */
const MAX_BUFFERED_BYTES = 1_000_000;
const GOING_AWAY = 1001;

/**
 * The WebSocket form of `/v1/responses`: the client sends `response.create` with the fields of the HTTP body, the events of the
 * stream come back as one JSON message each (https://developers.openai.com/api/docs/guides/websocket-mode).
 */
export class ResponsesSockets {
  readonly #server: WebSocketServer;
  readonly #open = new Map<WebSocket, Connection>();

  constructor(maxBodyBytes: number) {
    this.#server = new WebSocketServer({ noServer: true, maxPayload: maxBodyBytes });
  }

  /** Takes over an upgrade that the guards let through. */
  accept(exchange: Exchange, req: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(req, socket, head, (client) => {
      this.#open.set(client, new Connection(client, exchange));
      client.on('close', () => this.#open.delete(client));
    });
  }

  /** Closes connections that wait; those that answer finish first. */
  close(): void {
    for (const connection of this.#open.values()) connection.drain();
    this.#server.close();
  }

  /** Ends those that are still there. */
  terminate(): void {
    for (const client of this.#open.keys()) client.terminate();
  }
}

class Connection {
  readonly #client: WebSocket;
  readonly #exchange: Exchange;
  readonly #gone = new AbortController();
  #busy = false;
  #draining = false;

  constructor(client: WebSocket, exchange: Exchange) {
    this.#client = client;
    this.#exchange = exchange;
    const ping = setInterval(() => { client.ping(); }, PING_MS);
    client.on('error', () => undefined);
    // Each of its pings makes us send something, too.
    client.on('ping', () => { endIfStuck(client); });
    client.on('close', () => { clearInterval(ping); this.#gone.abort(); });
    client.on('message', (data, binary) => {
      this.#take(binary ? null : (data as Buffer)).catch((error: unknown) => {
        exchange.parts.log('error', `unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        this.#refuse(apiError(500, 'OpenFusion failed on this request; see its log.'));
      });
    });
  }

  drain(): void {
    this.#draining = true;
    if (!this.#busy) this.#client.close(GOING_AWAY, 'OpenFusion stops');
  }

  async #take(message: Buffer | null): Promise<void> {
    const read = message === null ? null : parseJsonObject(message);
    if (read === null) { this.#refuse(apiError(400, 'Messages must be JSON text.')); return; }
    if (!read.ok) { this.#refuse(read.error); return; }
    const { type, generate, ...body } = read.value;
    if (type !== 'response.create') { this.#refuse(apiError(400, `The message type ${JSON.stringify(type)?.slice(0, 60) ?? 'is missing and'} is not supported; send \`response.create\`.`, { param: 'type' })); return; }
    if (this.#busy) { this.#refuse(apiError(400, 'One response at a time on a connection; wait for the end of the one before.', { code: 'response_in_progress' })); return; }
    const streamed = { ...body, stream: true };
    const request = this.#exchange.parts.responses.read(streamed, Buffer.from(JSON.stringify(streamed)));
    if (!request.ok) { this.#refuse(request.error); return; }
    this.#busy = true;
    try {
      await (generate === false ? this.#warmUp(request.value) : this.#answer(request.value));
    } finally {
      this.#busy = false;
      if (this.#draining) this.drain();
    }
  }

  /** `generate: false` only hands over a conversation that the next message continues; no model is called. */
  async #warmUp(request: ChatRequest): Promise<void> {
    const out = new SocketWriter(this.#client, this.#exchange, request, contextOf(this.#exchange).traceId);
    await out.write({ type: 'end', usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0, estimated: false }, openfusion: {}, served: { strategy: 'none', model: request.model, fallback: null, costUsd: 0 } });
    this.#remember(request, out.final);
  }

  async #answer(request: ChatRequest): Promise<void> {
    // Settings as they are now, not as they were when the connection was opened.
    const exchange = { ...this.#exchange, settings: this.#exchange.parts.settings() };
    const context = contextOf(exchange);
    const out = new SocketWriter(this.#client, exchange, request, context.traceId);
    await exchange.settings.engine.run(request, context, this.#gone.signal, (event) => out.write(event));
    out.flush();
    this.#remember(request, out.final);
  }

  #remember(request: ChatRequest, final: JsonObject | null): void {
    if (final !== null && final['status'] !== 'failed') this.#exchange.parts.responses.remember(request, final, { unstored: true });
  }

  #refuse(error: ApiError): void {
    sendError(this.#client, this.#exchange, error);
  }
}

/** Turns an answer's events into messages. */
class SocketWriter {
  readonly #client: WebSocket;
  readonly #exchange: Exchange;
  readonly #renderer: StreamRenderer;
  readonly #redactor;
  readonly #parser = createParser({ onEvent: ({ data }) => { if (data !== '') this.#client.send(data); } });
  #started = false;
  #passing = false;
  #trace: boolean;
  final: JsonObject | null = null;

  constructor(client: WebSocket, exchange: Exchange, request: ChatRequest, traceId: string) {
    const wire = WIRES.responses;
    this.#client = client;
    this.#exchange = exchange;
    this.#trace = request.options.trace;
    this.#redactor = exchange.parts.redactor.createTextStreamRedactor();
    this.#renderer = wire.createRenderer({ id: wire.answerId(traceId), created: Math.floor(exchange.parts.nowMs() / 1000), model: request.model }, request);
  }

  /** A promise when the client is slow. */
  write(event: AnswerEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'planned': case 'start': return undefined;
      case 'wire':
        this.#passing = true;
        if (event.final !== undefined) this.final = event.final;
        return this.#send(event.text);
      case 'delta': return this.#send(this.#renderer.delta(event.delta));
      case 'end': {
        const text = this.#renderer.end(event.usage, this.#trace ? event.openfusion : null);
        this.final = this.#renderer.final;
        const slow = this.#send(text);
        this.flush();
        return slow;
      }
      case 'failed': return this.#fail(event.error, event.told === true);
    }
  }

  flush(): void {
    this.#parser.feed(this.#redactor.flush());
  }

  #fail(error: ApiError, told: boolean): undefined {
    if (told) { this.flush(); return; }
    const text = this.#started && !this.#passing ? this.#renderer.fail(error) : null;
    if (text === null) { this.flush(); sendError(this.#client, this.#exchange, error); return; }
    void this.#send(text);
    this.flush();
  }

  #send(text: string): Promise<void> | undefined {
    if (text === '' || this.#client.readyState !== this.#client.OPEN) return undefined;
    this.#started = true;
    this.#parser.feed(this.#redactor.push(text));
    return this.#client.bufferedAmount < MAX_BUFFERED_BYTES ? undefined : drained(this.#client);
  }
}

/** An error outside of a response, as OpenAI sends it over a WebSocket. */
function sendError(client: WebSocket, { parts }: Exchange, { status, type, code, message, param, retryAfterS }: ApiError): void {
  if (client.readyState !== client.OPEN || endIfStuck(client)) return;
  const headers = retryAfterS === undefined ? {} : { headers: { 'retry-after': String(retryAfterS) } };
  client.send(parts.redactor.redactText(JSON.stringify({ type: 'error', status, error: { type, code, message, param }, ...headers })));
}

/** A client that asks and does not read would fill the memory with what it is told. */
function endIfStuck(client: WebSocket): boolean {
  if (client.bufferedAmount <= MAX_BUFFERED_BYTES) return false;
  client.terminate();
  return true;
}

/** Resolves when what was sent is on its way, or the client is gone. */
function drained(client: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (client.readyState === client.OPEN && client.bufferedAmount > MAX_BUFFERED_BYTES / 2) setTimeout(look, 10);
      else resolve();
    };
    look();
  });
}
