/**
 * Masks keys that a model says piece by piece: every piece stands in an event of its own, so that the bytes of the wire format come
 * between them. An item (a delta, an event of a passed stream) waits only while its last words could be the beginning of a key.
 */
import type { ChatDelta } from '../protocol/types.ts';
import type { StreamEvent } from '../protocol/wire.ts';
import { findRanges, mergeRanges, type Range } from './find-secrets.ts';
import { maskOf, type Needles } from './redact-stream.ts';
import { HEAD_CHARS } from './secret-forms.ts';

export interface SpreadMask<Item> {
  /** What may go on now, in order. The very same list when nothing is masked and nothing waits. */
  push(items: readonly Item[]): readonly Item[];
  /** What still waits, at the end of the stream. */
  flush(): readonly Item[];
}

/** Fewer characters than this are no sign of a key: they go out at once, and never more of it. */
const MIN_START = 4;

/** Words of one text in an item; texts are told apart by `channel`. */
interface Words { channel: string | number; text: string }

/** What differs between deltas and events. */
interface Kind<Item> {
  deltasOf(item: Item): readonly ChatDelta[];
  /** Nothing follows that could complete a key. */
  ends(item: Item): boolean;
  /** The item with other words; `masked[i]` stands in for `said[i]`. */
  rewrite(item: Item, said: readonly string[], masked: readonly string[]): Item;
}

export function createDeltaMask(needles: Needles): SpreadMask<ChatDelta> {
  return new Mask(needles, {
    // No list is made for a delta alone.
    deltasOf: (delta) => { ONE[0] = delta; return ONE; },
    ends: ({ type }) => type === 'finish',
    rewrite: (delta, _said, [text = '']) => (delta.type === 'tool_call' ? { ...delta, arguments: text } : 'text' in delta ? { ...delta, text } : delta),
  });
}

export function createEventMask(needles: Needles): SpreadMask<StreamEvent> {
  return new Mask(needles, { deltasOf: ({ deltas }) => deltas, ends: ({ finishes, done }) => finishes || done, rewrite: rewriteEvent });
}

const ONE: ChatDelta[] = [];

function wordsOf(delta: ChatDelta): Words | null {
  switch (delta.type) {
    case 'text': case 'reasoning': case 'refusal': return delta.text === '' ? null : { channel: delta.type, text: delta.text };
    case 'tool_call': return delta.arguments === '' ? null : { channel: delta.index, text: delta.arguments };
    default: return null;
  }
}

/** Words of a waiting item; `masked` once it is decided what of them goes out. */
interface Piece { text: string; start: number; masked: string | null }
interface Waiting<Item> { item: Item; pieces: Piece[] }

class Mask<Item> implements SpreadMask<Item> {
  readonly #needles: Needles;
  readonly #kind: Kind<Item>;
  #channel: Words['channel'] | null = null;
  /** The end of what went out, too short to be the start of a key, then the words of all that waits. */
  #text = '';
  /** What is masked in `#text`. */
  #ranges: Range[] = [];
  #waiting: Waiting<Item>[] = [];
  #undecided: Piece[] = [];

  constructor(needles: Needles, kind: Kind<Item>) {
    this.#needles = needles;
    this.#kind = kind;
  }

  push(items: readonly Item[]): readonly Item[] {
    let out: Item[] | null = this.#waiting.length > 0 ? [] : null;
    for (const [at, item] of items.entries()) {
      const pieces = this.#watch(item);
      if (this.#kind.ends(item)) this.#cut();
      if (this.#waiting.length === 0 && pieces === null) { out?.push(item); continue; }
      out ??= items.slice(0, at);
      this.#waiting.push({ item, pieces: pieces ?? [] });
      this.#release(out);
    }
    return out ?? items;
  }

  flush(): readonly Item[] {
    this.#cut();
    const out: Item[] = [];
    this.#release(out);
    return out;
  }

  /** Takes an item's words in; null when they may go out as they are and nothing was undecided before. */
  #watch(item: Item): Piece[] | null {
    let pieces: Piece[] | null = null;
    for (const delta of this.#kind.deltasOf(item)) {
      const words = wordsOf(delta);
      if (words === null) continue;
      // A reader sees no key where other words come between; nothing waits for the text before any longer.
      if (words.channel !== this.#channel) { this.#cut(); this.#channel = words.channel; }
      const piece = this.#take(words.text);
      if (piece !== null) (pieces ??= []).push(piece);
    }
    return pieces;
  }

  /** Null: these words are no part of a key, and cannot become one. */
  #take(words: string): Piece | null {
    const { texts } = this.#needles;
    const start = this.#text.length;
    const text = start === 0 ? words : this.#text + words;
    const found = findRanges(text, texts);
    const holdFrom = startOfKey(text, this.#needles);
    if (found.length === 0 && holdFrom === text.length && this.#undecided.length === 0 && this.#ranges.length === 0) {
      this.#text = text.slice(1 - MIN_START);
      return null;
    }
    this.#text = text;
    // What went out is past masking: a mask begins with what is still here.
    const gone = this.#undecided[0]?.start ?? start;
    this.#ranges = mergeRanges([...this.#ranges, ...found.map((range) => ({ start: Math.max(range.start, gone), end: range.end }))]);
    const piece: Piece = { text: words, start, masked: null };
    this.#undecided.push(piece);
    this.#decide(holdFrom);
    return piece;
  }

  /** Words that end before `upTo` are no longer in doubt. */
  #decide(upTo: number): void {
    while (this.#undecided[0] !== undefined && this.#undecided[0].start + this.#undecided[0].text.length <= upTo) {
      const piece = this.#undecided.shift();
      if (piece !== undefined) piece.masked = maskedPart(piece, this.#ranges);
    }
    const keep = Math.max(0, Math.min(this.#undecided[0]?.start ?? this.#text.length, upTo) - (MIN_START - 1));
    if (keep === 0) return;
    this.#text = this.#text.slice(keep);
    for (const piece of this.#undecided) piece.start -= keep;
    this.#ranges = this.#ranges.flatMap(({ start, end }) => (end <= keep ? [] : [{ start: start - keep, end: end - keep }]));
  }

  /** The text is over: what waits goes out, but for the better part of a key. */
  #cut(): void {
    if (this.#undecided.length > 0) {
      const from = startOfKey(this.#text, this.#needles);
      if (this.#text.length - from >= HEAD_CHARS) this.#ranges = mergeRanges([...this.#ranges, { start: from, end: this.#text.length }]);
      this.#decide(this.#text.length);
    }
    this.#text = '';
    this.#ranges = [];
  }

  #release(out: Item[]): void {
    while (this.#waiting[0]?.pieces.every(({ masked }) => masked !== null) === true) {
      const first = this.#waiting.shift();
      if (first === undefined) return;
      const changed = first.pieces.filter(({ text, masked }) => masked !== text);
      out.push(changed.length === 0 ? first.item : this.#kind.rewrite(first.item, changed.map(({ text }) => text), changed.map(({ masked }) => masked ?? '')));
    }
  }
}

/** Where the words begin that could go on as a key; the text's length when there are none. */
function startOfKey(text: string, { textStarts: { byCode, longest } }: Needles): number {
  for (let start = Math.max(0, text.length - longest + 1); start <= text.length - MIN_START; start++) {
    const begun = byCode[text.charCodeAt(start) & 0xff];
    if (begun?.some((needle) => needle.length > text.length - start && needle.startsWith(text.slice(start))) === true) return start;
  }
  return text.length;
}

function maskedPart({ text, start }: Piece, ranges: readonly Range[]): string {
  let out = '', from = 0;
  for (const range of ranges) {
    const begin = Math.max(range.start - start, from), end = Math.min(range.end - start, text.length);
    if (end <= begin) continue;
    const mask = maskOf(range.end - range.start);
    out += text.slice(from, begin) + mask.slice(begin + start - range.start, end + start - range.start);
    from = end;
  }
  return out + text.slice(from);
}

/** Where wire formats keep words: https://platform.openai.com/docs/api-reference, https://docs.anthropic.com/en/docs/build-with-claude/streaming */
const WORD_FIELDS = new Set(['content', 'refusal', 'reasoning', 'reasoning_content', 'summary', 'arguments', 'input', 'delta', 'text', 'thinking', 'partial_json']);

function rewriteEvent(event: StreamEvent, said: readonly string[], masked: readonly string[]): StreamEvent {
  let object = mapStrings(event.object, (text, field) => { const at = WORD_FIELDS.has(field) ? said.indexOf(text) : -1; return at < 0 ? text : (masked[at] ?? ''); });
  let data = JSON.stringify(object);
  // Words in a field that we do not know: wherever they stand.
  if (data === JSON.stringify(event.object)) {
    object = mapStrings(event.object, (text) => said.reduce((rest, words, at) => rest.replaceAll(words, () => masked[at] ?? ''), text));
    data = JSON.stringify(object);
  }
  const { event: name, done, model, deltas, content, finishes, usage, error } = event;
  return { event: name, data, done, object, model, deltas, content, finishes, usage, error };
}

/** A copy of a JSON object with every text mapped, told the name of the field that it stands in. */
function mapStrings<T>(data: T, map: (text: string, field: string) => string): T {
  const copy = (value: unknown, field: string): unknown => {
    if (typeof value === 'string') return map(value, field);
    if (Array.isArray(value)) return value.map((inner) => copy(inner, field));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copy(inner, name)]));
  };
  return copy(data, '') as T;
}
