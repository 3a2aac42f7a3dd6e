import { isRecord, type JsonObject } from '../json.ts';
import type { ChatDelta, ToolDefinition } from '../types.ts';
import { extrasOf } from './calls.ts';
import { CallItem, WholeItem, type OutputItem, type Place } from './output-items.ts';

type CallDelta = Extract<ChatDelta, { type: 'tool_call' }>;

interface Call {
  index: number;
  id: string;
  custom: boolean;
  more: JsonObject;
  /** Arguments that came before the name. */
  held: string;
  item: CallItem | null;
}

/** Renders the calls of one answer, by the names that the client gave its tools. */
export class CallRenderer {
  readonly #tools: ReadonlyMap<string, ToolDefinition>;
  readonly #answerId: string;
  readonly #place: (make: (place: Place) => OutputItem, prefix: string) => string;
  readonly #calls: Call[] = [];
  readonly #ids = new Set<string>();

  constructor(tools: readonly ToolDefinition[], answerId: string, place: (make: (place: Place) => OutputItem, prefix: string) => string) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#answerId = answerId;
    this.#place = place;
  }

  delta({ index, id, name, arguments: piece, custom = false, more = {} }: CallDelta): string {
    if (isBuiltIn(more['item'])) return this.#whole(more['item']);
    let call = this.#calls.findLast((known) => known.index === index);
    // Some providers give every parallel call the index 0: a new id under a known index is a new call.
    if (call === undefined || (id !== undefined && call.id !== '' && id !== call.id)) {
      call = { index, id: id ?? '', custom, more: {}, held: '', item: null };
      this.#calls.push(call);
    }
    if (id !== undefined) call.id = id;
    call.custom ||= custom;
    call.more = { ...call.more, ...more };
    if (call.item !== null) return call.item.say(piece);
    call.held += piece;
    return name === undefined ? '' : this.#open(call, name);
  }

  /** Calls whose name never came. */
  flush(): string {
    return this.#calls.map((call) => (call.item === null ? this.#open(call, '') : '')).join('');
  }

  #open(call: Call, name: string): string {
    const { custom, more, held } = call;
    const { namespace } = this.#tools.get(name) ?? {};
    const head = { custom, callId: this.#callId(call), name: namespace?.localName ?? name, namespace: namespace?.name, more: extrasOf(more).more ?? {} };
    let item: CallItem | undefined;
    const opened = this.#place((place) => (item = new CallItem(place, head)), custom ? 'ctc' : 'fc');
    call.item = item ?? null;
    return opened + (item?.say(held) ?? '');
  }

  /** Clients tell calls apart by it, so it is there and it is the only one. */
  #callId({ id }: Call): string {
    const wanted = id === '' ? `call_${this.#answerId.replace(/^resp_/, '')}_${this.#calls.length - 1}` : id;
    let free = wanted;
    for (let count = 2; this.#ids.has(free); count++) free = `${wanted}_${count}`;
    this.#ids.add(free);
    return free;
  }

  #whole(item: JsonObject): string {
    const { call_id: id } = item;
    if (typeof id === 'string') this.#ids.add(id);
    return this.#place((place) => new WholeItem(place, item), 'item');
  }
}

const isBuiltIn = (item: unknown): item is JsonObject => isRecord(item) && typeof item['type'] === 'string' && typeof item['call_id'] === 'string';
