import type { OpenFusionObject } from '../answer.ts';
import { deltasOf } from '../completion.ts';
import type { ApiError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { ChatDelta, ChatRequest, FinishReason, ReasoningItem, Usage } from '../types.ts';
import type { AnswerHead, RenderedWhole, StreamRenderer, WholeEnd } from '../wire.ts';
import { CallRenderer } from './call-renderer.ts';
import { EventLog } from './event-log.ts';
import { MessageItem, ReasoningOutput, WholeItem, type OutputItem, type Place } from './output-items.ts';
import { echoOf, errorBody, usageBody } from './response-object.ts';

/** Renders internal deltas as a Responses stream. Calls stay open to the end, since pieces of parallel ones may come in turns. */
export class ResponsesRenderer implements StreamRenderer {
  final: JsonObject | null = null;
  readonly #head: AnswerHead;
  readonly #echo: JsonObject;
  #echoText: string | null = null;
  readonly #log = new EventLog();
  /** The output in its order. */
  readonly #items: OutputItem[] = [];
  readonly #calls: CallRenderer;
  /** The message or reasoning that the next words belong to. */
  #open: MessageItem | ReasoningOutput | null = null;
  #started = false;
  #finish: FinishReason | null = null;

  constructor(head: AnswerHead, request: ChatRequest) {
    this.#head = head;
    this.#echo = echoOf(request);
    this.#calls = new CallRenderer(request.tools, head.id, (make, prefix) => this.#close() + this.#place(make, prefix));
  }

  delta(delta: ChatDelta): string {
    switch (delta.type) {
      case 'finish': this.#finish = delta.reason; return '';
      case 'usage': return '';
      case 'text': case 'refusal': return delta.text === '' ? '' : this.#start() + this.#say(delta.type, delta.text);
      case 'reasoning': return delta.text === '' ? '' : this.#start() + this.#reason(delta.text, delta.itemId);
      case 'reasoning_item': return this.#start() + this.#seal(delta.item);
      case 'tool_call': return this.#start() + this.#calls.delta(delta);
    }
  }

  end(usage: Usage, openfusion: OpenFusionObject | null): string {
    const reason = this.#finish === 'length' ? 'max_output_tokens' : this.#finish === 'content_filter' ? 'content_filter' : null;
    const status = reason === null ? 'completed' : 'incomplete';
    let out = this.#start() + this.#calls.flush();
    // What the limit cut off is the last item.
    for (const item of this.#items) if (item.done === null) out += item.close(item === this.#items.at(-1) ? status : 'completed');
    this.#open = null;
    const own = this.#own(status, { incomplete_details: reason === null ? null : { reason }, usage: usageBody(usage), ...(openfusion === null ? {} : { openfusion }) });
    this.final = { ...this.#echo, ...own };
    return out + this.#log.lifecycle(`response.${status}`, this.#text(own));
  }

  fail(error: ApiError): string {
    const out = this.#start();
    return out + this.#log.lifecycle('response.failed', this.#text(this.#own('failed', { error: errorBody(error) })));
  }

  #start(): string {
    if (this.#started) return '';
    this.#started = true;
    const response = this.#text(this.#own('in_progress', {}));
    return this.#log.lifecycle('response.created', response) + this.#log.lifecycle('response.in_progress', response);
  }

  #say(kind: 'text' | 'refusal', text: string): string {
    let out = '';
    let message = this.#open;
    if (!(message instanceof MessageItem)) {
      out = this.#close();
      message = new MessageItem(this.#next('msg'));
      out += this.#put(message);
    }
    return out + message.say(kind, text);
  }

  #reason(text: string, itemId: string | undefined): string {
    const [out, reasoning] = this.#reasoning(itemId);
    return out + reasoning.say(text);
  }

  /** The reasoning item that is open, or a new one with the id that its provider will give it. */
  #reasoning(itemId?: string): [string, ReasoningOutput] {
    if (this.#open instanceof ReasoningOutput && (itemId === undefined || this.#open.place.id === itemId)) return ['', this.#open];
    const out = this.#close();
    const place = this.#next('rs');
    const reasoning = new ReasoningOutput(itemId === undefined || this.#hasId(itemId) ? place : { ...place, id: itemId });
    return [out + this.#put(reasoning), reasoning];
  }

  #seal(item: ReasoningItem): string {
    const { wire, raw } = item;
    if (wire !== 'responses') {
      const [out, reasoning] = this.#reasoning();
      reasoning.seal(item);
      return out;
    }
    if (this.#open instanceof ReasoningOutput && this.#open.place.id === raw['id']) {
      const out = this.#open.closeAs(raw);
      this.#open = null;
      return out;
    }
    return this.#close() + this.#place((place) => new WholeItem(place, raw));
  }

  /** Ends the message or reasoning at hand. */
  #close(): string {
    const open = this.#open;
    this.#open = null;
    return open?.close('completed') ?? '';
  }

  #put(item: MessageItem | ReasoningOutput): string {
    this.#open = item;
    this.#items.push(item);
    return item.open();
  }

  #place(make: (place: Place) => OutputItem, prefix = 'item'): string {
    const item = make(this.#next(prefix));
    this.#items.push(item);
    return item.open();
  }

  #next(prefix: string): Place {
    const index = this.#items.length;
    return { log: this.#log, index, id: `${prefix}_${this.#head.id.replace(/^resp_/, '')}_${index}` };
  }

  #hasId(id: string): boolean {
    return this.#items.some(({ place, done }) => place.id === id || done?.['id'] === id);
  }

  #own(status: string, more: JsonObject): JsonObject {
    const { id, created, model } = this.#head;
    const output = this.#items.flatMap(({ done }) => (done === null ? [] : [done]));
    return { id, object: 'response', created_at: created, status, error: null, incomplete_details: null, model, output, usage: null, ...more };
  }

  /** What the response repeats of the request is large, and the same in each event. */
  #text(own: JsonObject): string {
    this.#echoText ??= JSON.stringify(this.#echo);
    return `${JSON.stringify(own).slice(0, -1)},${this.#echoText.slice(1)}`;
  }
}

/** A whole answer is the collected stream. */
export function renderWhole(head: AnswerHead, request: ChatRequest, { completion, usage, openfusion }: WholeEnd): RenderedWhole {
  const renderer = new ResponsesRenderer(head, request);
  for (const delta of deltasOf(completion)) renderer.delta(delta);
  renderer.end(usage, openfusion);
  return { text: JSON.stringify(renderer.final), final: renderer.final };
}
