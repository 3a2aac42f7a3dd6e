import type { ApiError } from '../errors.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { sseText } from '../sse-reader.ts';
import type { ChatRequest } from '../types.ts';
import type { PassThrough, PassThroughOptions, ReadAnswer, RenderedWhole, StreamEvent } from '../wire.ts';
import { answerText } from '../chat/plain.ts';
import type { OpenFusionObject } from '../answer.ts';
import type { Usage } from '../types.ts';
import { echoOf, errorBody, usageBody } from './response-object.ts';

/**
 * Passes the events of one upstream's Responses stream on as they are, with only the model changed where the response object names
 * it, and our object in the final one.
 */
export class NativeResponses implements PassThrough {
  final: JsonObject | null = null;
  readonly #request: ChatRequest;
  readonly #options: PassThroughOptions;
  readonly #key: string;
  #sequence = 0;
  /** The response as an event told it last. */
  #response: JsonObject | null = null;

  constructor(request: ChatRequest, options: PassThroughOptions) {
    this.#request = request;
    this.#options = options;
    this.#key = `"model":${JSON.stringify(options.model)}`;
  }

  push(events: readonly StreamEvent[]): string {
    let out = '';
    for (const event of events) out += this.#one(event);
    return out;
  }

  /** Nothing is held. */
  end(): string {
    return '';
  }

  fail(error: ApiError): string {
    // The answer is whole: what breaks now is nobody's loss.
    if (this.final !== null) return '';
    const { model } = this.#options;
    const known = this.#response ?? { id: `resp_${this.#sequence}`, object: 'response', created_at: 0, output: [], ...echoOf(this.#request) };
    const response = { ...known, model, status: 'failed', error: errorBody(error) };
    return sseText('response.failed', JSON.stringify({ type: 'response.failed', sequence_number: this.#sequence++, response }));
  }

  #one(event: StreamEvent): string {
    const { object, data } = event;
    const number = object?.['sequence_number'];
    this.#sequence = typeof number === 'number' ? number + 1 : this.#sequence + 1;
    const response = object?.['response'];
    if (!isRecord(response)) return sseText(event.event, data);
    this.#response = response;
    return sseText(event.event, event.finishes ? this.#finish(event, response) : this.#withModel(event, response));
  }

  #withModel({ object, data, model }: StreamEvent, response: JsonObject): string {
    if (model === null || model === this.#options.model) return data;
    const key = `"model":${JSON.stringify(model)}`;
    const at = data.indexOf(key);
    // A tool of the request that the response repeats may name a model too.
    if (at > 0 && data[at - 1] !== '\\' && data.indexOf(key, at + 1) < 0) return `${data.slice(0, at)}${this.#key}${data.slice(at + key.length)}`;
    return JSON.stringify({ ...object, response: { ...response, model: this.#options.model } });
  }

  #finish({ object, usage }: StreamEvent, response: JsonObject): string {
    const openfusion = this.#options.openfusion(usage);
    this.final = {
      ...response, model: this.#options.model,
      ...(usage === null ? { usage: usageBody(this.#options.estimate()) } : {}),
      ...(openfusion === null ? {} : { openfusion }),
    };
    return JSON.stringify({ ...object, response: this.final });
  }
}

/** A plain response with our fields changed, as its own text where that can be. */
export function patchWhole(answer: ReadAnswer, { model, usage, openfusion }: { model: string; usage: Usage | null; openfusion: OpenFusionObject | null }): RenderedWhole {
  const { usage: had, ...object } = answer.object;
  const added: JsonObject = { ...(usage === null ? {} : { usage: usageBody(usage) }), ...(openfusion === null ? {} : { openfusion }) };
  const final = { ...object, ...(had === undefined ? {} : { usage: had }), model, ...added };
  return { text: answerText(answer, model, added), final };
}
