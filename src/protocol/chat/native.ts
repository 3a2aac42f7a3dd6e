import { isRecord, type JsonObject } from '../json.ts';
import type { Usage } from '../types.ts';
import { sseText } from '../sse-reader.ts';
import type { PassThrough, PassThroughOptions, StreamEvent } from '../wire.ts';
import { usageBody } from './render.ts';

/**
 * Passes the events of one upstream's chat stream on as they are, with only the model changed, our object on the chunk
 * that finishes, and the usage chunk as the client asked. The finishing chunk is held until the usage that follows it is known.
 */
export class NativeChatStream implements PassThrough {
  readonly final = null;
  readonly #options: PassThroughOptions;
  readonly #includeUsage: boolean;
  #held: StreamEvent[] = [];
  #usage: Usage | null = null;
  #usageSent = false;
  #closed = false;
  #head: JsonObject = {};
  /** The model as the answer names it, and as the upstream named it last. */
  readonly #key: string;
  #told: { model: string | null; key: string } = { model: null, key: '' };

  constructor(options: PassThroughOptions, includeUsage: boolean) {
    this.#options = options;
    this.#includeUsage = includeUsage;
    this.#key = `"model":${JSON.stringify(options.model)}`;
  }

  /** The text for the chunks of one network read: one write a read. */
  push(chunks: readonly StreamEvent[]): string {
    let out = '';
    for (const chunk of chunks) out += this.#one(chunk);
    return out;
  }

  /** The rest, when the upstream has ended well. */
  end(): string {
    return this.#close();
  }

  /** No client reads an error chunk as well as a reset connection. */
  fail(): null {
    return null;
  }

  #one(chunk: StreamEvent): string {
    if (chunk.usage !== null) this.#usage = chunk.usage;
    if (chunk.done) return this.#close();
    if (chunk.finishes || this.#held.length > 0) {
      const usageOnly = isUsageOnly(chunk.object);
      if (!usageOnly || this.#includeUsage) this.#held.push(chunk);
      return '';
    }
    if (!chunk.content && isUsageOnly(chunk.object) && !this.#includeUsage) return '';
    return sseText(null, this.#withModel(chunk));
  }

  #withModel(chunk: StreamEvent): string {
    const { data, model } = chunk;
    if (model === null || model === this.#options.model) return data;
    if (model !== this.#told.model) this.#told = { model, key: `"model":${JSON.stringify(model)}` };
    const { key } = this.#told;
    let at = data.indexOf(key);
    if (at > 0 && data[at - 1] === '\\') at = -1;
    if (at < 0) return JSON.stringify({ ...chunk.object, model: this.#options.model });
    return `${data.slice(0, at)}${this.#key}${data.slice(at + key.length)}`;
  }

  #close(): string {
    if (this.#closed) return '';
    this.#closed = true;
    const last = this.#held.findLastIndex((chunk) => chunk.finishes);
    let out = '';
    this.#held.forEach((chunk, index) => {
      const object = index === last ? this.#options.openfusion(this.#usage) : null;
      if (isUsageOnly(chunk.object)) this.#usageSent = true;
      this.#head = chunk.object ?? {};
      out += sseText(null, object === null ? this.#withModel(chunk) : JSON.stringify({ ...chunk.object, model: this.#options.model, openfusion: object }));
    });
    if (this.#includeUsage && !this.#usageSent && this.#usage === null) out += this.#usageEvent(this.#options.estimate());
    return `${out}data: [DONE]\n\n`;
  }

  #usageEvent(usage: Usage): string {
    const { id, object, created } = this.#head;
    return sseText(null, JSON.stringify({ id, object, created, model: this.#options.model, choices: [], usage: usageBody(usage) }));
  }
}

const isUsageOnly = (object: JsonObject | null): boolean =>
  object !== null && isRecord(object['usage']) && Array.isArray(object['choices']) && object['choices'].length === 0;
