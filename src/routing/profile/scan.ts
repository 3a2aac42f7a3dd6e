import { extensionAt } from './evidence.ts';
import { ALNUM, DIGIT, FOLD, isForeignLetter, isWordChar, KIND, LETTER, MARK, WIDE } from './letters.ts';
import type { Form, Lemma } from './lexicon.ts';
import { readLine, type Lines } from './lines.ts';
import { formsOf, LEMMAS, pairsAt, stemsAt, wordsAt } from './vocabulary.ts';

export interface Hit { lemma: Lemma; words: string; at: number }

/** What one pass over a text found. */
export interface Found extends Lines {
  text: string;
  /** Each lemma once, in the order of the text, with its first words as they stand there. */
  hits: Hit[];
  /** Numbers that stand by themselves. */
  numbers: number;
  /** Signs of formulae: LaTeX commands, powers, roots. The first as it stands there. */
  formulae: number;
  firstFormula: string;
  /** Question marks. */
  questions: number;
  /** Does the text end with a question mark? */
  endsWithQuestion: boolean;
}

interface Search extends Found {
  /** The number of this search: what `seen` says of a lemma that was found already. */
  number: number;
}

/** By lemma: the last search that found it. One array for all searches, since a new one costs as much as a short text. */
const seen = new Float64Array(LEMMAS);
let searches = 0;

const HYPHEN = 45, DOT = 46, NEWLINE = 10, BACKSLASH = 92, CARET = 94, DOLLAR = 36, COLON = 58;
/** Between dollar signs stands a formula of at most so many characters. */
const LONGEST_FORMULA = 60;
const LONGEST_WORD = 24, LONGEST_EXTENSION = 10;
const FIRST_CYRILLIC = 0x400, STEM_CHARS = 4;

/** Characters that tie a word to an identifier, a path or an address. */
const TIES = new Uint8Array(1 << 7);
for (const tie of './\\_@$') TIES[tie.charCodeAt(0)] = 1;

/**
 * Reads a text once, line by line and word by word, and looks its words up: no copy, no lower-casing, no regular expression,
 * a few ns a character. Words inside paths and identifiers (`add.test.js`, `--test`) do not count, nor do those of pasted code.
 */
export function scan(text: string): Found {
  const search: Search = {
    text, number: ++searches, hits: [], evidence: [], languages: [], files: 0, listItems: 0, fenced: false, pastedChars: 0, options: 0, firstOption: '', lastCode: '',
    numbers: 0, formulae: 0, firstFormula: '', questions: 0, endsWithQuestion: false,
  };
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at), stop = end < 0 ? text.length : end;
    if (stop > at && !readLine(search, text, at, stop)) readWords(search, at, stop);
    at = stop + 1;
  }
  search.endsWithQuestion = search.questions > 0 && /[?？]["'”」』)）*\s]*$/.test(text.slice(-8));
  return search;
}

function readWords(search: Search, from: number, end: number): void {
  const { text } = search;
  let afterDot = -1;
  for (let i = from; i < end;) {
    const first = text.charCodeAt(i), kind = KIND[first] ?? 0;
    if ((kind & ALNUM) !== 0) {
      const start = i++;
      while (i < end && ((KIND[text.charCodeAt(i)] ?? 0) & ALNUM) !== 0) i++;
      const length = i - start;
      if (length > LONGEST_WORD) continue;
      if (kind === DIGIT && isNumber(text, start, i)) { search.numbers++; continue; }
      const list = wordsAt(folded(first), folded(text.charCodeAt(length > 1 ? start + 1 : start)), folded(text.charCodeAt(i - 1)), length);
      if (list !== 0) lookUpWord(search, formsOf(list), start, i);
      if (first >= FIRST_CYRILLIC) lookUpStem(search, start, i);
      else if (start === afterDot && length <= LONGEST_EXTENSION) extensionAt(search, text, start, i);
    } else if (kind === WIDE) {
      i = readWide(search, i, first);
    } else {
      i++;
      if (kind === MARK) readMark(search, first, i - 1);
      else if (first === DOT) afterDot = i;
    }
  }
}

/** ASCII letters of either case have the same slot anyway. */
const folded = (code: number): number => (code < 128 ? code : (FOLD[code] ?? 0));

/** All digits, and no part of a name, a version or a place in a file. */
function isNumber(text: string, start: number, end: number): boolean {
  const before = start > 0 ? text.charCodeAt(start - 1) : 32;
  for (let i = start + 1; i < end; i++) if (KIND[text.charCodeAt(i)] !== DIGIT) return false;
  return before === 32 || before === 36 || before === NEWLINE || before === 40 || KIND[before] === WIDE || KIND[before] === MARK;
}

function lookUpWord(search: Search, forms: readonly Form[], start: number, end: number): void {
  const { text, number } = search;
  const length = end - start;
  for (const form of forms) {
    if (form.first.length !== length || (form.restHead >= 0 && form.restHead !== FOLD[text.charCodeAt(end + 1)])) continue;
    const { lemma, first, rest } = form, stop = end + rest.length;
    if (seen[lemma.index] === number || !sameText(text, start, first) || !sameText(text, end, rest)) continue;
    if (rest !== '' && isWordChar(text.charCodeAt(stop)) && isWordChar(text.charCodeAt(stop - 1))) continue;
    // `node.js` stands in the lexicon as it is written; any other word before a dot and a letter is part of a name.
    if (!rest.startsWith('.') && isTied(text, start, end)) continue;
    seen[lemma.index] = number;
    search.hits.push({ lemma, words: text.slice(start, stop), at: start });
  }
}

function lookUpStem(search: Search, start: number, end: number): void {
  const { text, number } = search;
  const list = end - start < STEM_CHARS ? 0 : stemsAt(text, start);
  if (list === 0) return;
  for (const { lemma, first, rest } of formsOf(list)) {
    if (seen[lemma.index] === number || first.length + rest.length > end - start || !sameText(text, start, first) || !sameText(text, start + first.length, rest)) continue;
    if (isTied(text, start, end)) continue;
    seen[lemma.index] = number;
    search.hits.push({ lemma, words: text.slice(start, end), at: start });
  }
}

/** Reads a run of characters without spaces; returns where it ends. */
function readWide(search: Search, from: number, firstCode: number): number {
  const { text, number, hits } = search;
  let i = from, first = firstCode;
  for (;;) {
    const second = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
    const list = pairsAt(first, second);
    if (list !== 0) {
      for (const { lemma, first: head, rest } of formsOf(list)) {
        if (seen[lemma.index] === number || !text.startsWith(head, i) || !text.startsWith(rest, i + 2)) continue;
        seen[lemma.index] = number;
        hits.push({ lemma, words: head + rest, at: i });
      }
    }
    i++;
    if (KIND[second] !== WIDE) return i;
    first = second;
  }
}

const LATEX = new Set(['frac', 'dfrac', 'sqrt', 'sum', 'int', 'prod', 'begin', 'cdot', 'cdots', 'ldots', 'le', 'leq', 'ge', 'geq', 'neq', 'times', 'div', 'pm', 'pi', 'theta', 'alpha', 'beta', 'log', 'ln', 'sin', 'cos', 'tan', 'lim', 'infty', 'mathbb', 'mathbf', 'mathrm', 'text', 'left', 'right', 'overline', 'triangle', 'angle', 'circ', 'equiv', 'pmod', 'binom', 'lfloor', 'boxed', 'in', 'to', 'vec']);

/** A character that formulae and questions are made of. */
function readMark(search: Search, code: number, at: number): void {
  const { text } = search;
  if (code === 63 || code === 0xff1f) { search.questions++; return; }
  if (code === DOLLAR) {
    if (!opensFormula(text, at)) return;
  } else if (code === BACKSLASH) {
    let end = at + 1;
    while (end - at < 10 && KIND[text.charCodeAt(end)] === LETTER) end++;
    const next = text.charCodeAt(at + 1);
    // `C:\text` is a path.
    if (text.charCodeAt(at - 1) === COLON) return;
    if (end === at + 1 ? next !== 91 : !LATEX.has(text.slice(at + 1, end))) return;
  } else if (code === CARET && !(at > 0 && (isWordChar(text.charCodeAt(at - 1)) || text.charCodeAt(at - 1) === 41) && /[\w({*\\]/.test(text.charAt(at + 1)))) return;
  if (search.formulae++ === 0) search.firstFormula = text.slice(Math.max(0, text.lastIndexOf(' ', at) + 1, at - 20), at + 20).split('\n')[0] ?? '';
}

/** `$x$`, not `$5 and $7`, `$HOME/$USER`. */
function opensFormula(text: string, at: number): boolean {
  if (text.charCodeAt(at + 1) <= 32) return false;
  const close = text.slice(at + 1, at + LONGEST_FORMULA).indexOf('$') + at + 1;
  return close > at + 1 && text.charCodeAt(close - 1) > 32 && !isWordChar(text.charCodeAt(close + 1)) && !isWordChar(text.charCodeAt(at - 1));
}

/** `expected` is folded; a space in it stands for any white space or hyphen. */
function sameText(text: string, at: number, expected: string): boolean {
  if (at + expected.length > text.length) return false;
  for (let i = 0; i < expected.length; i++) {
    const want = expected.charCodeAt(i), have = text.charCodeAt(at + i);
    if (want !== FOLD[have] && !(want === 32 && have === HYPHEN)) return false;
  }
  return true;
}

/** Is it a part of a path, an identifier, a flag, or a word with letters of an unknown script? */
function isTied(text: string, start: number, end: number): boolean {
  const before = start > 0 ? text.charCodeAt(start - 1) : 32;
  const after = end < text.length ? text.charCodeAt(end) : 32;
  if (TIES[before] === 1 || isForeignLetter(before) || isForeignLetter(after)) return true;
  if (before === HYPHEN && !isWordChar(start > 1 ? text.charCodeAt(start - 2) : 32)) return start > 1 && text.charCodeAt(start - 2) === HYPHEN;
  if (TIES[after] !== 1) return false;
  // A full stop at the end of a sentence ties nothing.
  return isWordChar(end + 1 < text.length ? text.charCodeAt(end + 1) : 32);
}
