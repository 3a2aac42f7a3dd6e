import type { AnswerEvent, Served } from '../protocol/answer.ts';
import { ChatStreamRenderer, completionBody, type AnswerHead } from '../protocol/chat/render.ts';
import { CompletionCollector } from '../protocol/completion.ts';
import { apiError, type ApiError } from '../protocol/errors.ts';
import type { ChatRequest } from '../protocol/types.ts';
import type { Emit } from '../strategy/engine.ts';
import type { StreamRedactor } from '../trace/redact-stream.ts';
import { sendError, type Exchange } from './exchange.ts';

/** Between keep-alive comments while a panel works; proxies cut idle streams from 15 s on (field.md, pain 9). */
const KEEP_ALIVE_MS = 10_000;

/**
 * Writes an answer's events to a chat client. Headers wait for the first content, so that an early failure is still a status;
 * after `server.holdHeadersMs` a stream's headers leave with keep-alive comments. A failure after the headers is a loud end:
 * the connection is closed in the middle of the answer, once what was sent has been flushed.
 */
export async function writeChatAnswer(exchange: Exchange, request: ChatRequest, traceId: string, produce: (emit: Emit) => Promise<void>): Promise<void> {
  const writer = new ChatWriter(exchange, request, traceId);
  try {
    await produce((event) => writer.write(event));
    writer.close();
  } finally {
    writer.dispose();
  }
}

class ChatWriter {
  readonly #exchange: Exchange;
  readonly #request: ChatRequest;
  readonly #traceId: string;
  readonly #head: AnswerHead;
  /** For streams that we render, and for any stream: made when the first piece leaves. */
  #renderer: ChatStreamRenderer | null = null;
  #redactor: StreamRedactor<string> | null = null;
  #collector: CompletionCollector | null = null;
  #timer: NodeJS.Timeout | null = null;
  #started = false;
  #ended = false;
  #strategy: string | null = null;
  #last: Served | null = null;

  constructor(exchange: Exchange, request: ChatRequest, traceId: string) {
    this.#exchange = exchange;
    this.#request = request;
    this.#traceId = traceId;
    const { parts, settings } = exchange;
    this.#head = { id: `chatcmpl-${traceId}`, created: Math.floor(parts.nowMs() / 1000), model: request.model };
    if (request.stream) this.#timer = setTimeout(() => { this.#keepAlive(); }, settings.server.holdHeadersMs);
  }

  /** A promise when the client is slow. */
  write(event: AnswerEvent): Promise<void> | undefined {
    if (this.#exchange.res.destroyed) return undefined;
    switch (event.type) {
      case 'planned': this.#strategy = event.strategy; return undefined;
      case 'start': this.#start(event.served); return undefined;
      case 'wire': return this.#request.stream ? this.#send(event.text) : this.#whole(event.text);
      case 'delta':
        if (this.#request.stream) return this.#send(this.#rendered().delta(event.delta));
        (this.#collector ??= new CompletionCollector()).add(event.delta);
        return undefined;
      case 'end': {
        const openfusion = this.#request.options.trace ? event.openfusion : null;
        this.#last = event.served;
        if (this.#request.stream) return this.#send(this.#rendered().end(event.usage, openfusion));
        return this.#whole(completionBody(this.#head, (this.#collector ?? new CompletionCollector()).result(), event.usage, openfusion));
      }
      case 'failed': return this.#fail(event.error);
    }
  }

  /** Ends a stream that came to its end. */
  close(): void {
    const { res } = this.#exchange;
    if (this.#ended || res.destroyed) return;
    this.#ended = true;
    if (!res.headersSent) { this.#refuse(apiError(502, 'No answer came.')); return; }
    const rest = this.#redactor?.flush();
    if (rest !== undefined && rest !== '') res.write(rest);
    res.end();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #start(served: Served): void {
    this.#started = true;
    this.dispose();
    this.#last = served;
    if (this.#exchange.settings.server.reportModel === 'actual') this.#head.model = served.model;
  }

  /** Names and values in turn, behind those given: cheaper for `writeHead` than an object. */
  #headers(...headers: string[]): string[] {
    headers.push('x-openfusion-trace', this.#traceId);
    const served = this.#last;
    const strategy = served?.strategy ?? this.#strategy;
    if (strategy !== null) headers.push('x-openfusion-strategy', headerSafe(strategy));
    if (served === null) return headers;
    headers.push('x-openfusion-model', headerSafe(served.model));
    if (served.fallback !== null) headers.push('x-openfusion-fallback', headerSafe(served.fallback));
    if (served.costUsd !== null && served.costUsd > 0) headers.push('x-openfusion-cost-usd', served.costUsd.toFixed(8));
    return headers;
  }

  #refuse(error: ApiError): void {
    const headers = this.#headers();
    sendError(this.#exchange, error, Object.fromEntries(headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : []))));
  }

  #streamHead(): void {
    const { res } = this.#exchange;
    if (res.headersSent || res.destroyed) return;
    res.writeHead(200, this.#headers('content-type', 'text/event-stream; charset=utf-8', 'cache-control', 'no-cache, no-transform', 'x-content-type-options', 'nosniff', 'x-accel-buffering', 'no'));
  }

  /** Nothing yet: the headers leave, and comments keep the connection alive at event boundaries. */
  #keepAlive(): void {
    const { res } = this.#exchange;
    if (this.#started || res.destroyed) return;
    this.#streamHead();
    res.write(': keep-alive\n\n');
    this.#timer = setTimeout(() => { this.#keepAlive(); }, KEEP_ALIVE_MS);
  }

  #rendered(): ChatStreamRenderer {
    return this.#renderer ??= new ChatStreamRenderer(this.#head, this.#request.includeUsage);
  }

  #send(text: string): Promise<void> | undefined {
    if (text === '') return undefined;
    const { res, parts } = this.#exchange;
    this.#streamHead();
    this.#redactor ??= parts.redactor.createTextStreamRedactor();
    const out = this.#redactor.push(text);
    return out === '' || res.write(out) ? undefined : drained(res);
  }

  #whole(text: string): undefined {
    const { res, parts } = this.#exchange;
    if (res.headersSent) return;
    this.#ended = true;
    const out = parts.redactor.redactText(text);
    const bytes = Buffer.byteLength(out);
    res.writeHead(200, this.#headers('content-type', 'application/json; charset=utf-8', 'content-length', String(bytes), 'x-content-type-options', 'nosniff'));
    // As many bytes as characters: plain ASCII, which is written without a look at each of them.
    res.end(out, bytes === out.length ? 'latin1' : 'utf8');
  }

  #fail(error: ApiError): undefined {
    const { res } = this.#exchange;
    this.#ended = true;
    this.dispose();
    if (!res.headersSent) { this.#refuse(error); return; }
    // What was sent is flushed, then the socket goes without the last chunk: no client can take that for success.
    res.socket?.destroySoon();
  }
}

/** Resolves when a response can take more, or is gone. */
function drained(res: Exchange['res']): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => { res.off('drain', done); res.off('close', done); resolve(); };
    res.once('drain', done);
    res.once('close', done);
  });
}

/** Model names come from configuration; a header takes only printable ASCII. */
const headerSafe = (text: string): string => (UNSAFE.test(text) ? text.replace(/[^\x20-\x7e]/g, '?') : text).slice(0, 200);
const UNSAFE = /[^\x20-\x7e]/;
