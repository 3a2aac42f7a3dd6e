import type { Candidate } from '../config/schema.ts';
import type { Planning } from './market.ts';
import { callCostUsd } from './score/metrics.ts';
import { costPerStepUsd, expectedCostUsd, pricePart } from './score/expected-cost.ts';
import type { Ranked } from './score/score.ts';

/**
 * One step more of effort: what it adds to the logit of being right, and how many times as many tokens come out. Our own careful judgement
 * from makers' curves (a step wins a few points and about doubles the thinking); nobody published it for agents' work.
 */
const STEP_LOGITS = 0.25;
export const STEP_OUTPUT = 1.8;
/** OpenAI's words and Anthropic's `max`, from the least to the most. */
const EFFORTS: readonly string[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
/** Effort of a request that names none: what makers take then. */
const USUAL = 'medium';

/** The same model, thinking harder. */
export interface RaisedEffort {
  effort: string;
  /** Predicted chance of being right then, 0..1. */
  quality: number;
  /** Expected USD of this call; null when its price is not known. */
  costUsd: number | null;
  /** Its score with both in place. */
  score: number;
}

/**
 * The next effort that a candidate takes above the one that the client asks for; null when there is none, or its configuration fixes one.
 * Makers keep a prompt cache for each effort (Anthropic: https://platform.claude.com/docs/en/build-with-claude/effort; OpenAI tells a
 * change of effort among what makes a cache miss): so a warm conversation is read anew, as it is by another model.
 */
export function raisedEffort(ranked: Ranked, { input: { request }, ranking, task }: Planning): RaisedEffort | null {
  const { candidate, quality } = ranked;
  const asked = EFFORTS.indexOf(request.effort ?? USUAL);
  const effort = asked < 0 ? undefined : EFFORTS.slice(asked + 1).find((word) => takesEffort(candidate, word));
  if (effort === undefined) return null;
  const better = 1 / (1 + ((1 - quality) / quality) * Math.exp(-STEP_LOGITS));
  const { weights, scaleUsd } = ranking;
  const extraUsd = candidate.pricing === undefined ? 0 : callCostUsd(candidate.pricing, 0, task.expectedOutputTokens * (STEP_OUTPUT - 1));
  const coldUsd = expectedCostUsd(candidate, task, false), coldPerStepUsd = costPerStepUsd(candidate, task, false), { costPerStepUsd: nowUsd } = ranked;
  const dearer = coldPerStepUsd === null || nowUsd === null ? 0 : weights.price * (pricePart(nowUsd, scaleUsd) - pricePart(coldPerStepUsd + extraUsd, scaleUsd));
  return {
    effort, quality: better, costUsd: coldUsd === null ? null : coldUsd + extraUsd,
    score: ranked.score + (weights.skill + weights.benchmark) * (better - quality) - dearer,
  };
}

const EFFORT_FIELDS = ['reasoning', 'reasoning_effort', 'thinking', 'output_config'];
const takesEffort = ({ efforts, upstream }: Candidate, effort: string): boolean => efforts?.some((word) => word === effort) === true && !EFFORT_FIELDS.some((name) => name in upstream);

/** The effort that a candidate was raised to before, as long as it takes it and the client does not ask for as much by itself. */
export function keptEffort(effort: string | null, candidate: Candidate, { input: { request } }: Planning): string | null {
  const asked = EFFORTS.indexOf(request.effort ?? USUAL);
  return effort !== null && asked >= 0 && EFFORTS.indexOf(effort) > asked && takesEffort(candidate, effort) ? effort : null;
}

/** A session's own model, thinking harder, in place of another one. */
export interface HarderInstead {
  candidate: Candidate;
  effort: string;
  /** For people. */
  note: string;
}

/**
 * The session's own model at the next effort, where that is worth at least as much as a move to the stronger model that scores best:
 * both read the conversation anew, one of them at a higher price. Null where a move, or neither, is better.
 */
export function thinkHarderInstead(planning: Planning): HarderInstead | null {
  const { session: { warmId }, scored } = planning;
  const [best] = scored, warm = scored.find(({ id }) => id === warmId);
  if (best === undefined || warm === undefined || warm === best || best.quality <= warm.quality) return null;
  const raised = raisedEffort(warm, planning);
  if (raised === null || raised.score < best.score) return null;
  return { candidate: warm.candidate, effort: raised.effort, note: `${warm.id} thinks harder (${raised.effort}) instead of a move to ${best.id}: for its price that is worth as much.` };
}
