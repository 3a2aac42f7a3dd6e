/** What an answer would have cost as one call of another candidate, by the tokens that were really used. */
import type { Candidate, Pricing } from '../config/schema.ts';
import type { Usage } from '../protocol/types.ts';
import { WARM_SHARE } from './score/expected-cost.ts';
import type { Plan } from './types.ts';

/** One call of a candidate, with what it would have cost in USD. */
export interface Alternative {
  candidateId: string;
  model: string;
  costUsd: number;
}

/** An answer next to one call of the strongest and of the cheapest candidate that could have given it. */
export interface Savings {
  /**
   * What both are priced by: the input of the client's own request, the part of it that a cache would have held had the session always
   * been theirs, and the output of the answer that went out. Other models count and write other numbers of tokens: how many is not known.
   */
  tokens: { input: number; cached: number; output: number; estimated: boolean };
  /** Of the candidates with a known price, the one with the highest predicted quality; null when no price is known. */
  strongest: Alternative | null;
  /** The one whose call would have cost least; null when no price is known. */
  cheapest: Alternative | null;
  /** How many other candidates could have answered whose price is not known: one of them may be stronger, or cheaper. */
  unpriced: number;
}

/** What is known of an answer when it is there. */
export interface Answered {
  /** Input of the client's request as one model counted it, without what judge and verifier read; output of the answer. */
  usage: Usage;
  /** Input tokens of the session's request before, null when its cache is cold by now or there was none, undefined when nobody remembers. */
  earlierInputTokens: number | null | undefined;
}

/** A candidate that could have answered. */
export interface Capable {
  quality: number;
  candidate: Pick<Candidate, 'id' | 'model' | 'pricing'>;
}

type Asked = Pick<Plan, 'session' | 'task'>;

/**
 * Compares an answer with one call of the strongest and of the cheapest candidate. Their caches are as warm as they would be had the
 * whole session been theirs; what such a cache holds is never thought to be less than what the real one held.
 * @param costOf USD of a usage at a price
 */
export function compareAnswer(answered: Answered, capable: Iterable<Capable>, asked: Asked, costOf: (usage: Usage, pricing: Pricing) => number): Savings {
  const usage = { ...answered.usage, cachedInputTokens: warmTokens(answered, asked) };
  let strongest: Alternative | null = null, cheapest: Alternative | null = null, most = -Infinity, unpriced = 0;
  for (const { quality, candidate: { id, model, pricing } } of capable) {
    if (pricing === undefined) { unpriced++; continue; }
    const costUsd = costOf(usage, pricing);
    if (quality > most) [most, strongest] = [quality, { candidateId: id, model, costUsd }];
    if (cheapest === null || costUsd < cheapest.costUsd) cheapest = { candidateId: id, model, costUsd };
  }
  return { tokens: { input: usage.inputTokens, cached: usage.cachedInputTokens, output: usage.outputTokens, estimated: usage.estimated }, strongest, cheapest, unpriced };
}

/** How much of the input the cache of a model would hold that answered all of the session. */
function warmTokens({ usage, earlierInputTokens: earlier }: Answered, { session, task }: Asked): number {
  const { inputTokens: input, cachedInputTokens: measured } = usage;
  const really = Math.min(measured, input);
  // A chore without tools has a prompt of its own.
  if (earlier === null || (task.turn === 'chore' && !task.needs.tools)) return really;
  if (earlier !== undefined) return Math.max(really, Math.min(earlier, input));
  return session.hit ? Math.max(really, Math.floor(input * WARM_SHARE)) : really;
}
