import { createParser, type EventSourceParser } from 'eventsource-parser';
import { nestsTooDeep } from './json-depth.ts';
import { StreamReadError, type StreamEvent, type StreamReader } from './wire.ts';

/** An event larger than this is refused (criterion U1). */
const MAX_EVENT_BYTES = 16_000_000;
/** Lines with fields that the grammar does not know are ignored; so many of them are no event stream, and the parser takes its time for each. */
const MAX_ODD_LINES = 10_000;

/** Splits bytes into SSE events and reads each with a format's own `read`, which throws on what is not JSON. */
export class SseReader implements StreamReader {
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  #events: StreamEvent[] = [];
  #error: StreamReadError | null = null;
  #endedInCr = false;
  #oddLines = 0;

  constructor(read: (event: string | null, data: string) => StreamEvent) {
    this.#parser = createParser({
      maxBufferSize: MAX_EVENT_BYTES,
      onEvent: ({ event, data }) => {
        if (data === '') return;
        try {
          if (nestsTooDeep(data)) throw new StreamReadError('an event of the stream is nested too deeply');
          this.#events.push(read(event ?? null, data));
        } catch (error) {
          this.#error ??= error instanceof StreamReadError ? error : new StreamReadError('an event of the stream is not JSON');
        }
      },
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') this.#error ??= new StreamReadError('an event of the stream is too large');
        else if (++this.#oddLines > MAX_ODD_LINES) this.#error ??= new StreamReadError('the stream is full of lines that belong to no event');
      },
    });
  }

  push(bytes: Uint8Array): StreamEvent[] {
    return this.pushText(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The same for text that is decoded already. */
  pushText(text: string): StreamEvent[] {
    this.#parser.feed(this.#endedInCr || text.includes('\r') ? this.#withLineFeeds(text) : text);
    if (this.#error !== null) throw this.#error;
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }

  /** The parser takes time by the square of a read that is full of CRs; and it keeps a CR at the end of a read to itself, with the event before it. */
  #withLineFeeds(text: string): string {
    const rest = this.#endedInCr && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#endedInCr = text.endsWith('\r');
    return rest.replace(/\r\n?/g, '\n');
  }

  end(): StreamEvent[] {
    return this.pushText(`${this.#decoder.decode()}\n\n`);
  }
}

/** One event as text; data of several lines stays so. */
export const sseText = (event: string | null, data: string): string => {
  const name = event === null ? '' : `event: ${event}\n`;
  return data.includes('\n') ? `${name}${data.split('\n').map((line) => `data: ${line}`).join('\n')}\n\n` : `${name}data: ${data}\n\n`;
};
