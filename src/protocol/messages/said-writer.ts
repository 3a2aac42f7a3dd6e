import { sealReasoning } from '../reasoning-carrier.ts';
import type { ReasoningItem } from '../types.ts';
import type { BlockDelta, BlockEvent, SaidDelta } from './block-writer.ts';

interface OpenBlock { kind: 'text' | 'refusal' | 'thinking'; index: number }

/** Writes words and reasoning as blocks; each kind of words has its own. */
export class SaidWriter {
  readonly #nextIndex: () => number;
  #open: OpenBlock | null = null;
  /** Words of the open thinking block. */
  #thought = '';
  /** The Responses item that those words belong to. */
  #itemId: string | undefined;
  /** Reasoning of other formats that the open thinking block carries in its signature. */
  #carried: ReasoningItem[] = [];
  refused = false;

  constructor(nextIndex: () => number) {
    this.#nextIndex = nextIndex;
  }

  write(delta: SaidDelta, out: BlockEvent[]): void {
    if (delta.type === 'reasoning_item') { this.#seal(delta.item, out); return; }
    if (delta.type === 'refusal') this.refused = true;
    if (delta.text === '') return;
    if (delta.type === 'reasoning') this.#think(delta, out);
    else {
      const { index } = this.#block(delta.type, out);
      push(index, { type: 'text_delta', text: delta.text }, out);
    }
  }

  /** Ends the open block. A thinking block that its provider did not sign gets a signature of ours, by which we know it again. */
  close(out: BlockEvent[]): void {
    const open = this.#open;
    if (open === null) return;
    if (open.kind === 'thinking') push(open.index, { type: 'signature_delta', signature: sealReasoning(this.#carried) }, out);
    this.#stop(open, out);
  }

  #think({ text, itemId }: Extract<SaidDelta, { type: 'reasoning' }>, out: BlockEvent[]): void {
    if (this.#open?.kind === 'thinking' && itemId !== undefined && this.#itemId !== undefined && itemId !== this.#itemId) this.close(out);
    const { index } = this.#block('thinking', out);
    this.#itemId ??= itemId;
    this.#thought += text;
    push(index, { type: 'thinking_delta', thinking: text }, out);
  }

  #seal(item: ReasoningItem, out: BlockEvent[]): void {
    const { wire, raw } = item;
    if (wire === 'messages' && raw['type'] === 'redacted_thinking') {
      this.close(out);
      const index = this.#nextIndex();
      out.push({ type: 'content_block_start', index, content_block: raw }, { type: 'content_block_stop', index });
    } else if (wire === 'messages' && typeof raw['signature'] === 'string' && raw['signature'] !== '') this.#sign(raw, raw['signature'], out);
    else {
      this.#block('thinking', out);
      this.#carried.push(item);
      // Other formats' items seal the words before them; those of a chat stream come in pieces.
      if (wire !== 'chat') this.close(out);
    }
  }

  /** A block that its own provider signed goes out as it was: the words that came already, the rest of them, the signature. */
  #sign(raw: ReasoningItem['raw'], signature: string, out: BlockEvent[]): void {
    const words = typeof raw['thinking'] === 'string' ? raw['thinking'] : '';
    if (this.#open?.kind !== 'thinking' || this.#carried.length > 0 || !words.startsWith(this.#thought)) {
      this.close(out);
      this.#start('thinking', { ...raw, thinking: '', signature: '' }, out);
    }
    const open = this.#open;
    if (open === null) return;
    const rest = words.slice(this.#thought.length);
    if (rest !== '') push(open.index, { type: 'thinking_delta', thinking: rest }, out);
    push(open.index, { type: 'signature_delta', signature }, out);
    this.#stop(open, out);
  }

  #block(kind: OpenBlock['kind'], out: BlockEvent[]): OpenBlock {
    if (this.#open?.kind === kind) return this.#open;
    this.close(out);
    return this.#start(kind, kind === 'thinking' ? { type: 'thinking', thinking: '', signature: '' } : { type: 'text', text: '' }, out);
  }

  #start(kind: OpenBlock['kind'], block: Readonly<Record<string, unknown>>, out: BlockEvent[]): OpenBlock {
    const open = { kind, index: this.#nextIndex() };
    this.#open = open;
    out.push({ type: 'content_block_start', index: open.index, content_block: block });
    return open;
  }

  #stop({ index }: OpenBlock, out: BlockEvent[]): void {
    out.push({ type: 'content_block_stop', index });
    this.#open = null;
    this.#thought = '';
    this.#itemId = undefined;
    this.#carried = [];
  }
}

const push = (index: number, delta: BlockDelta, out: BlockEvent[]): void => { out.push({ type: 'content_block_delta', index, delta }); };
