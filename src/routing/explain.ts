import type { Candidate } from '../config/schema.ts';
import type { Draft } from './draft.ts';
import type { Grounds } from './market.ts';
import { rationaleFor } from './panel.ts';
import { ESCALATION_SENTENCES } from './progress/escalation.ts';
import { callCostUsd } from './score/metrics.ts';
import type { BudgetInfo, RunnerUp, TaskProfile, TurnKind } from './types.ts';
import { usd } from './usd.ts';

/** The decision in short sentences, in its order, for people at the end of a long day. */
export function explain(draft: Draft, budget: BudgetInfo, grounds: Grounds, runnerUp: RunnerUp | null): string[] {
  const { task, rejected } = grounds;
  const sentences = [taskSentence(task)];
  const session = sessionSentence(draft, grounds);
  if (session !== null) sentences.push(session);
  sentences.push(strategySentence(draft, grounds), ...draft.notes, ...choiceSentences(draft, grounds, runnerUp));
  if (rejected.length > 0) sentences.push(`Left out: ${rejected.map(({ id, detail }) => `${id} (${detail})`).join('; ')}.`);
  sentences.push(budgetSentence(budget));
  sentences.push(draft.fallbacks.length === 0 ? 'Nobody stands in if it fails.' : `If it fails: ${draft.fallbacks.map(({ id }) => id).join(', ')}.`);
  return sentences;
}

const TURNS: Record<TurnKind, string> = { task: 'a new task', followup: 'a further ask', tool_result: 'a step of a running tool loop', chore: 'a background chore' };

function taskSentence({ turn, choreKind, domain, complexity, risk, signals }: TaskProfile): string {
  if (turn === 'chore') return `This is a background chore (${(choreKind ?? 'other').replace('_', ' ')}).`;
  // Only what kind of words: the words themselves are the prompt's, and stand in the signals.
  const reasons = signals.filter(({ kind }) => kind !== 'domain' && kind !== 'language').map(({ reason }) => reason);
  const why = reasons.length === 0 ? 'no telling words in it' : [...new Set(reasons)].slice(0, 4).join(', ');
  return `This is ${TURNS[turn]}, kind ${domain}, complexity ${complexity.toFixed(2)}, risk ${risk.toFixed(2)} (${why}).`;
}

function sessionSentence({ primary }: Draft, { session: { info, warmId }, pool, task }: Grounds): string | null {
  if (!info.hit || info.pins.candidateId === null) return null;
  const pinned = pool.byId.get(info.pins.candidateId);
  if (pinned === undefined) return null;
  if (warmId === null) return `The session is pinned to ${pinned.id}; its prompt cache is cold by now.`;
  if (primary.id === pinned.id || primary.pricing === undefined || task.turn === 'chore') return `The session is pinned to ${pinned.id}, whose prompt cache is warm.`;
  return `The session is pinned to ${pinned.id}; moving to ${primary.id} sends ${task.contextTokens} tokens anew, about $${usd(callCostUsd(primary.pricing, task.contextTokens, 0))}.`;
}

const REASONS: Record<string, (grounds: Grounds) => string> = {
  tool_loop: () => 'A tool loop stays on the model that began it.',
  tool_loop_moved: () => 'The model that began this tool loop cannot go on, so the best other one takes over.',
  tool_loop_unpinned: () => 'Nothing is known of the model that began this tool loop: the best one for its task takes it.',
  tools_fixed: ({ input: { config } }) => `auto.tools is "fixed": turns with tools go to the role ${config.fusion.toolRole}.`,
  one_model_only: () => 'The best model answers alone.',
  chore_cheapest: () => 'Chores go to the cheapest candidate that can do them and leave the session where it is.',
  chore_prices_unknown: () => 'No price is known, so the fast role does this chore, and the session stays where it is.',
  risk_above_fusion_threshold: ({ task, input: { config } }) => `Risk ${task.risk.toFixed(2)} reaches fusionRisk ${config.auto.thresholds.fusionRisk}: the panel answers.`,
  complexity_above_fusion_threshold: ({ task, input: { config } }) => `Complexity ${task.complexity.toFixed(2)} reaches fusionComplexity ${config.auto.thresholds.fusionComplexity}: the panel answers.`,
  risk_above_verify_threshold: ({ task, input: { config } }) => `Risk ${task.risk.toFixed(2)} reaches verifyRisk ${config.auto.thresholds.verifyRisk}: a verifier checks the answer.`,
  complexity_above_verify_threshold: ({ task, input: { config } }) => `Complexity ${task.complexity.toFixed(2)} reaches verifyComplexity ${config.auto.thresholds.verifyComplexity}: a verifier checks the answer.`,
  complexity_above_smart_threshold: ({ task, input: { config } }) => `Complexity ${task.complexity.toFixed(2)} reaches smart ${config.auto.thresholds.smart}: the best model answers alone.`,
  complexity_below_smart_threshold: ({ task, input: { config } }) => `Complexity ${task.complexity.toFixed(2)} is below smart ${config.auto.thresholds.smart}: speed and price count double.`,
  greatest_value: () => 'auto.choose is "value": the greatest expected value that the budget allows.',
  default_tier: () => 'Nothing says that it is easy or hard: the default tier, the best model alone.',
  no_verifier: () => 'A verifier was called for, and there is no second model to be one.',
  mode_fusion: () => 'The mode is Fusion: the panel answers.',
  mode_role: () => 'The mode is this role: it answers.',
  asked_for_fusion: () => 'The panel was asked for.',
  asked_for_role: () => 'This role was asked for by name.',
  asked_for_candidate: () => 'This candidate was asked for by name.',
  asked_for_passthrough: () => 'This model was asked for by its own name: it goes to the default upstream as it is.',
  named_model_unavailable: () => 'The model that was asked for cannot answer, so another one stands in.',
  ...Object.fromEntries(Object.entries(ESCALATION_SENTENCES).map(([reason, sentence]) => [reason, () => sentence])),
  budget_cheapest: () => 'The budget allows one cheap call.',
};

const strategySentence = ({ reason }: Draft, grounds: Grounds): string => REASONS[reason]?.(grounds) ?? `Reason: ${reason}.`;

function choiceSentences({ strategy, primary, verifier, panel, judge, roles }: Draft, grounds: Grounds, runnerUp: RunnerUp | null): string[] {
  const { scored, task } = grounds;
  if (strategy === 'fusion-panel') {
    return [rationaleFor(roles, task), `Panel: ${panel.map(({ id }) => id).join(', ')}; judge ${judge?.id ?? 'none'}; ${primary.id} writes the answer.`];
  }
  const chosen = scored.find(({ id }) => id === primary.id);
  const sentence = `${primary.id} (${primary.model}) answers${chosen === undefined ? '' : `, score ${chosen.score.toFixed(3)}`}${verifier === null ? '' : `; ${verifier.id} checks it`}.`;
  return [sentence, measuredSentence(primary), ...(strategy === 'direct' || task.turn === 'chore' ? [] : [runnerUpSentence(runnerUp)])].filter((one) => one !== null);
}

/** What its own calls showed, where that counted. */
function measuredSentence({ id, measured }: Candidate): string | null {
  if (measured === undefined) return null;
  const { calls, availability, firstContentS, tokensPerS } = measured;
  const parts = [
    firstContentS === null ? null : `first content after ${firstContentS.p50} s (${Math.round(firstContentS.samples)} calls)`,
    tokensPerS === null ? null : `${tokensPerS.p50} tokens/s (${Math.round(tokensPerS.samples)})`,
    calls < 1 ? null : `${(availability * 100).toFixed(0)} % of ${Math.round(calls)} calls answered`,
  ].filter((part) => part !== null);
  return `Measured here of ${id}: ${parts.join(', ')}.`;
}

/** Who else it could have been, and what would change that. */
function runnerUpSentence(other: RunnerUp | null): string | null {
  if (other === null) return null;
  const { id, by, quality, costUsd, needs } = other;
  // Two numbers that look alike would say that nothing has to change.
  const digits = needs.quality !== null && percent(needs.quality) === percent(quality) ? 1 : 0;
  const about = `right ${percent(quality, digits)}${costUsd === null ? '' : `, $${usd(costUsd)}`}`;
  if (by < 0) return `${id} scores ${(-by).toFixed(3)} more (${about}).`;
  const changes = [
    needs.quality === null ? null : `a predicted quality of ${percent(needs.quality, digits)}`,
    needs.costFactor === null ? null : `${percent(needs.costFactor)} of its cost`,
    needs.dial === null ? null : `costQualityTradeoff ${needs.dial}`,
  ].filter((change) => change !== null);
  return `Next is ${id}, ${by.toFixed(3)} behind (${about})${changes.length === 0 ? '' : `; it would be chosen with ${changes.join(', or ')}`}.`;
}

const percent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)} %`;

function budgetSentence({ plannedCalls, maxCalls, estimatedUsd, maxUsd }: BudgetInfo): string {
  const cost = estimatedUsd === null ? 'its cost is not known' : `about $${usd(estimatedUsd)}`;
  return `${plannedCalls === 1 ? 'One call' : `Up to ${plannedCalls} calls`} of ${maxCalls} allowed, ${cost}${maxUsd === null ? '' : ` of $${usd(maxUsd)} allowed`}.`;
}
