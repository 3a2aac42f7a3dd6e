import { FOLD } from './letters.ts';
import { toForms, toLanguageLemma, toLemma, type Entry, type Form, type Lemma } from './lexicon.ts';
import { CHINESE } from './words/chinese.ts';
import { ENGLISH } from './words/english.ts';
import { FRENCH } from './words/french.ts';
import { GERMAN } from './words/german.ts';
import { JAPANESE } from './words/japanese.ts';
import { KOREAN } from './words/korean.ts';
import { LANGUAGES } from './words/languages.ts';
import { PORTUGUESE } from './words/portuguese.ts';
import { REFERRING, REFERRING_UNSPACED } from './words/referring.ts';
import { RUSSIAN } from './words/russian.ts';
import { SPANISH } from './words/spanish.ts';

/** The word lists, ready to be looked up. One table for all tongues: people mix them. */

const SPACED: readonly Entry[] = [...ENGLISH, ...SPANISH, ...PORTUGUESE, ...FRENCH, ...GERMAN, ...RUSSIAN, ...REFERRING];
const UNSPACED: readonly Entry[] = [...CHINESE, ...JAPANESE, ...KOREAN, ...REFERRING_UNSPACED];

/** How many lemmas there are. */
export const LEMMAS = SPACED.length + UNSPACED.length + LANGUAGES.length;

/** Words are found by length, first two and last character, then compared letter by letter: hashing each whole word would cost more. */
const SLOTS = 1 << 16;
const wordSlot = (first: number, second: number, last: number, length: number): number =>
  Math.imul((first & 31) | ((second & 31) << 5) | ((last & 31) << 10) | (length << 15), 0x9e3779b1) >>> 16;
const pairSlot = (first: number, second: number): number => (Math.imul(first, 0x9e37) ^ second) & 0xffff;
const stemSlot = (a: number, b: number, c: number, d: number): number => ((a & 63) * 31 + (b & 63) * 961 + (c & 63) * 17 + (d & 63)) & 0x3fff;

/** Lists of forms, and by slot the number of the list: 0, the empty one, where there is none. Plain arrays: this is read for every word. */
const LISTS: Form[][] = [[]];
const words = new Uint16Array(SLOTS), stems = new Uint16Array(1 << 14), pairs = new Uint16Array(1 << 16);

function add(table: Uint16Array, slot: number, form: Form): void {
  if ((table[slot] ?? 0) === 0) table[slot] = LISTS.push([]) - 1;
  LISTS[table[slot] ?? 0]?.push(form);
}

const firstWord = (form: string): string => /^[a-z0-9ßøæœ\u0400-\u052f]+/.exec(form)?.[0] ?? form;

function addSpaced(forms: string, lemma: Lemma): void {
  const isStem = (form: string): boolean => form.endsWith('*');
  const written = forms.split('|');
  for (const form of written.filter((one) => !isStem(one)).flatMap((one) => toForms(one, lemma, firstWord))) {
    const { first } = form, at = (index: number): number => first.charCodeAt(index);
    add(words, wordSlot(at(0), at(Math.min(1, first.length - 1)), at(first.length - 1), first.length), form);
  }
  for (const form of written.filter(isStem).flatMap((one) => toForms(one.slice(0, -1), lemma, (stem) => stem.slice(0, 4)))) {
    const { first } = form;
    add(stems, stemSlot(first.charCodeAt(0), first.charCodeAt(1), first.charCodeAt(2), first.charCodeAt(3)), form);
  }
}

let index = 0;
for (const entry of SPACED) addSpaced(entry[0], toLemma(entry, index++));
for (const entry of LANGUAGES) addSpaced(entry[0], toLanguageLemma(entry, index++));
for (const entry of UNSPACED) {
  for (const form of toForms(entry[0], toLemma(entry, index), (text) => text.slice(0, 2))) add(pairs, pairSlot(form.first.charCodeAt(0), form.first.charCodeAt(1)), form);
  index++;
}

/** What may begin with a word of this length and of these characters; of letters beyond ASCII the folded ones. Number of a list for {@link formsOf}. */
export const wordsAt = (first: number, second: number, last: number, length: number): number => words[wordSlot(first, second, last, length)] ?? 0;

/** Words without spaces that begin with these two characters. */
export const pairsAt = (first: number, second: number): number => pairs[pairSlot(first, second)] ?? 0;

/** Stems that a word of four letters or more may begin with. */
export const stemsAt = (text: string, start: number): number => stems[stemSlot(FOLD[text.charCodeAt(start)] ?? 0, FOLD[text.charCodeAt(start + 1)] ?? 0, FOLD[text.charCodeAt(start + 2)] ?? 0, FOLD[text.charCodeAt(start + 3)] ?? 0)] ?? 0;

export const formsOf = (list: number): readonly Form[] => LISTS[list] ?? [];
