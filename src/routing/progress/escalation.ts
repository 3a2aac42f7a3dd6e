import type { Candidate } from '../../config/schema.ts';
import { isWithinBudget } from '../budget.ts';
import { raisedEffort } from '../effort.ts';
import type { Planning } from '../market.ts';
import type { Ranked } from '../score/score.ts';
import type { Escalation, EscalationNote, EscalationReason, PinnedEscalation } from './types.ts';

/**
 * The p90 of model calls of a run, by tier: on 500 issues of SWE-bench Verified a cheap model's runs (gpt-5-mini) end within 25 calls in nine
 * cases of ten, a strong one's (Sonnet 4.5) within 79; those that go on fail more often (AUC 0.60 to 0.69).
 */
export const P90_CALLS = { cheap: 25, strong: 79 } as const;
/** A predicted quality that is higher by less is no reason to read a whole conversation anew. */
export const CLEARLY_BETTER = 0.02;
/** Of candidates this near to each other in quality the cheaper one is taken. */
const AS_GOOD = 0.01;
/** So many are tried: with a verifier, one that the budget allows alone may be too dear. */
const MOST_CHOICES = 8;
/** Position of the dial at which money is all that counts. */
const CHEAPEST_DIAL = 10;

/** What is to be done in a session whose transcript was looked at. */
export type Verdict =
  /** `choices`: stronger candidates in the order to try them. `effort`: its own model, thinking harder, comes first. */
  | { kind: 'raise'; current: Ranked; notes: EscalationNote[]; effort: string | null; choices: readonly Ranked[] }
  | { kind: 'stay'; escalation: Escalation | null };

/** Weighs what was seen against who could take over. */
export function judge(planning: Planning): Verdict {
  const { session: { watch, pinned }, input: { config }, scored } = planning;
  const current = pinned === null ? undefined : scored.find(({ id }) => id === pinned.candidateId);
  if (watch === null || current === undefined) return { kind: 'stay', escalation: null };
  const { progress, holds, released } = watch;
  const long = longRun(current, progress.modelCalls, scored);
  const strong: EscalationNote[] = [...progress.findings.filter((finding) => finding.strong).map(withoutWeight), ...(long === null ? [] : [long])];
  if (strong.length === 0) {
    if (holds !== null) return { kind: 'stay', escalation: { level: 'held', reasons: progress.findings.map(withoutWeight), from: holds.fromId, to: holds.toId } };
    if (released !== null) return { kind: 'stay', escalation: { level: 'released', reasons: [], from: released.toId, to: null } };
    return { kind: 'stay', escalation: progress.findings.length === 0 ? null : { level: 'noted', reasons: progress.findings.map(withoutWeight), from: null, to: null } };
  }
  const choices = config.auto.scoring.costQualityTradeoff >= CHEAPEST_DIAL ? [] : strongerThan(current, planning);
  const effort = config.auto.scoring.costQualityTradeoff >= CHEAPEST_DIAL || holds?.effort != null ? null : effortInstead(current, choices[0], planning);
  if (choices.length === 0 && effort === null) return { kind: 'stay', escalation: { level: 'flagged', reasons: strong, from: null, to: null } };
  return { kind: 'raise', current, notes: strong, effort, choices };
}

const withoutWeight = ({ name, evidence }: EscalationNote): EscalationNote => ({ name, evidence });

/** A run that goes on for longer than nine of ten of its tier. The tier is that of whom its quality is nearer to, the cheapest or the best. */
function longRun(current: Ranked, modelCalls: number, scored: readonly Ranked[]): EscalationNote | null {
  if (modelCalls < P90_CALLS.cheap) return null;
  const best = Math.max(...scored.map(({ quality }) => quality));
  const cheapest = scored.reduce((least, one) => ((one.costUsd ?? Infinity) < (least.costUsd ?? Infinity) ? one : least), current);
  const tier = best - current.quality < CLEARLY_BETTER || current.quality >= (best + cheapest.quality) / 2 ? 'strong' : 'cheap';
  return modelCalls < P90_CALLS[tier] ? null : { name: 'past_p90_steps', evidence: `${modelCalls} model calls; nine of ten runs of a ${tier} model end within ${P90_CALLS[tier]}` };
}

/** Those whose predicted quality is clearly higher and that the budget allows: the best first, of equals the cheaper. */
function strongerThan(current: Ranked, planning: Planning): Ranked[] {
  const allowed = (candidate: Candidate): boolean => isWithinBudget({ strategy: 'smart-single', primary: candidate, verifier: null, panel: [], judge: null }, planning);
  const rest = planning.scored.filter(({ quality, candidate }) => quality >= current.quality + CLEARLY_BETTER && candidate.model !== current.candidate.model && allowed(candidate));
  const ordered: Ranked[] = [];
  while (rest.length > 0 && ordered.length < MOST_CHOICES) {
    const best = Math.max(...rest.map(({ quality }) => quality));
    let next = -1;
    for (const [at, { quality, costUsd }] of rest.entries()) {
      if (quality >= best - AS_GOOD && (next < 0 || (costUsd ?? Infinity) < (rest[next]?.costUsd ?? Infinity))) next = at;
    }
    ordered.push(...rest.splice(next, 1));
  }
  return ordered;
}

/** More effort of the session's own model, where its cache is warm and that is worth at least as much as the move. */
function effortInstead(current: Ranked, stronger: Ranked | undefined, planning: Planning): string | null {
  if (planning.session.warmId !== current.id) return null;
  const raised = raisedEffort(current, planning);
  return raised === null || (stronger !== undefined && raised.score < stronger.score) ? null : raised.effort;
}

/** The named reason of a plan that moved for this. */
export const REASON_OF: Readonly<Record<EscalationReason, string>> = {
  same_error_again: 'escalated_same_error', tests_fail_after_edit: 'escalated_failing_tests', repeated_edits: 'escalated_repeated_edits',
  no_diff: 'escalated_no_diff', user_says_broken: 'escalated_user_says_broken', past_p90_steps: 'escalated_past_p90',
};

/** What these reasons are to people. */
export const ESCALATION_SENTENCES: Readonly<Record<string, string>> = {
  escalated_same_error: 'The same error came again through several edits: the session needs more.',
  escalated_failing_tests: 'The tests keep failing after edits: the session needs more.',
  escalated_repeated_edits: 'The same lines are changed again and again: the session needs more.',
  escalated_no_diff: 'Many steps and no change of a file: the session needs more.',
  escalated_user_says_broken: 'The user says that it does not work yet: the session needs more.',
  escalated_past_p90: 'This run goes on for longer than nine of ten of its tier: the session needs more.',
  escalation_held: 'The session was raised before, and nothing says that this is over.',
  escalation_over: 'What the session was raised for is done: from here the best model for the task goes on.',
};

/** What the pin remembers of a raise. */
export function pinnedBy({ current, notes }: Extract<Verdict, { kind: 'raise' }>, { toId, effort, messages }: { toId: string; effort: string | null; messages: number }): PinnedEscalation {
  return { fromId: current.id, toId, effort, atMessages: messages, reasons: notes.map(({ name }) => name), state: 'open' };
}
