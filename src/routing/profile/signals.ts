import type { Domain, Signal, Skill } from '../types.ts';
import type { Theme } from './lexicon.ts';
import { scan, type Found } from './scan.ts';

export interface Reading {
  signals: Signal[];
  /** Sum of weights by skill. */
  skillSums: Record<Skill, number>;
  complexity: number;
  risk: number;
  domain: Domain;
  /** Did anything speak for or against complexity? */
  complexityEvidence: boolean;
}

/**
 * Complexity of a task of which nothing is known. It lies above the default `smart` threshold: no evidence means the default
 * tier, never the cheapest.
 */
const UNKNOWN_COMPLEXITY = 0.35;
/** An ask this long says something by its length (prompt length is the best of the cheap predictors, and a weak one). */
const LONG_CHARS = 1_500, VERY_LONG_CHARS = 5_000, LONG_WEIGHT = 0.15, VERY_LONG_WEIGHT = 0.3;
const LIST_ITEMS = 3, LIST_WEIGHT = 0.15;
const EVIDENCE_CHARS = 60;
/** The verb that a request opens with says most about what is asked. */
const OPENING_CHARS = 24, OPENING_FACTOR = 1.5;

const THEMES: readonly Theme[] = ['coding', 'reasoning', 'verification', 'writing', 'risk', 'complexity', 'simple'];
const REASONS: Record<Theme, string> = {
  coding: 'coding/debugging words', reasoning: 'reasoning words', verification: 'verification words', writing: 'writing words',
  risk: 'words of risky work', complexity: 'words of complex work', simple: 'words of a small task',
};

/**
 * Reads signals out of the text of a task.
 * Skills: sum of weights. Risk: 1 − Π(1 − w) over its words. Complexity: 0.35 × Π(1 − w) over the words of small tasks, then
 * 1 − (1 − that) × Π(1 − w) over the words of complex ones, over its length and over the number of points it lists.
 */
export function readSignals(text: string, chars: number): Reading {
  const found = scan(text);
  const sums: Record<Theme, number> = { coding: 0, reasoning: 0, verification: 0, writing: 0, risk: 0, complexity: 0, simple: 0 };
  const misses = { risk: 1, complexity: 1, simple: 1 };
  const words: Record<Theme, string> = { coding: '', reasoning: '', verification: '', writing: '', risk: '', complexity: '', simple: '' };
  for (const { lemma, words: matched } of found.hits) {
    for (const [theme, weight] of lemma.weights) {
      sums[theme] += weight;
      if (theme === 'risk' || theme === 'complexity' || theme === 'simple') misses[theme] *= 1 - weight;
      words[theme] = withWord(words[theme], matched);
    }
  }
  const shape = shapeSignals(found, chars);
  const base = UNKNOWN_COMPLEXITY * misses.simple;
  return {
    signals: [...themeSignals(sums, misses, words), ...shape],
    skillSums: { coding: sums.coding, reasoning: sums.reasoning, verification: sums.verification, writing: sums.writing },
    complexity: 1 - (1 - base) * misses.complexity * shape.reduce((miss, { score }) => miss * (1 - score), 1),
    risk: 1 - misses.risk,
    domain: domainOf(found),
    complexityEvidence: sums.complexity > 0 || sums.simple > 0 || shape.length > 0,
  };
}

const withWord = (line: string, word: string): string => {
  const next = line === '' ? word : `${line}, ${word}`;
  return next.length <= EVIDENCE_CHARS ? next : line === '' ? word.slice(0, EVIDENCE_CHARS) : line;
};

function themeSignals(sums: Record<Theme, number>, misses: { risk: number; complexity: number; simple: number }, words: Record<Theme, string>): Signal[] {
  const signals: Signal[] = [];
  for (const theme of THEMES) {
    if (sums[theme] === 0) continue;
    const chance = theme === 'risk' || theme === 'complexity' || theme === 'simple' ? 1 - misses[theme] : sums[theme];
    const score = rounded(theme === 'simple' ? -chance : chance);
    signals.push({ kind: theme === 'simple' ? 'complexity' : theme, score, evidence: words[theme], reason: REASONS[theme] });
  }
  return signals;
}

/** What the form of an ask says beside its words. */
function shapeSignals({ listItems }: Found, chars: number): Signal[] {
  const signals: Signal[] = [];
  if (chars >= LONG_CHARS) signals.push({ kind: 'complexity', score: chars >= VERY_LONG_CHARS ? VERY_LONG_WEIGHT : LONG_WEIGHT, evidence: `${chars} characters`, reason: 'a long request' });
  if (listItems >= LIST_ITEMS) signals.push({ kind: 'complexity', score: LIST_WEIGHT, evidence: `${listItems} points`, reason: 'a list of requirements' });
  return signals;
}

/** The domain with most votes; what the request opens with counts more, and of equals the first named wins. */
function domainOf({ hits }: Found): Domain {
  const votes = new Map<Domain, number>();
  for (const { lemma: { domain, domainVotes }, at } of hits) {
    if (domain === null) continue;
    votes.set(domain, (votes.get(domain) ?? 0) + domainVotes * (at < OPENING_CHARS ? OPENING_FACTOR : 1));
  }
  let best: Domain = 'other', most = 0;
  for (const [domain, count] of votes) if (count > most) [best, most] = [domain, count];
  return best;
}

export const rounded = (value: number): number => Math.round(value * 1000) / 1000;
