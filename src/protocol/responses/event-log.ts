import { sseText } from '../sse-reader.ts';
import type { JsonObject } from '../json.ts';

/** Writes the events of one stream, each with the next `sequence_number`. */
export class EventLog {
  #next = 0;

  event(type: string, fields: JsonObject): string {
    return sseText(type, JSON.stringify({ type, sequence_number: this.#next++, ...fields }));
  }

  /** An event whose response is JSON text already. */
  lifecycle(type: string, response: string): string {
    return sseText(type, `{"type":"${type}","sequence_number":${this.#next++},"response":${response}}`);
  }
}
