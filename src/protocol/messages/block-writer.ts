import { isRecord, tryParseJson, type JsonObject } from '../json.ts';
import type { ChatDelta } from '../types.ts';
import { SaidWriter } from './said-writer.ts';

/** An event of the format, about one content block. */
export type BlockEvent =
  | { type: 'content_block_start'; index: number; content_block: JsonObject }
  | { type: 'content_block_delta'; index: number; delta: BlockDelta }
  | { type: 'content_block_stop'; index: number };
export type BlockDelta =
  | { type: 'text_delta'; text: string }
  | { type: 'thinking_delta'; thinking: string }
  | { type: 'signature_delta'; signature: string }
  | { type: 'input_json_delta'; partial_json: string };

type CallDelta = Extract<ChatDelta, { type: 'tool_call' }>;
export type SaidDelta = Extract<ChatDelta, { type: 'text' | 'refusal' | 'reasoning' | 'reasoning_item' }>;

interface Call { kind: 'call'; place: number; key: number; id: string; name: string; text: string; written: number; block: number | null; closed: boolean; checked: number }
interface Said { kind: 'said'; deltas: SaidDelta[] }

/**
 * Turns deltas into content blocks, one after the other, as this format wants them. Only the first part that is not whole is written
 * on; what belongs to later parts waits. A call is whole when its arguments are a JSON object that holds something, or at the end.
 */
export class BlockWriter {
  readonly #said: SaidWriter;
  readonly #idPrefix: string;
  readonly #calls: Call[] = [];
  readonly #queue: (Call | Said)[] = [];
  #blocks = 0;
  #broken = false;

  /** @param idPrefix starts the ids of calls that came without */
  constructor(idPrefix: string) {
    this.#idPrefix = idPrefix;
    this.#said = new SaidWriter(() => this.#blocks++);
  }

  get called(): boolean {
    return this.#calls.length > 0;
  }

  get refused(): boolean {
    return this.#said.refused;
  }

  /** A call went on after it was whole and had been closed: its arguments cannot be told any more. */
  get broken(): boolean {
    return this.#broken;
  }

  add(delta: SaidDelta | CallDelta): BlockEvent[] {
    if (delta.type === 'tool_call') this.#addCall(delta);
    else {
      const last = this.#queue.at(-1);
      if (last?.kind === 'said') last.deltas.push(delta);
      else this.#queue.push({ kind: 'said', deltas: [delta] });
    }
    return this.#advance(false);
  }

  end(): BlockEvent[] {
    return this.#advance(true);
  }

  /** Which call a piece belongs to: as in `CompletionCollector`. */
  #addCall({ index, id, name, arguments: piece }: CallDelta): void {
    let call = this.#calls.findLast(({ key }) => key === index);
    if (call === undefined || (id !== undefined && call.id !== '' && id !== call.id)) {
      call = { kind: 'call', place: this.#calls.length, key: index, id: id ?? '', name: '', text: '', written: 0, block: null, closed: false, checked: 0 };
      this.#calls.push(call);
      this.#queue.push(call);
    }
    if (id !== undefined) call.id = id;
    if (name !== undefined && call.name === '') call.name = name;
    call.text += piece;
    // White space behind a whole object says nothing.
    if (call.closed && piece.trim() !== '') this.#broken = true;
  }

  #advance(end: boolean): BlockEvent[] {
    const out: BlockEvent[] = [];
    for (let part = this.#queue[0]; part !== undefined; part = this.#queue[0]) {
      if (part.kind === 'said') {
        for (const delta of part.deltas.splice(0)) this.#said.write(delta, out);
        if (this.#queue.length === 1 && !end) break;
        this.#said.close(out);
      } else {
        this.#writeCall(part, end, out);
        if (!end && (this.#queue.length === 1 || part.block === null || !isWhole(part))) break;
        this.#closeCall(part, out);
      }
      this.#queue.shift();
    }
    return out;
  }

  #writeCall(call: Call, end: boolean, out: BlockEvent[]): void {
    if (call.block === null) {
      // The name is told at the start of its block, and nowhere else.
      if (call.name === '' && !end) return;
      call.block = this.#blocks++;
      if (call.id === '') call.id = `${this.#idPrefix}${call.place}`;
      out.push({ type: 'content_block_start', index: call.block, content_block: { type: 'tool_use', id: call.id, name: call.name, input: {} } });
    }
    if (call.text.length === call.written) return;
    out.push({ type: 'content_block_delta', index: call.block, delta: { type: 'input_json_delta', partial_json: call.text.slice(call.written) } });
    call.written = call.text.length;
  }

  #closeCall(call: Call, out: BlockEvent[]): void {
    const index = call.block ?? 0;
    // Clients parse what the pieces make together.
    if (call.text === '') out.push({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: '{}' } });
    out.push({ type: 'content_block_stop', index });
    call.closed = true;
  }
}

/** Some providers begin with `{}` and go on with the real arguments, so an empty object may not be all. */
function isWhole(call: Call): boolean {
  if (call.text.length === call.checked) return false;
  call.checked = call.text.length;
  if (!call.text.trimEnd().endsWith('}')) return false;
  const value = tryParseJson(call.text);
  return isRecord(value) && Object.keys(value).length > 0;
}
