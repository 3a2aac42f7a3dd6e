import { Newest } from '../newest.ts';
import type { Domain, Signal, Skill } from '../types.ts';
import { MEANING, type Evidence, type LanguageClue } from './evidence.ts';
import { formEvidence } from './forms.ts';
import { addKind, DOMAINS, domainOf, votesOf, type Votes } from './kind.ts';
import type { Theme } from './lexicon.ts';
import { scan, type Found } from './scan.ts';

export interface Reading {
  signals: Signal[];
  /** Sum of weights by skill. */
  skillSums: Record<Skill, number>;
  complexity: number;
  risk: number;
  domain: Domain;
  /** The programming language of the task; null when nothing tells it. */
  language: string | null;
  /** Did anything speak for or against complexity? */
  complexityEvidence: boolean;
}

/**
 * Complexity of a task of which nothing is known. It lies above the default `smart` threshold: no evidence means the default
 * tier, never the cheapest.
 */
const UNKNOWN_COMPLEXITY = 0.35;
/** An ask this long says something by its length (prompt length is the best of the cheap predictors, and a weak one); pasted text counts half. */
const LONG_CHARS = 1_500, VERY_LONG_CHARS = 5_000, LONG_WEIGHT = 0.15, VERY_LONG_WEIGHT = 0.3, MOSTLY_PASTED = 0.7;
const LIST_ITEMS = 3, LIST_WEIGHT = 0.15;
const EVIDENCE_CHARS = 60;
/** What the evidence of an ask counts by how many turns it lies back. */
const WEIGHTS = [1, 0.5, 0.25] as const;
/** A language that is named or shown this clearly is the task's. */
const LEAST_LANGUAGE_VOTES = 0.5;

const THEMES: readonly Theme[] = ['coding', 'reasoning', 'verification', 'writing', 'risk', 'complexity', 'simple'];
const REASONS: Record<Theme, string> = {
  coding: 'coding/debugging words', reasoning: 'reasoning words', verification: 'verification words', writing: 'writing words',
  risk: 'words of risky work', complexity: 'words of complex work', simple: 'words of a small task', refers: 'words that refer back',
};

/**
 * Reads signals out of the text of a task.
 * Skills: sum of weights. Risk: 1 − Π(1 − w) over its words and places. Complexity: 0.35 × Π(1 − w) over the words of small tasks, then
 * 1 − (1 − that) × Π(1 − w) over the words of complex ones, over its length and over the number of points it lists.
 * Kind and language: most votes.
 * @param earlier the asks before it, newest first. They add their votes, skills and risk, the less the older they are, when the ask refers
 * to them or says nothing of its kind; complexity when it says nothing of that; and the language when it tells none.
 */
export function readSignals(text: string, chars: number, earlier?: () => readonly string[]): Reading {
  const newest = readOne(text, chars);
  const owns: Weighted[] = [{ own: newest, weight: 1 }];
  const refers = newest.sums.refers > 0 || domainOf(newest.votes) === 'other';
  const tellsLanguage = newest.found.languages.length > 0 || newest.found.hits.some(({ lemma }) => lemma.language !== null);
  const background: Weighted[] = [];
  if (earlier !== undefined && (refers || !tellsLanguage)) {
    for (const before of earlier()) (refers ? owns : background).push({ own: readOne(before, before.length), weight: WEIGHTS[owns.length + background.length] ?? 0 });
  }
  const votes = newest.votes.slice(), skillSums = { coding: 0, reasoning: 0, verification: 0, writing: 0 };
  let riskMiss = 1, simpleMiss = 1, complexMiss = 1, complexityEvidence = false;
  for (const { own, weight } of owns) {
    for (let index = 0; own !== newest && index < DOMAINS.length; index++) votes[index] = (votes[index] ?? 0) + weight * (own.votes[index] ?? 0);
    skillSums.coding += weight * own.sums.coding;
    skillSums.reasoning += weight * own.sums.reasoning;
    skillSums.verification += weight * own.sums.verification;
    skillSums.writing += weight * own.sums.writing;
    riskMiss *= 1 - weight * (1 - own.riskMiss);
    if (!own.complexityEvidence || (own !== newest && newest.complexityEvidence)) continue;
    complexityEvidence = true;
    simpleMiss *= 1 - weight * (1 - own.simpleMiss);
    complexMiss *= 1 - weight * (1 - own.complexMiss);
  }
  const domain = domainOf(votes), language = languageOf(background.length === 0 ? owns : [...owns, ...background]);
  return {
    signals: signalsOf(owns, domain, language),
    skillSums,
    complexity: 1 - (1 - UNKNOWN_COMPLEXITY * simpleMiss) * complexMiss,
    risk: 1 - riskMiss,
    domain,
    language: language?.language ?? null,
    complexityEvidence,
  };
}

interface Weighted { own: Own; weight: number }

/** What one text says by itself. */
interface Own {
  found: Found;
  evidence: readonly Evidence[];
  votes: Votes;
  sums: Record<Theme, number>;
  words: Record<Theme, string>;
  /** Π(1 − weight) over its words. */
  misses: { risk: number; complexity: number; simple: number };
  /** The same with the form of the text. */
  riskMiss: number;
  simpleMiss: number;
  complexMiss: number;
  complexityEvidence: boolean;
  /** Of its length, its points and its risky places. */
  shape: Signal[];
}

const newestReadings = new Newest<Own>();

/** An ask that was cut is told apart from one that is as short, by its length. */
const readOne = (text: string, chars: number): Own => (chars === text.length ? newestReadings.get(text, () => readNew(text, chars)) : readNew(text, chars));

function readNew(text: string, chars: number): Own {
  const found = scan(text), evidence = formEvidence(found, text);
  const sums: Record<Theme, number> = { coding: 0, reasoning: 0, verification: 0, writing: 0, risk: 0, complexity: 0, simple: 0, refers: 0 };
  const words: Record<Theme, string> = { coding: '', reasoning: '', verification: '', writing: '', risk: '', complexity: '', simple: '', refers: '' };
  const misses = { risk: 1, complexity: 1, simple: 1 };
  for (const { lemma, words: matched } of found.hits) {
    for (const [theme, weight] of lemma.weights) {
      // In a long text "simple" and "what is" say nothing of its size.
      if (theme === 'simple' && chars >= LONG_CHARS) continue;
      sums[theme] += weight;
      if (theme === 'risk' || theme === 'complexity' || theme === 'simple') misses[theme] *= 1 - weight;
      words[theme] = withWord(words[theme], matched);
    }
  }
  const shape = shapeSignals(found, chars, text.length);
  let riskMiss = misses.risk, complexMiss = misses.complexity;
  for (const { kind, text: shown } of evidence) {
    const { skills, risk, reason } = MEANING[kind];
    for (const skill in skills) sums[skill as Skill] += skills[skill as Skill] ?? 0;
    // Where its words were found already it is the same sign.
    if (risk === undefined || (kind === 'destructive' && found.hits.some(({ lemma: { weights }, words: matched }) => shown.startsWith(matched) && weights.some(([theme]) => theme === 'risk')))) continue;
    riskMiss *= 1 - risk;
    shape.push({ kind: 'risk', score: risk, evidence: shown, reason });
  }
  for (const { kind, score } of shape) if (kind === 'complexity') complexMiss *= 1 - score;
  return {
    found, evidence, votes: votesOf(found, evidence, text.length), sums, words, misses, shape, complexMiss, riskMiss, simpleMiss: misses.simple,
    complexityEvidence: sums.complexity > 0 || sums.simple > 0 || complexMiss < 1,
  };
}

const withWord = (line: string, word: string): string => {
  const next = line === '' ? word : `${line}, ${word}`;
  return next.length <= EVIDENCE_CHARS ? next : line === '' ? word.slice(0, EVIDENCE_CHARS) : line;
};

function signalsOf(owns: readonly Weighted[], domain: Domain, language: LanguageClue | null): Signal[] {
  const signals: Signal[] = [];
  for (const { own, weight } of owns) {
    const first = signals.length;
    addThemes(signals, own);
    for (const signal of own.shape) signals.push(signal);
    addKind(signals, domain, own.found, own.evidence);
    for (let index = first; weight < 1 && index < signals.length; index++) {
      const signal = signals[index];
      if (signal !== undefined) signals[index] = { ...signal, score: rounded(signal.score * weight), reason: `${signal.reason}, in an ask before` };
    }
  }
  if (language !== null) signals.push({ kind: 'language', score: rounded(language.votes), evidence: language.text.slice(0, EVIDENCE_CHARS), reason: `${language.language}: ${language.reason}` });
  return signals;
}

function addThemes(signals: Signal[], { sums, words, misses }: Own): void {
  for (const theme of THEMES) {
    if (words[theme] === '') continue;
    const score = theme === 'simple' ? misses.simple - 1 : theme === 'risk' ? 1 - misses.risk : theme === 'complexity' ? 1 - misses.complexity : sums[theme];
    signals.push({ kind: theme === 'simple' ? 'complexity' : theme, score: rounded(score), evidence: words[theme], reason: REASONS[theme] });
  }
}

/** What the form of an ask says of its size. @param read how much of it was read */
function shapeSignals({ listItems, pastedChars }: Found, chars: number, read: number): Signal[] {
  const signals: Signal[] = [];
  const pasted = pastedChars > read * MOSTLY_PASTED;
  if (chars >= LONG_CHARS) {
    const weight = chars >= VERY_LONG_CHARS ? VERY_LONG_WEIGHT : LONG_WEIGHT;
    signals.push({ kind: 'complexity', score: pasted ? weight / 2 : weight, evidence: `${chars} characters`, reason: pasted ? 'a long request, most of it pasted' : 'a long request' });
  }
  if (listItems >= LIST_ITEMS) signals.push({ kind: 'complexity', score: LIST_WEIGHT, evidence: `${listItems} points`, reason: 'a list of requirements' });
  return signals;
}

/** The programming language with most votes; null when none has enough. */
function languageOf(owns: readonly Weighted[]): LanguageClue | null {
  const clues: LanguageClue[] = [];
  for (const { own: { found }, weight } of owns) {
    for (const { language, votes, text, reason } of found.languages) addClue(clues, language, votes * weight, text, reason);
    for (const { lemma: { language, domainVotes }, words } of found.hits) if (language !== null) addClue(clues, language, domainVotes * weight, words, 'its name');
  }
  let best: LanguageClue | null = null;
  for (const clue of clues) if (clue.votes >= LEAST_LANGUAGE_VOTES && clue.votes > (best?.votes ?? 0)) best = clue;
  return best;
}

function addClue(clues: LanguageClue[], language: string, votes: number, text: string, reason: string): void {
  for (const known of clues) if (known.language === language) { known.votes += votes; return; }
  clues.push({ language, votes, text, reason });
}

export const rounded = (value: number): number => Math.round(value * 1000) / 1000;
