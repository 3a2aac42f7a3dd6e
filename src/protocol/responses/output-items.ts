import type { JsonObject } from '../json.ts';
import { sealReasoning } from '../reasoning-carrier.ts';
import type { ReasoningItem } from '../types.ts';
import type { EventLog } from './event-log.ts';

/** Where an item stands in the output, and how its events are written. */
export interface Place {
  log: EventLog;
  index: number;
  id: string;
}

type Status = 'completed' | 'incomplete';

/** An item of the output that is being written. `close` gives its last events; after it, `done` is the item as it stands in the response. */
interface OpenItem {
  readonly place: Place;
  done: JsonObject | null;
  close(status: Status): string;
}

const added = ({ log, index }: Place, item: JsonObject): string => log.event('response.output_item.added', { output_index: index, item });
const finished = ({ log, index }: Place, item: JsonObject): string => log.event('response.output_item.done', { output_index: index, item });

/** What the assistant says: texts and refusals, each run of one kind a part. */
export class MessageItem implements OpenItem {
  readonly place: Place;
  done: JsonObject | null = null;
  readonly #content: JsonObject[] = [];
  #part: { kind: 'text' | 'refusal'; text: string } | null = null;

  constructor(place: Place) {
    this.place = place;
  }

  open(): string {
    return added(this.place, this.#item('in_progress'));
  }

  say(kind: 'text' | 'refusal', delta: string): string {
    let out = '';
    if (this.#part?.kind !== kind) {
      out += this.#closePart();
      this.#part = { kind, text: '' };
      out += this.#event('response.content_part.added', { part: partBody(kind, '') });
    }
    if (this.#part !== null) this.#part.text += delta;
    return out + (kind === 'text' ? this.#event('response.output_text.delta', { delta, logprobs: [] }) : this.#event('response.refusal.delta', { delta }));
  }

  close(status: Status): string {
    const out = this.#closePart();
    this.done = this.#item(status);
    return out + finished(this.place, this.done);
  }

  #closePart(): string {
    if (this.#part === null) return '';
    const { kind, text } = this.#part;
    const part = partBody(kind, text);
    const out = (kind === 'text' ? this.#event('response.output_text.done', { text, logprobs: [] }) : this.#event('response.refusal.done', { refusal: text })) + this.#event('response.content_part.done', { part });
    this.#content.push(part);
    this.#part = null;
    return out;
  }

  #event(type: string, fields: JsonObject): string {
    const { log, index, id } = this.place;
    return log.event(type, { item_id: id, output_index: index, content_index: this.#content.length, ...fields });
  }

  #item(status: Status | 'in_progress'): JsonObject {
    return { id: this.place.id, type: 'message', status, role: 'assistant', content: [...this.#content] };
  }
}

const partBody = (kind: 'text' | 'refusal', text: string): JsonObject =>
  (kind === 'text' ? { type: 'output_text', annotations: [], logprobs: [], text } : { type: 'refusal', refusal: text });

/** Reasoning: its readable words as one summary; what sealed it goes along in `encrypted_content`, which clients send back unread. */
export class ReasoningOutput implements OpenItem {
  readonly place: Place;
  done: JsonObject | null = null;
  readonly #sealed: ReasoningItem[] = [];
  #text: string | null = null;

  constructor(place: Place) {
    this.place = place;
  }

  open(): string {
    return added(this.place, { id: this.place.id, type: 'reasoning', summary: [] });
  }

  say(delta: string): string {
    let out = '';
    if (this.#text === null) {
      this.#text = '';
      out = this.#event('response.reasoning_summary_part.added', { part: summary('') });
    }
    this.#text += delta;
    return out + this.#event('response.reasoning_summary_text.delta', { delta });
  }

  /** Reasoning of another format. */
  seal(item: ReasoningItem): void {
    this.#sealed.push(item);
  }

  /** Also without a seal the envelope is there: by it we know our own item when it comes back. */
  close(): string {
    return this.closeAs({ id: this.place.id, type: 'reasoning', summary: this.#text === null ? [] : [summary(this.#text)], encrypted_content: sealReasoning(this.#sealed) });
  }

  /** The item as its provider made it. */
  closeAs(item: JsonObject): string {
    let out = '';
    if (this.#text !== null) {
      out = this.#event('response.reasoning_summary_text.done', { text: this.#text }) + this.#event('response.reasoning_summary_part.done', { part: summary(this.#text) });
    }
    this.done = item;
    return out + finished(this.place, item);
  }

  #event(type: string, fields: JsonObject): string {
    const { log, index, id } = this.place;
    return log.event(type, { item_id: id, output_index: index, summary_index: 0, ...fields });
  }
}

const summary = (text: string): JsonObject => ({ type: 'summary_text', text });

/** What a call is, beside its arguments. */
export interface CallHead {
  custom: boolean;
  callId: string;
  name: string;
  namespace: string | undefined;
  more: JsonObject;
}

/** A call of a function or a custom tool. */
export class CallItem implements OpenItem {
  readonly place: Place;
  done: JsonObject | null = null;
  readonly #head: CallHead;
  #said = '';

  constructor(place: Place, head: CallHead) {
    this.place = place;
    this.#head = head;
  }

  open(): string {
    return added(this.place, this.#item('in_progress'));
  }

  say(delta: string): string {
    if (delta === '') return '';
    this.#said += delta;
    return this.#event(this.#head.custom ? 'response.custom_tool_call_input.delta' : 'response.function_call_arguments.delta', { delta });
  }

  close(status: Status): string {
    const out = this.#head.custom
      ? this.#event('response.custom_tool_call_input.done', { input: this.#said })
      : this.#event('response.function_call_arguments.done', { name: this.#head.name, arguments: this.#said });
    this.done = this.#item(status);
    return out + finished(this.place, this.done);
  }

  #event(type: string, fields: JsonObject): string {
    const { log, index, id } = this.place;
    return log.event(type, { item_id: id, output_index: index, ...fields });
  }

  #item(status: Status | 'in_progress'): JsonObject {
    const { custom, callId, name, namespace, more } = this.#head;
    return {
      id: this.place.id, type: custom ? 'custom_tool_call' : 'function_call', status, ...(custom ? { input: this.#said } : { arguments: this.#said }),
      call_id: callId, name, ...(namespace === undefined ? {} : { namespace }), ...more,
    };
  }
}

/** An item that is put out as it is: what only this format knows. */
export class WholeItem implements OpenItem {
  readonly place: Place;
  done: JsonObject | null;

  constructor(place: Place, item: JsonObject) {
    this.place = place;
    this.done = item;
  }

  open(): string {
    return this.done === null ? '' : added(this.place, this.done) + finished(this.place, this.done);
  }

  close(): string {
    return '';
  }
}

export type OutputItem = MessageItem | ReasoningOutput | CallItem | WholeItem;
