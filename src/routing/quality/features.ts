import { BREAK, DIGIT, KIND, LETTER, MARK, sampleOf, WIDE } from './characters.ts';
import { readCues } from './cues.ts';

/**
 * What the quality model sees of a prompt: which words and word pairs occur (as hashes), and the shape of the text.
 * One pass over a bounded sample, character by character. Nothing here knows a language: letters of every script make words,
 * each Chinese, Japanese or Korean character is a word of its own.
 */
export interface PromptFeatures {
  /** Distinct hashes of words, pairs, beginnings and endings, 24 bits each, in the order of their first occurrence. */
  grams: Uint32Array;
  /** {@link SHAPE_NAMES}, each 0..2, mostly below 1. */
  shape: Float32Array;
  /** What kind of task it is and how much there is to do: see `CUE_NAMES`. */
  cues: Float32Array;
}

/** Grams beyond this many are not looked at. */
const MOST_GRAMS = 2_000;

export const SHAPE_NAMES = [
  'chars', 'charsSquared', 'tiny', 'short', 'long', 'huge', 'words', 'wordLength', 'longWords', 'lines', 'lineLength', 'blankLines', 'indented',
  'sentences', 'questions', 'endsWithQuestion', 'endsWithColon', 'digits', 'numbers', 'largeNumbers', 'decimals', 'upper', 'titleWords', 'commas',
  'quotes', 'brackets', 'braces', 'parentheses', 'operators', 'equals', 'backslashes', 'dollars', 'underscores', 'semicolons', 'options', 'lists',
  'fences', 'headings', 'wide', 'otherLetters', 'distinct', 'repeats', 'percent', 'apostrophes', 'dots', 'colons', 'depth', 'longestLine', 'lastLine',
] as const;
const SHAPES = SHAPE_NAMES.length;

const NEWLINE = 10, DOT = 46, QUESTION = 63, EXCLAMATION = 33;
/** Marks of Chinese and Japanese text, as the ASCII marks that they stand for. */
const FULL_WIDTH: Readonly<Record<number, number>> = { 0xff1f: QUESTION, 0x3002: DOT, 0xff01: EXCLAMATION, 0xff0c: 44, 0xff1a: 58 };

const mix = (hash: number, value: number): number => {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};
const SEED = { word: 0x1f, pair: 0x2f, head: 0x3f, tail: 0x4f, start: 0x5f, end: 0x6f, triple: 0x7f, number: 0x8f, mark: 0x9f, count: 0xaf, much: 0xbf };

/** Grams met so far, without an object for each: a small open table that is as long as the grams may be. */
class GramSet {
  readonly #table = new Uint32Array(1 << 12);
  readonly #grams = new Uint32Array(MOST_GRAMS);
  count = 0;

  add(hash: number): void {
    const gram = (hash >>> 8) | 1;
    let slot = gram >>> 12 & 4095;
    for (let met = this.#table[slot]; met !== 0; met = this.#table[slot]) {
      if (met === gram) return;
      slot = (slot + 1) & 4095;
    }
    if (this.count >= MOST_GRAMS) return;
    this.#table[slot] = gram;
    this.#grams[this.count++] = gram;
  }

  toArray(): Uint32Array { return this.#grams.slice(0, this.count); }
}

/** Reads a prompt. Of a long one the head and the tail are read (see {@link sampleOf}); `chars` is its whole length. */
export function readFeatures(text: string, chars = text.length): PromptFeatures {
  const sample = sampleOf(text);
  const grams = new GramSet();
  const tally = readWords(sample, grams);
  return { grams: grams.toArray(), shape: shapeOf(tally, sample.length, chars, grams.count), cues: readCues(sample, chars) };
}

interface Tally {
  words: number; letters: number; longWords: number; titles: number; upper: number; foreign: number; wide: number;
  numbers: number; digits: number; largeNumbers: number; decimals: number;
  lines: number; blank: number; indented: number; lists: number; options: number; depth: number; longestLine: number; lastLine: number;
  sentences: number; lastMark: number; marks: Uint16Array;
}

const emptyTally = (): Tally => ({
  words: 0, letters: 0, longWords: 0, titles: 0, upper: 0, foreign: 0, wide: 0, numbers: 0, digits: 0, largeNumbers: 0, decimals: 0,
  lines: 1, blank: 0, indented: 0, lists: 0, options: 0, depth: 0, longestLine: 0, lastLine: 0, sentences: 0, lastMark: 0, marks: new Uint16Array(128),
});

/** Walks over the tokens of a text: adds their grams, counts what the shape is made of. */
function readWords(text: string, grams: GramSet): Tally {
  const reader = new Reader(text, grams);
  while (reader.at < text.length) reader.readToken();
  return reader.finish();
}

class Reader {
  at = 0;
  readonly #tally = emptyTally();
  readonly #text: string;
  readonly #grams: GramSet;
  #before = 0;
  #beforeThat = 0;
  #tokens = 0;
  #lineFrom = 0;

  constructor(text: string, grams: GramSet) {
    this.#text = text;
    this.#grams = grams;
  }

  readToken(): void {
    const code = this.#text.charCodeAt(this.at++);
    switch (KIND[code]) {
      case LETTER: this.#readWord(code); break;
      case DIGIT: this.#readNumber(code); break;
      case WIDE: this.#tally.wide++; this.#add(mix(SEED.word, code)); break;
      case BREAK: this.#readBreak(); break;
      case MARK: this.#readMark(code); break;
    }
  }

  finish(): Tally {
    const tally = this.#tally, grams = this.#grams;
    tally.lastLine = this.#text.length - this.#lineFrom;
    if (tally.lastLine > tally.longestLine) tally.longestLine = tally.lastLine;
    grams.add(mix(SEED.end, this.#before));
    grams.add(mix(mix(SEED.end, this.#beforeThat), this.#before));
    addAmounts(tally, grams, this.#text.length);
    return tally;
  }

  /** A token by itself, with the one before it, with the two before it, and where it stands among the first. */
  #add(hash: number): void {
    const grams = this.#grams, before = this.#before;
    grams.add(hash);
    grams.add(mix(mix(SEED.pair, before), hash));
    if (this.#tokens > 1) grams.add(mix(mix(mix(SEED.triple, this.#beforeThat), before), hash));
    if (this.#tokens < 4) grams.add(mix(mix(SEED.start, this.#tokens), hash));
    this.#beforeThat = before; this.#before = hash; this.#tokens++;
  }

  #readWord(first: number): void {
    const text = this.#text, tally = this.#tally, end = text.length, from = this.at - 1;
    let hash = SEED.word, upper = 0, head = 0, i = from, code = first;
    do {
      if (code < 91) upper++;
      if (code >= 128) tally.foreign++;
      hash = mix(hash, code < 128 ? code | 32 : code);
      if (i - from === 3) head = hash;
      code = ++i < end ? text.charCodeAt(i) : 0;
    } while (KIND[code] === LETTER);
    const length = i - from;
    this.at = i;
    tally.words++; tally.letters += length; tally.upper += upper;
    if (length > 7) tally.longWords++;
    if (first < 91 && upper === 1) tally.titles++;
    this.#add(hash);
    if (length <= 5) return;
    this.#grams.add(mix(SEED.head, head));
    this.#grams.add(mix(mix(mix(SEED.tail, text.charCodeAt(i - 1) | 32), text.charCodeAt(i - 2) | 32), text.charCodeAt(i - 3) | 32));
  }

  #readNumber(first: number): void {
    const text = this.#text, tally = this.#tally, from = this.at - 1;
    while (KIND[text.charCodeAt(this.at)] === DIGIT) this.at++;
    const length = this.at - from;
    tally.numbers++; tally.digits += length;
    if (length > 2) tally.largeNumbers++;
    if (from > 0 && text.charCodeAt(from - 1) === DOT) tally.decimals++;
    // The digit itself, or how many there are.
    this.#add(mix(SEED.number, length === 1 ? first : 128 + Math.min(length, 6)));
  }

  #readBreak(): void {
    const tally = this.#tally, from = this.at - 1, again = from > 0 && this.#text.charCodeAt(from - 1) === NEWLINE;
    tally.lines++;
    if (from - this.#lineFrom > tally.longestLine) tally.longestLine = from - this.#lineFrom;
    this.#lineFrom = this.at;
    readLineStart(this.#text, this.at, tally);
    if (again) tally.blank++;
    else this.#add(mix(SEED.mark, NEWLINE));
  }

  #readMark(code: number): void {
    const text = this.#text, tally = this.#tally, from = this.at - 1;
    while (text.charCodeAt(this.at) === code) this.at++;
    const ascii = code < 128 ? code : FULL_WIDTH[code] ?? 0;
    tally.marks[ascii] = (tally.marks[ascii] ?? 0) + 1;
    const ends = ascii === DOT || ascii === QUESTION || ascii === EXCLAMATION;
    if (ends && (code !== ascii || this.at >= text.length || text.charCodeAt(this.at) <= 32)) tally.sentences++;
    this.#add(mix(mix(SEED.mark, code), Math.min(this.at - from, 3)));
    if (this.at + 8 >= text.length) tally.lastMark = text.slice(this.at).trim() === '' ? ascii : 0;
  }
}

/** How much there is of what, in steps of √2: within one kind of task, prompts differ in amounts more than in words. */
function addAmounts({ words, wide, numbers, digits, lines, longestLine, lastLine, depth, marks }: Tally, grams: GramSet, chars: number): void {
  const amounts = [chars, words + wide, numbers, digits, lines, longestLine, lastLine, depth];
  amounts.forEach((amount, i) => { if (amount > 0) grams.add(mix(mix(SEED.much, i), steps(amount))); });
  grams.add(mix(mix(SEED.much, 99), Math.floor(4 * Math.log2(chars + 1))));
  for (let code = 33; code < 127; code++) {
    const count = marks[code] ?? 0;
    if (count > 0) grams.add(mix(mix(SEED.count, code), steps(count)));
  }
}

const steps = (amount: number): number => Math.floor(2 * Math.log2(amount));

/** What begins a line: a list item, an option such as `B.` or `(c)`, an indent. */
function readLineStart(text: string, at: number, tally: Tally): void {
  const first = text.charCodeAt(at), second = text.charCodeAt(at + 1), third = text.charCodeAt(at + 2);
  if (first === 32 || first === 9) {
    tally.indented++;
    let i = at + 1;
    while (i - at < 40 && text.charCodeAt(i) <= 32 && text.charCodeAt(i) !== NEWLINE) i++;
    if (i - at > tally.depth) tally.depth = i - at;
  }
  else if ((first === 45 || first === 42) && second === 32) tally.lists++;
  else if (KIND[first] === DIGIT && (second === 46 || second === 41)) tally.lists++;
  else if (first >= 65 && first <= 74 && (second === 46 || second === 41 || second === 58)) tally.options++;
  else if (first === 40 && KIND[second] === LETTER && third === 41) tally.options++;
}

/** About how many characters make half of the scale of a count. */
const half = (value: number, middle: number): number => value / (value + middle);

function shapeOf(tally: Tally, read: number, chars: number, grams: number): Float32Array {
  const { marks } = tally, m = (code: number): number => marks[code] ?? 0;
  const size = Math.log1p(chars) / 10, per = read === 0 ? 0 : 100 / read, perWord = tally.words + tally.wide === 0 ? 0 : 1 / (tally.words + tally.wide);
  const open = m(40), square = m(91), curly = m(123);
  const all = tally.words + tally.wide + tally.numbers;
  const shape = [
    size, size * size, Math.exp(-chars / 60), Math.exp(-chars / 250), half(chars, 1_000), half(chars, 5_000), half(tally.words, 40),
    tally.words === 0 ? 0 : tally.letters / tally.words / 8, tally.longWords * perWord * 2, half(tally.lines - 1, 8), Math.log1p(read / tally.lines) / 8, half(tally.blank, 4),
    tally.indented / tally.lines, half(tally.sentences, 4), half(m(63), 2), tally.lastMark === 63 ? 1 : 0, tally.lastMark === 58 ? 1 : 0, Math.min(1, tally.digits * per / 10),
    half(tally.numbers, 6), half(tally.largeNumbers, 3), half(tally.decimals, 2), Math.min(1, tally.upper * per / 10), tally.titles * perWord, Math.min(1, m(44) * per / 3),
    half(m(34), 4), half(square, 3), half(curly, 3), half(open, 4), half(m(43) + m(45) + m(42) + m(47) + m(94), 8), half(m(61), 4), half(m(92), 6), half(m(36), 4),
    half(m(95), 4), half(m(59), 3), half(tally.options, 3), half(tally.lists, 3), m(96) > 0 ? half(m(96), 2) : 0, half(m(35), 2), tally.wide === 0 ? 0 : half(tally.wide, 20),
    Math.min(1, tally.foreign * per / 20), all === 0 ? 0 : Math.min(1, grams / all / 4), half(Math.max(0, all - grams / 3), 50), half(m(37), 1), half(m(39), 3),
    half(Math.max(0, m(46) - tally.sentences), 4), half(m(58), 4), half(tally.depth, 8), half(tally.longestLine, 120), half(tally.lastLine, 60),
  ];
  return Float32Array.from({ length: SHAPES }, (_, i) => Math.min(2, shape[i] ?? 0));
}
