import type { AnswerEvent, Served } from '../protocol/answer.ts';
import { CompletionCollector } from '../protocol/completion.ts';
import { apiError, type ApiError } from '../protocol/errors.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { ChatRequest } from '../protocol/types.ts';
import type { AnswerHead, StreamRenderer, Wire } from '../protocol/wire.ts';
import { WIRES } from '../protocol/wires.ts';
import type { Emit } from '../strategy/engine.ts';
import type { StreamRedactor } from '../trace/redact-stream.ts';
import { sendError, type Exchange } from './exchange.ts';

/** Between keep-alive comments while a panel works; proxies cut idle streams from 15 s on (field.md, pain 9). */
const KEEP_ALIVE_MS = 10_000;

export interface AnswerOptions {
  request: ChatRequest;
  traceId: string;
  /** Told the final `response` object of a Responses answer that came to its end. */
  onFinal?(response: JsonObject): void;
}

/**
 * Writes an answer's events to a client, in its own format. Headers wait for the first content, so that an early failure is still
 * a status; after `server.holdHeadersMs` a stream's headers leave with keep-alive comments. A failure after the headers is a loud
 * end: the format's own failure event, or the connection is closed in the middle of the answer, once what was sent has been flushed.
 */
export async function writeAnswer(exchange: Exchange, options: AnswerOptions, produce: (emit: Emit) => Promise<void>): Promise<void> {
  const writer = new AnswerWriter(exchange, options);
  try {
    await produce((event) => writer.write(event));
    writer.close();
  } finally {
    writer.dispose();
  }
}

class AnswerWriter {
  readonly #exchange: Exchange;
  readonly #request: ChatRequest;
  readonly #wire: Wire;
  readonly #onFinal: AnswerOptions['onFinal'];
  readonly #traceId: string;
  readonly #head: AnswerHead;
  /** For streams that we render, and for any stream: made when the first piece leaves. */
  #renderer: StreamRenderer | null = null;
  #redactor: StreamRedactor<string> | null = null;
  #collector: CompletionCollector | null = null;
  #timer: NodeJS.Timeout | null = null;
  #started = false;
  /** Events of the upstream went through: what we would render does not follow on them. */
  #passing = false;
  #final: JsonObject | null = null;
  #ended = false;
  #strategy: string | null = null;
  #last: Served | null = null;

  constructor(exchange: Exchange, { request, traceId, onFinal }: AnswerOptions) {
    this.#exchange = exchange;
    this.#request = request;
    this.#wire = WIRES[request.wire];
    this.#onFinal = onFinal;
    this.#traceId = traceId;
    const { parts, settings } = exchange;
    this.#head = { id: this.#wire.answerId(traceId), created: Math.floor(parts.nowMs() / 1000), model: request.model };
    if (request.stream) this.#timer = setTimeout(() => { this.#keepAlive(); }, settings.server.holdHeadersMs);
  }

  /** A promise when the client is slow. */
  write(event: AnswerEvent): Promise<void> | undefined {
    if (this.#exchange.res.destroyed) return undefined;
    switch (event.type) {
      case 'planned': this.#strategy = event.strategy; return undefined;
      case 'start': this.#start(event.served); return undefined;
      case 'wire':
        this.#passing = true;
        if (event.final !== undefined) this.#final = event.final;
        return this.#request.stream ? this.#send(event.text) : this.#whole(event.text);
      case 'delta':
        if (this.#request.stream) return this.#send(this.#rendered().delta(event.delta));
        (this.#collector ??= new CompletionCollector()).add(event.delta);
        return undefined;
      case 'end': {
        const openfusion = this.#request.options.trace ? event.openfusion : null;
        this.#last = event.served;
        if (this.#request.stream) {
          const text = this.#rendered().end(event.usage, openfusion);
          this.#final = this.#rendered().final;
          return this.#send(text);
        }
        const completion = (this.#collector ?? new CompletionCollector()).result();
        const whole = this.#wire.renderWhole(this.#head, this.#request, { completion, usage: event.usage, openfusion });
        this.#final = whole.final;
        return this.#whole(whole.text);
      }
      case 'failed': return this.#fail(event.error, event.told === true);
    }
  }

  /** Ends a stream that came to its end. */
  close(): void {
    const { res } = this.#exchange;
    if (res.destroyed) return;
    if (this.#final !== null && this.#final['status'] !== 'failed') this.#onFinal?.(this.#final);
    if (this.#ended) return;
    if (!res.headersSent) { this.#ended = true; this.#refuse(apiError(502, 'No answer came.')); return; }
    this.#finish();
  }

  #finish(): void {
    const { res } = this.#exchange;
    this.#ended = true;
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
    headers.push('x-openfusion-model', headerSafe(this.#exchange.parts.redactor.redactAnswer(served.model)));
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

  #rendered(): StreamRenderer {
    return this.#renderer ??= this.#wire.createRenderer(this.#head, this.#request);
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
    const out = parts.redactor.redactAnswer(text);
    const bytes = Buffer.byteLength(out);
    res.writeHead(200, this.#headers('content-type', 'application/json; charset=utf-8', 'content-length', String(bytes), 'x-content-type-options', 'nosniff'));
    // As many bytes as characters: plain ASCII, which is written without a look at each of them.
    res.end(out, bytes === out.length ? 'latin1' : 'utf8');
  }

  #fail(error: ApiError, told: boolean): undefined {
    const { res } = this.#exchange;
    this.dispose();
    if (!res.headersSent) { this.#ended = true; this.#refuse(error); return; }
    const text = told ? '' : this.#passing || !this.#request.stream ? null : this.#rendered().fail(error);
    if (text !== null) {
      void this.#send(text);
      this.#finish();
      return;
    }
    this.#ended = true;
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
