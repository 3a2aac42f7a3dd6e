import type { ApiError } from '../protocol/errors.ts';
import type { Candidate } from '../config/schema.ts';
import type { Draft } from './draft.ts';
import { planError } from './errors.ts';
import { STEP_OUTPUT } from './effort.ts';
import { chooseFallbacks } from './fallbacks.ts';
import { cheapestOf, type Grounds, type Planning } from './market.ts';
import { CALLS_BESIDE_PANEL } from './panel.ts';
import { callCostUsd } from './score/metrics.ts';
import { WARM_SHARE } from './score/expected-cost.ts';
import type { BudgetInfo } from './types.ts';
import { usd } from './usd.ts';

export type Budgeted = { ok: true; draft: Draft; budget: BudgetInfo } | { ok: false; error: ApiError };

/** Draft and verdict; on a tool turn a verifier that objects makes a proposal of its own. */
const VERIFY_CALLS = 2, VERIFY_TOOL_CALLS = 3;

/** What the calls of a draft follow from. */
type Costed = Pick<Draft, 'strategy' | 'primary' | 'panel' | 'judge' | 'verifier'> & Partial<Pick<Draft, 'effort'>>;

interface Limit {
  /** The key of the configuration. */
  key: string;
  usd: number;
  detail: string;
}

/**
 * Holds a draft against the budget, before any call: number of calls, then expected cost. With `budget.onExceeded: "cheapest"`
 * a draft of Auto or fusion that costs too much becomes one call to the cheapest candidate; a model asked for by name never
 * becomes another one. What has no price cannot be held against a limit.
 * Errors: 402 `budget_exceeded`, naming the key and the numbers.
 */
export function withinBudget(draft: Draft, planning: Planning): Budgeted {
  const { input: { config } } = planning;
  const plannedCalls = callsOf(draft, planning);
  const maxCalls = config.fusion.maxUpstreamCalls;
  if (plannedCalls > maxCalls) return exceeded(`This plan makes up to ${plannedCalls} model calls (${describeCalls(draft)}); fusion.maxUpstreamCalls allows ${maxCalls}.`);
  const limits = limitsFor(draft, planning);
  const budget = budgetOf(draft, planning, limits);
  const limit = brokenLimit(budget, limits);
  if (limit === null) return { ok: true, draft, budget };
  const degraded = config.budget.onExceeded === 'cheapest' && draft.strategy !== 'direct' ? toCheapest(draft, planning) : null;
  if (degraded !== null) {
    const next = budgetOf(degraded, planning, limits);
    if (brokenLimit(next, limits) === null) return { ok: true, draft: degraded, budget: next };
  }
  return exceeded(`This plan is expected to cost $${usd(budget.estimatedUsd ?? 0)}; ${limit.key} allows $${usd(limit.usd)}${limit.detail}.`);
}

/** Would these calls be made as they are, without a word about the budget? */
export function isWithinBudget(draft: Costed, planning: Planning): boolean {
  if (callsOf(draft, planning) > planning.input.config.fusion.maxUpstreamCalls) return false;
  const limits = limitsFor(draft, planning);
  return brokenLimit(budgetOf(draft, planning, limits), limits) === null;
}

const exceeded = (message: string): Budgeted => ({ ok: false, error: planError(402, message, { code: 'budget_exceeded', shouldRetry: false }) });

function callsOf({ strategy, panel }: Costed, { task }: Planning): number {
  if (strategy === 'fusion-panel') return panel.length + CALLS_BESIDE_PANEL;
  return strategy === 'single-verify' ? (task.needs.tools ? VERIFY_TOOL_CALLS : VERIFY_CALLS) : 1;
}

function describeCalls({ strategy, panel }: Draft): string {
  return strategy === 'fusion-panel' ? `a panel of ${panel.length}, judge and synthesis` : strategy === 'single-verify' ? 'draft and verification' : 'one model';
}

/** The limits that hold for a draft. `fusion.costEstimate` is about what Auto and fusion choose, not about models asked for by name. */
function limitsFor({ strategy }: Costed, { input: { config, spentTodayUsd } }: Planning): Limit[] {
  const { maxUsdPerRequest, maxUsdPerDay } = config.budget;
  const { maxUsd } = config.fusion.costEstimate;
  const limits: Limit[] = [];
  if (maxUsdPerRequest !== undefined) limits.push({ key: 'budget.maxUsdPerRequest', usd: maxUsdPerRequest, detail: '' });
  if (maxUsd !== undefined && strategy !== 'direct') limits.push({ key: 'fusion.costEstimate.maxUsd', usd: maxUsd, detail: '' });
  if (maxUsdPerDay !== undefined && spentTodayUsd !== undefined) {
    limits.push({ key: 'budget.maxUsdPerDay', usd: Math.max(0, maxUsdPerDay - spentTodayUsd), detail: ` more today ($${usd(spentTodayUsd)} of $${usd(maxUsdPerDay)} are spent)` });
  }
  return limits;
}

function budgetOf(draft: Costed, planning: Planning, limits: readonly Limit[]): BudgetInfo {
  return {
    plannedCalls: callsOf(draft, planning),
    maxCalls: planning.input.config.fusion.maxUpstreamCalls,
    estimatedUsd: estimateUsd(draft, planning),
    maxUsd: limits.length === 0 ? null : Math.min(...limits.map((limit) => limit.usd)),
  };
}

/** An unknown price breaks no limit, but a day's budget that is used up does. */
function brokenLimit({ estimatedUsd }: BudgetInfo, limits: readonly Limit[]): Limit | null {
  let tightest: Limit | null = null;
  for (const limit of limits) {
    const broken = estimatedUsd === null ? limit.usd === 0 : estimatedUsd > limit.usd;
    if (broken && (tightest === null || limit.usd < tightest.usd)) tightest = limit;
  }
  return tightest;
}

/**
 * Expected USD over all planned calls; null when a price is missing. Panel, judge and synthesis answer with
 * `fusion.costEstimate.outputTokensPerCall` each, and the later ones read what the earlier ones wrote.
 */
export function estimateUsd(draft: Costed, planning: Grounds): number | null {
  const { task, session, input: { config } } = planning;
  const { inputTokensPerCall, outputTokensPerCall } = config.fusion.costEstimate;
  const context = inputTokensPerCall ?? task.contextTokens;
  const cost = ({ id, pricing }: Candidate, read: number, written: number): number | null => {
    if (pricing === undefined) return null;
    const isWarm = id === session.warmId && !(draft.effort != null && id === draft.primary.id);
    const cached = isWarm && inputTokensPerCall === undefined ? Math.floor(context * WARM_SHARE) : 0;
    return callCostUsd(pricing, context + (inputTokensPerCall === undefined ? read : 0), written, cached);
  };
  if (draft.strategy === 'fusion-panel') {
    const answers = draft.panel.length * outputTokensPerCall;
    return sum([
      ...draft.panel.map((member) => cost(member, 0, outputTokensPerCall)),
      draft.judge === null ? 0 : cost(draft.judge, answers, outputTokensPerCall),
      cost(draft.primary, answers + outputTokensPerCall, outputTokensPerCall),
    ]);
  }
  const drafted = cost(draft.primary, 0, task.expectedOutputTokens * (draft.effort == null ? 1 : STEP_OUTPUT));
  if (draft.verifier === null) return drafted;
  // On "no change" the verifier says two words; the estimate is for the answer that it may have to write.
  return sum([drafted, cost(draft.verifier, task.expectedOutputTokens, task.expectedOutputTokens)]);
}

const sum = (values: readonly (number | null)[]): number | null => values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);

function toCheapest(draft: Draft, planning: Planning): Draft | null {
  const cheapest = cheapestOf(planning.scored);
  const primary = cheapest === undefined || cheapest.costUsd === null ? undefined : planning.pool.byId.get(cheapest.id);
  if (primary === undefined) return null;
  return {
    ...draft, strategy: 'fast-single', reason: 'budget_cheapest', primary, effort: null, verifier: null, panel: [], judge: null, synthesizer: null,
    fallbacks: chooseFallbacks(primary, planning, planning.scored.map(({ id }) => id)),
    notes: [...draft.notes, `${draft.strategy} would cost more than the budget allows: the cheapest candidate answers alone.`],
  };
}
