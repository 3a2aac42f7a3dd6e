import type { Candidate } from '../../config/schema.ts';
import type { TaskProfile } from '../types.ts';
import { callCostUsd } from './metrics.ts';

/** Part of a warm conversation's input that comes from the prompt cache: all but the newest turn. */
export const WARM_SHARE = 0.9;
/**
 * Model calls that an agent makes for one task. Medians over the issues of SWE-bench Verified: 12 for GPT-5 and GPT-5 mini, 33 for
 * Claude Sonnet 4, 47 for Sonnet 4.5; this is about their geometric mean.
 */
const STEPS_OF_A_TASK = 20;
/** Tokens that a step adds to the conversation: a call and what its tool says. About what the agents in docs/clients.md were seen to add; our own round number. */
const TOKENS_A_STEP = 1_500;

/** Expected USD of answering the request with one call; with a warm prompt cache most of the input is read from it. Null: no price is known. */
export function expectedCostUsd({ pricing }: Candidate, { contextTokens, expectedOutputTokens }: TaskProfile, warm: boolean): number | null {
  return pricing === undefined ? null : callCostUsd(pricing, contextTokens, expectedOutputTokens, warm ? Math.floor(contextTokens * WARM_SHARE) : 0);
}

/**
 * Expected USD a call over the whole task that the request belongs to. An agent's loop fills the prompt cache once and reads from it
 * in every further step, while the conversation grows: so the price of cached input is most of what a long loop costs, and what a
 * switch costs is paid once, which is little for a long loop and all for a single question.
 */
export function costPerStepUsd(candidate: Candidate, task: TaskProfile, warm: boolean): number | null {
  const first = expectedCostUsd(candidate, task, warm);
  if (first === null || !task.needs.tools || task.turn === 'chore') return first;
  const { pricing } = candidate, cached = task.contextTokens + (TOKENS_A_STEP * STEPS_OF_A_TASK) / 2;
  const further = pricing === undefined ? 0 : callCostUsd(pricing, cached + TOKENS_A_STEP, task.expectedOutputTokens, cached);
  return (first + (STEPS_OF_A_TASK - 1) * further) / STEPS_OF_A_TASK;
}

/** Above so many times the usual cost a candidate is so dear that it may not set the scale for all others. */
const FAR_ABOVE = 10;

/** The cost that counts as all that may be spent, USD: the dearest of the pool, unless that one is far above the others. Null when no cost is known or all are free. */
export function scaleOfCosts(costs: readonly (number | null)[]): number | null {
  const paid = costs.filter((cost) => cost !== null && cost > 0).sort((a, b) => (a ?? 0) - (b ?? 0));
  const most = paid.at(-1), middle = paid[Math.floor(paid.length / 2)];
  return most == null || middle == null ? null : Math.min(most, FAR_ABOVE * middle);
}

/** 1 for free, 0 for all that may be spent, on a straight line, since twice the money is worth twice as much; below 0 beyond it. */
export const pricePart = (costUsd: number, scaleUsd: number | null): number => (scaleUsd === null ? 1 : 1 - costUsd / scaleUsd);
