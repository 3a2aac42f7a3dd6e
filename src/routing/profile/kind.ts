import type { Domain, Signal } from '../types.ts';
import { MEANING, type Evidence } from './evidence.ts';
import { KIND, WIDE } from './letters.ts';
import type { Found } from './scan.ts';

export const DOMAINS: readonly Domain[] = ['debug', 'implement', 'refactor', 'review', 'test', 'explain', 'architecture', 'docs', 'data', 'maths', 'chat', 'other'];
const AT = Object.fromEntries(DOMAINS.map((domain, index) => [domain, index])) as Record<Domain, number>;

/** What speaks for each kind of task: sums of votes in the order of {@link DOMAINS}. */
export type Votes = Float64Array;

/** The verb that a request opens with says most about what is asked; where verbs come last, the one that it ends with. */
const OPENING_CHARS = 32, CLOSING_CHARS = 16, POSITION_FACTOR = 1.5;
/** A greeting before a task is no small talk; "how are you" asks, too. */
const CHAT_YIELDS_TO = 0.6, CHAT_YIELDS_TO_QUESTION = 1.6;
/** Less than this is no evidence for any kind. */
const LEAST_VOTES = 0.5;
/** Coding words up to this much leave a question about numbers a question of maths. */
const LITTLE_CODING = 0.8;

/** The votes of one text. @param evidence that of its form, as it counts */
export function votesOf(found: Found, evidence: readonly Evidence[], chars: number): Votes {
  const votes = new Float64Array(DOMAINS.length);
  let coding = 0;
  const isContest = evidence.some(({ kind }) => kind === 'contest');
  for (const { lemma: { domain, domainVotes, weights, language }, at } of found.hits) {
    for (const [theme, weight] of weights) if (theme === 'coding') coding += weight;
    if (domain !== null && language === null) votes[AT[domain]] = (votes[AT[domain]] ?? 0) + domainVotes * positionFactor(found, at, chars);
  }
  for (const { kind, count } of evidence) {
    const { domain, votes: weight = 0, skills } = MEANING[kind];
    if (domain === undefined) continue;
    // What a contest's problem counts and computes is its matter, not what is asked.
    if (domain === 'maths' && (isContest || (kind === 'arithmetic' && (coding > LITTLE_CODING || found.pastedChars > 0)))) continue;
    coding += skills?.coding ?? 0;
    votes[AT[domain]] = (votes[AT[domain]] ?? 0) + (kind === 'formula' ? Math.min(3.5, weight + 0.4 * (count - 1)) : weight);
  }
  settle(votes);
  return votes;
}

function positionFactor({ text }: Found, at: number, chars: number): number {
  if (at < OPENING_CHARS) return POSITION_FACTOR;
  return at >= chars - CLOSING_CHARS && KIND[text.charCodeAt(at)] === WIDE ? POSITION_FACTOR : 1;
}

function settle(votes: Votes): void {
  if ((votes[AT.chat] ?? 0) === 0) return;
  let most = 0;
  for (let index = 0; index < votes.length; index++) if (index !== AT.chat && index !== AT.explain) most = Math.max(most, votes[index] ?? 0);
  if (most >= CHAT_YIELDS_TO || (votes[AT.explain] ?? 0) >= CHAT_YIELDS_TO_QUESTION) votes[AT.chat] = 0;
}

/** The kind with most votes; of equals the first named wins, and `other` when nothing says enough. */
export function domainOf(votes: Votes): Domain {
  let best: Domain = 'other', most = LEAST_VOTES - 1e-9;
  for (let index = 0; index < votes.length; index++) if ((votes[index] ?? 0) > most) [best, most] = [DOMAINS[index] ?? 'other', votes[index] ?? 0];
  return best;
}

const EVIDENCE_CHARS = 60;

/** Adds what spoke for a kind, each piece with its evidence: the words in one signal, each sort of form in one. */
export function addKind(signals: Signal[], domain: Domain, { hits }: Found, evidence: readonly Evidence[]): void {
  let words = '', votes = 0;
  for (const { lemma, words: matched } of hits) {
    if (lemma.domain !== domain) continue;
    votes += lemma.domainVotes;
    const next = words === '' ? matched : `${words}, ${matched}`;
    if (next.length <= EVIDENCE_CHARS) words = next;
  }
  if (votes > 0) signals.push({ kind: 'domain', score: Math.round(votes * 1000) / 1000, evidence: words, reason: WORDS_OF[domain] });
  for (const { kind, text } of evidence) {
    const meaning = MEANING[kind];
    if (meaning.domain === domain) signals.push({ kind: 'domain', score: meaning.votes ?? 0, evidence: text.slice(0, EVIDENCE_CHARS), reason: `${domain}: ${meaning.reason}` });
  }
}

const WORDS_OF = Object.fromEntries(DOMAINS.map((domain) => [domain, `${domain}: words of it`])) as Record<Domain, string>;
