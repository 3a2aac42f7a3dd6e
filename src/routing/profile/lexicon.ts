import type { Domain, Skill } from '../types.ts';
import { folded } from './letters.ts';

/** What a word can speak for. `simple` speaks against complexity; `refers` sends the reader to the ask before. */
export type Theme = Skill | 'complexity' | 'risk' | 'simple' | 'refers';

/**
 * One idea and the ways to write it, counted once however often it occurs.
 * `forms` are parted by `|`; case and accents do not count, and in Cyrillic a form that ends with `*` stands for all that begins
 * so (four letters at least). Weights of skills add up (1 = a clear sign); those of complexity, risk and simple are chances, 0..1.
 */
export type Entry = readonly [forms: string, weights: Readonly<Partial<Record<Theme, number>>>, domain?: Domain, domainVotes?: number];

/** A name that tells the programming language: its ways to write it, the language, how surely (1 = it is named, less for a tool of it). */
export type LanguageEntry = readonly [forms: string, language: string, votes: number];

export interface Lemma {
  /** Its place among all lemmas of all languages. */
  index: number;
  weights: readonly (readonly [Theme, number])[];
  domain: Domain | null;
  domainVotes: number;
  /** The programming language that it tells, or null. */
  language: string | null;
}

/** A way to write a lemma; `rest` is what follows its first word (or its first two characters, where there are no spaces), folded. */
export interface Form {
  lemma: Lemma;
  first: string;
  rest: string;
  /** Second character of `rest`, -1 when it has none: most phrases are told apart by it. */
  restHead: number;
}

export function toLemma([, weights, domain, domainVotes = 1]: Entry, index: number): Lemma {
  return { index, weights: Object.entries(weights) as [Theme, number][], domain: domain ?? null, domainVotes, language: null };
}

/** The name of a programming language is a word of coding, too. */
const NAMED_LANGUAGE_CODING = 0.7;

export function toLanguageLemma([, language, votes]: LanguageEntry, index: number): Lemma {
  return { index, weights: [['coding', NAMED_LANGUAGE_CODING * votes]], domain: null, domainVotes: votes, language };
}

/** @param headOf the part of a form that it is looked up by. */
export function toForms(forms: string, lemma: Lemma, headOf: (form: string) => string): Form[] {
  return forms.split('|').map((written): Form => {
    const form = folded(written), first = headOf(form);
    return { lemma, first, rest: form.slice(first.length), restHead: form.length > first.length + 1 ? form.charCodeAt(first.length + 1) : -1 };
  });
}
