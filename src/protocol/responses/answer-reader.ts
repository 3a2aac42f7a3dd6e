import { isRecord, type JsonObject } from '../json.ts';
import type { ChatDelta, FinishReason } from '../types.ts';
import { builtInCall, callName, extrasOf, textOf } from './calls.ts';
import { REASONING_GAP, reasoningText } from './conversation.ts';


/** What is known of one item of the output. */
interface Item {
  type: string;
  id: string | undefined;
  /** A call: its number among the calls, once it was told. */
  call: number | null;
  /** Arguments, input or reasoning so far; of a call that is not told yet, what is held for it. */
  said: string;
  /** A message: the text of each part so far. */
  parts: string[];
  /** Reasoning: which of its two texts is told, and the part that was told last. */
  via: 'summary' | 'content' | null;
  part: number;
  whole: boolean;
}

/**
 * Turns the output of a response, in events or whole, into deltas. What comes twice (in pieces, in a `done`, in the finished item, in
 * the final response) is told once, from where it comes first.
 */
export class AnswerReader {
  readonly #provider: string;
  readonly #items = new Map<number, Item>();
  readonly #byId = new Map<string, Item>();
  #calls = 0;

  constructor(provider: string) {
    this.#provider = provider;
  }

  /** Reads one event about an item; says whether it holds content. */
  read(type: string, event: JsonObject, out: ChatDelta[]): boolean {
    const before = out.length;
    const delta = textOf(event['delta']);
    switch (type) {
      case 'response.output_text.delta': this.#text(this.#item(event, 'message'), event, 'text', delta, out); break;
      case 'response.output_text.done': this.#rest(this.#item(event, 'message'), event, 'text', textOf(event['text']), out); break;
      case 'response.refusal.delta': this.#text(this.#item(event, 'message'), event, 'refusal', delta, out); break;
      case 'response.refusal.done': this.#rest(this.#item(event, 'message'), event, 'refusal', textOf(event['refusal']), out); break;
      case 'response.reasoning_summary_text.delta': this.#reasoning(this.#item(event, 'reasoning'), 'summary', event['summary_index'], delta, out); break;
      case 'response.reasoning_text.delta': this.#reasoning(this.#item(event, 'reasoning'), 'content', event['content_index'], delta, out); break;
      case 'response.function_call_arguments.delta': this.#argument(this.#item(event, 'function_call'), delta, out); break;
      case 'response.custom_tool_call_input.delta': this.#argument(this.#item(event, 'custom_tool_call'), delta, out); break;
      case 'response.function_call_arguments.done': this.#restOfCall(this.#item(event, 'function_call'), textOf(event['arguments']), out); break;
      case 'response.custom_tool_call_input.done': this.#restOfCall(this.#item(event, 'custom_tool_call'), textOf(event['input']), out); break;
      case 'response.output_item.added': return this.#added(event, out);
      case 'response.output_item.done': this.#done(event, out); break;
    }
    return out.length > before;
  }

  /** Reads the final response: items that no event told, and the end. */
  finish(response: JsonObject, out: ChatDelta[]): void {
    const { output } = response;
    if (Array.isArray(output)) output.forEach((item: unknown, index) => { if (isRecord(item)) this.#last(item, index, out); });
    out.push({ type: 'finish', reason: finishReason(response, this.#calls > 0) });
  }

  #added(event: JsonObject, out: ChatDelta[]): boolean {
    const { item } = event;
    if (!isRecord(item)) return false;
    const type = textOf(item['type']);
    const known = this.#item({ output_index: event['output_index'], item_id: item['id'] }, type);
    // Arguments that stand here already come again; some servers put `{}` in their place.
    if (isCall(type)) this.#open(known, item, out);
    return type !== 'message' && type !== 'reasoning';
  }

  #done(event: JsonObject, out: ChatDelta[]): void {
    const { item } = event;
    if (isRecord(item)) this.#whole(this.#item({ output_index: event['output_index'], item_id: item['id'] }, textOf(item['type'])), item, out);
  }

  #item({ output_index: at, item_id: itemId }: JsonObject, type: string): Item {
    const id = typeof itemId === 'string' && itemId !== '' ? itemId : undefined;
    const index = typeof at === 'number' ? at : undefined;
    const known = (index === undefined ? undefined : this.#items.get(index)) ?? (id === undefined ? undefined : this.#byId.get(id));
    if (known !== undefined) return known;
    if (index === undefined && id === undefined) {
      const last = [...this.#items.values()].findLast((item) => item.type === type && !item.whole);
      if (last !== undefined) return last;
    }
    return this.#new(index ?? this.#items.size, id, type);
  }

  #new(index: number, id: string | undefined, type: string): Item {
    const item: Item = { type, id, call: null, said: '', parts: [], via: null, part: 0, whole: false };
    this.#items.set(index, item);
    if (id !== undefined) this.#byId.set(id, item);
    return item;
  }

  #text(item: Item, event: JsonObject, type: 'text' | 'refusal', text: string, out: ChatDelta[]): void {
    if (text === '') return;
    const part = numberOf(event['content_index']);
    item.parts[part] = (item.parts[part] ?? '') + text;
    out.push({ type, text });
  }

  #rest(item: Item, event: JsonObject, type: 'text' | 'refusal', whole: string, out: ChatDelta[]): void {
    this.#text(item, event, type, restOf(item.parts[numberOf(event['content_index'])] ?? '', whole), out);
  }

  #reasoning(item: Item, via: 'summary' | 'content', at: unknown, text: string, out: ChatDelta[]): void {
    item.via ??= via;
    // A provider that tells both tells the same twice.
    if (text === '' || item.via !== via) return;
    const part = numberOf(at);
    const words = part !== item.part && item.said !== '' ? REASONING_GAP + text : text;
    item.part = part;
    item.said += words;
    out.push({ type: 'reasoning', text: words, itemId: item.id });
  }

  #argument(item: Item, text: string, out: ChatDelta[]): void {
    item.said += text;
    if (item.call !== null && text !== '') out.push({ type: 'tool_call', index: item.call, arguments: text });
  }

  #restOfCall(item: Item, whole: string, out: ChatDelta[]): void {
    this.#argument(item, restOf(item.said, whole), out);
  }

  #open(item: Item, call: JsonObject, out: ChatDelta[]): void {
    if (item.call !== null) return;
    item.call = this.#calls++;
    const id = textOf(call['call_id']) || textOf(call['id']);
    const custom = call['type'] === 'custom_tool_call';
    out.push({ type: 'tool_call', index: item.call, ...(id === '' ? {} : { id }), name: callName(call), arguments: item.said, ...(custom ? { custom } : {}), ...extrasOf(call) });
  }

  #whole(known: Item, item: JsonObject, out: ChatDelta[]): void {
    if (known.whole) return;
    known.whole = true;
    const { type, content } = item;
    if (type === 'message' && Array.isArray(content)) content.forEach((part: unknown, index) => { if (isRecord(part)) this.#wholePart(known, part, index, out); });
    else if (type === 'reasoning') this.#wholeReasoning(known, item, out);
    else if (type === 'function_call' || type === 'custom_tool_call') {
      this.#open(known, item, out);
      this.#restOfCall(known, textOf(type === 'function_call' ? item['arguments'] : item['input']), out);
    } else this.#builtIn(item, out);
  }

  #wholePart(known: Item, part: JsonObject, index: number, out: ChatDelta[]): void {
    const refusal = part['type'] === 'refusal';
    this.#rest(known, { content_index: index }, refusal ? 'refusal' : 'text', textOf(refusal ? part['refusal'] : part['text']), out);
  }

  #wholeReasoning(known: Item, item: JsonObject, out: ChatDelta[]): void {
    const text = restOf(known.said, reasoningText(item));
    if (text !== '') out.push({ type: 'reasoning', text, itemId: typeof item['id'] === 'string' ? item['id'] : undefined });
    out.push({ type: 'reasoning_item', item: { wire: 'responses', provider: this.#provider, raw: item } });
  }

  /** Only this format's renderer can say it again as what it is. */
  #builtIn(item: JsonObject, out: ChatDelta[]): void {
    const call = builtInCall(item);
    if (call !== null) out.push({ type: 'tool_call', index: this.#calls++, ...call, more: { item } });
  }

  #last(item: JsonObject, index: number, out: ChatDelta[]): void {
    const type = textOf(item['type']), id = textOf(item['id']);
    const byId = id === '' ? undefined : this.#byId.get(id);
    const known = byId ?? this.#items.get(index) ?? this.#new(index, id === '' ? undefined : id, type);
    // A response that leaves items out counts anew: what stands at this place is another one.
    if (known.type === type) this.#whole(known, item, out);
  }
}

const isCall = (type: string): boolean => type === 'function_call' || type === 'custom_tool_call';
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** What of a whole text is not told yet; nothing when it does not begin as it was told. */
const restOf = (said: string, whole: string): string => (whole.length > said.length && whole.startsWith(said) ? whole.slice(said.length) : '');

function finishReason({ status, incomplete_details: details }: JsonObject, called: boolean): FinishReason {
  if (status !== 'incomplete') return called ? 'tool_calls' : 'stop';
  return isRecord(details) && details['reason'] === 'content_filter' ? 'content_filter' : 'length';
}
