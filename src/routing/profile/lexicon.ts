import type { Domain, Skill } from '../types.ts';

/** What a word can speak for. `simple` speaks against complexity. */
export type Theme = Skill | 'complexity' | 'risk' | 'simple';

/**
 * One idea and the ways to write it, counted once however often it occurs.
 * `forms` are parted by `|`. Weights of skills add up (1 = a clear sign); those of complexity, risk and simple are chances, 0..1.
 */
export type Entry = readonly [forms: string, weights: Readonly<Partial<Record<Theme, number>>>, domain?: Domain, domainVotes?: number];

export interface Lemma {
  /** Its place among all lemmas of both languages. */
  index: number;
  weights: readonly (readonly [Theme, number])[];
  domain: Domain | null;
  domainVotes: number;
}

/** A way to write a lemma; `rest` is what follows its first word (English) or first two characters (Chinese), lower-cased. */
export interface Form {
  lemma: Lemma;
  first: string;
  rest: string;
}

/** @param firstIndex index of the first lemma. @param headOf the part of a form that it is looked up by. */
export function toForms(entries: readonly Entry[], firstIndex: number, headOf: (form: string) => string): Form[] {
  return entries.flatMap(([forms, weights, domain, domainVotes = 1], position) => {
    const lemma: Lemma = { index: firstIndex + position, weights: Object.entries(weights) as [Theme, number][], domain: domain ?? null, domainVotes };
    return forms.split('|').map((form): Form => {
      const first = headOf(form);
      return { lemma, first, rest: form.slice(first.length) };
    });
  });
}
