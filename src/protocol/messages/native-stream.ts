import type { ApiError } from '../errors.ts';
import { isRecord, type JsonObject } from '../json.ts';
import { sseText } from '../sse-reader.ts';
import type { Usage } from '../types.ts';
import type { PassThrough, PassThroughOptions, StreamEvent } from '../wire.ts';
import { failText } from './render.ts';
import { usageBody } from './usage.ts';

/**
 * Passes the events of one upstream's Messages stream on as they are, with only the model changed where the message starts, and our
 * object (and usage, where the upstream told none) where it says why it stopped.
 */
export class NativeMessagesStream implements PassThrough {
  readonly final = null;
  readonly #options: PassThroughOptions;
  #usage: Usage | null = null;
  #explained = false;

  constructor(options: PassThroughOptions) {
    this.#options = options;
  }

  push(events: readonly StreamEvent[]): string {
    let out = '';
    for (const event of events) out += this.#one(event);
    return out;
  }

  /** The format has nothing behind `message_stop`. */
  end(): string {
    return '';
  }

  fail(error: ApiError): string {
    return failText(error);
  }

  #one({ event, data, object, model, usage }: StreamEvent): string {
    if (usage !== null) this.#usage = usage;
    if (model !== null && model !== this.#options.model) return sseText(event, this.#withModel(data, object));
    if (object?.['type'] === 'message_delta' && isRecord(object['delta']) && object['delta']['stop_reason'] != null) return sseText(event, this.#explain(data, object));
    return sseText(event, data);
  }

  #withModel(data: string, object: JsonObject | null): string {
    const message = object?.['message'];
    return isRecord(message) ? JSON.stringify({ ...object, message: { ...message, model: this.#options.model } }) : data;
  }

  #explain(data: string, object: JsonObject): string {
    if (this.#explained) return data;
    this.#explained = true;
    const openfusion = this.#options.openfusion(this.#usage);
    const usage = this.#usage === null ? { usage: usageBody(this.#options.estimate()) } : {};
    if (openfusion === null && this.#usage !== null) return data;
    return JSON.stringify({ ...object, ...usage, ...(openfusion === null ? {} : { openfusion }) });
  }
}
