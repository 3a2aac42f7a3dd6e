import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';
import { toForms, type Form, type Lemma } from './lexicon.ts';

/** What one pass over the task found. */
export interface Found {
  /** Each lemma once, in the order of the text, with its first words as they stand there. */
  hits: { lemma: Lemma; words: string; at: number }[];
  listItems: number;
}

interface Search extends Found {
  text: string;
  /** The number of this search: what `seen` says of a lemma that was found already. */
  number: number;
}

/** By lemma: the last search that found it. One array for all searches, since a new one costs as much as a short text. */
const seen = new Float64Array(ENGLISH.length + CHINESE.length);
let searches = 0;

const LETTER = 1, DIGIT = 2, CHINESE_CHARACTER = 4;
const ALNUM = LETTER | DIGIT;
const NEWLINE = 10, HYPHEN = 45, DOT = 46;
const CJK_FIRST = 0x3400, CJK_LAST = 0x9fff;
const LONGEST_WORD = 24;

/** Kind of every UTF-16 code unit. */
const KIND = new Uint8Array(1 << 16);
KIND.fill(DIGIT, 48, 58);
KIND.fill(LETTER, 65, 91);
KIND.fill(LETTER, 97, 123);
KIND.fill(CHINESE_CHARACTER, CJK_FIRST, CJK_LAST + 1);

/** Characters that tie a word to an identifier, a path or an address. */
const TIES = new Set(['.', '/', '\\', '_', '@', '$'].map((tie) => tie.charCodeAt(0)));

/** Words are found by length, first two and last character, then compared letter by letter: hashing each whole word would cost more. */
const SLOTS = 1 << 13;
const wordSlot = (first: number, second: number, last: number, length: number): number =>
  Math.imul((first & 31) | ((second & 31) << 5) | ((last & 31) << 10) | (length << 15), 0x9e3779b1) >>> 19;

/** Forms by slot, and for every slot the number of its list, 0 where there is none. */
const english: Form[][] = [];
const englishAt = new Uint16Array(SLOTS);
for (const form of toForms(ENGLISH, 0, (text) => /^[a-z0-9]+/.exec(text)?.[0] ?? text)) {
  const { first } = form;
  const slot = wordSlot(first.charCodeAt(0), first.charCodeAt(Math.min(1, first.length - 1)), first.charCodeAt(first.length - 1), first.length);
  englishAt[slot] ||= english.push([]);
  english[(englishAt[slot] ?? 0) - 1]?.push(form);
}

/** Chinese words by their first two characters (none is shorter). */
const pairSlot = (first: number, second: number): number => (Math.imul(first, 0x9e37) ^ second) & 0xffff;
const chinese: Form[][] = [];
const chineseAt = new Uint16Array(1 << 16);
for (const form of toForms(CHINESE, ENGLISH.length, (text) => text.slice(0, 2))) {
  const slot = pairSlot(form.first.charCodeAt(0), form.first.charCodeAt(1));
  chineseAt[slot] ||= chinese.push([]);
  chinese[(chineseAt[slot] ?? 0) - 1]?.push(form);
}

/**
 * Reads a text once, character by character, and looks its words up: no copy, no lower-casing, no regular expression,
 * about 3 ns a character. Words inside paths and identifiers (`add.test.js`, `--test`) do not count.
 */
export function scan(text: string): Found {
  const search: Search = { text, hits: [], listItems: 0, number: ++searches };
  const end = text.length;
  let i = 0;
  while (i < end) {
    const first = text.charCodeAt(i), kind = KIND[first] ?? 0;
    if ((kind & ALNUM) !== 0) {
      const start = i++;
      while (i < end && ((KIND[text.charCodeAt(i)] ?? 0) & ALNUM) !== 0) i++;
      const length = i - start;
      if (length > LONGEST_WORD) continue;
      const list = englishAt[wordSlot(first, text.charCodeAt(length > 1 ? start + 1 : start), text.charCodeAt(i - 1), length)] ?? 0;
      if (list !== 0) lookUpWord(search, english[list - 1] ?? [], start, i);
    } else if (kind === CHINESE_CHARACTER) {
      i = scanChinese(search, i, first);
    } else {
      if (first === NEWLINE && startsListItem(text, i + 1)) search.listItems++;
      i++;
    }
  }
  return search;
}

function lookUpWord(search: Search, forms: readonly Form[], start: number, end: number): void {
  const { text, number } = search;
  for (const { lemma, first, rest } of forms) {
    const stop = end + rest.length;
    if (first.length !== end - start || seen[lemma.index] === number || !sameText(text, start, first) || !sameText(text, end, rest)) continue;
    if (rest !== '' && isWordChar(text.charCodeAt(stop))) continue;
    // `node.js` stands in the lexicon as it is written; any other word before a dot and a letter is part of a name.
    if (!rest.startsWith('.') && isTied(text, start, end)) continue;
    seen[lemma.index] = number;
    search.hits.push({ lemma, words: text.slice(start, stop), at: start });
  }
}

/** Reads a run of Chinese characters; returns where it ends. */
function scanChinese(search: Search, from: number, firstCode: number): number {
  const { text } = search;
  let i = from, first = firstCode;
  for (;;) {
    const second = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
    const list = chineseAt[pairSlot(first, second)] ?? 0;
    if (list !== 0) lookUpPair(search, chinese[list - 1] ?? [], i);
    i++;
    if (KIND[second] !== CHINESE_CHARACTER) return i;
    first = second;
  }
}

function lookUpPair({ text, number, hits }: Search, forms: readonly Form[], at: number): void {
  for (const { lemma, first, rest } of forms) {
    if (seen[lemma.index] === number || !text.startsWith(first, at) || !text.startsWith(rest, at + 2)) continue;
    seen[lemma.index] = number;
    hits.push({ lemma, words: first + rest, at });
  }
}

/** `expected` is lower case; a space in it stands for any white space or hyphen. */
function sameText(text: string, at: number, expected: string): boolean {
  if (at + expected.length > text.length) return false;
  for (let i = 0; i < expected.length; i++) {
    const want = expected.charCodeAt(i), have = text.charCodeAt(at + i);
    if (want === have || (KIND[have] === LETTER && (have | 32) === want)) continue;
    if (want !== 32 || !(have === NEWLINE || have === 9 || have === HYPHEN)) return false;
  }
  return true;
}

/** Is it a part of a path, an identifier, a flag, or a word with letters beyond ASCII? */
function isTied(text: string, start: number, end: number): boolean {
  const before = start > 0 ? text.charCodeAt(start - 1) : 32;
  const after = end < text.length ? text.charCodeAt(end) : 32;
  if (TIES.has(before) || isForeignLetter(before) || isForeignLetter(after)) return true;
  if (before === HYPHEN && !isWordChar(start > 1 ? text.charCodeAt(start - 2) : 32)) return start > 1 && text.charCodeAt(start - 2) === HYPHEN;
  if (!TIES.has(after)) return false;
  const next = end + 1 < text.length ? text.charCodeAt(end + 1) : 32;
  // A full stop at the end of a sentence ties nothing.
  return isWordChar(next);
}

const isWordChar = (code: number): boolean => ((KIND[code] ?? 0) & ALNUM) !== 0;
const isForeignLetter = (code: number): boolean => code >= 0xc0 && code < 0x2000;

/** `- x`, `* x`, `1. x`, `2) x` at the start of a line. */
function startsListItem(text: string, from: number): boolean {
  let i = from;
  while (text.charCodeAt(i) === 32 && i - from < 4) i++;
  let c = text.charCodeAt(i);
  if (c === HYPHEN || c === 42) return text.charCodeAt(i + 1) === 32;
  if (KIND[c] !== DIGIT) return false;
  while (KIND[c] === DIGIT) c = text.charCodeAt(++i);
  return (c === DOT || c === 41) && text.charCodeAt(i + 1) === 32;
}
