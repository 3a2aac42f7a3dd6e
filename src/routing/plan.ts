import { withinBudget } from './budget.ts';
import { toCall } from './calls.ts';
import { makeDraft, type Draft } from './draft.ts';
import { explain, type Grounds } from './explain.ts';
import { difficultyOf, listedCandidates, surveyMarket, type Planning } from './market.ts';
import { rationaleFor } from './panel.ts';
import { poolOf } from './pool.ts';
import type { Ask } from './profile/ask.ts';
import { profileTask } from './profile/profile.ts';
import { resolveModel, type Target } from './resolve-model.ts';
import type { Tier } from './score/weights.ts';
import { findSession, type Session } from './session.ts';
import { chooseStrategy } from './strategy.ts';
import type { Ranked, Ranking } from './score/score.ts';
import type { BudgetInfo, Plan, PlanInput, Planned, PlanResult, ScoredCandidate, TaskProfile } from './types.ts';

/**
 * Decides how a request is answered, without calling anybody: what it is (profile), who could (market), who does (draft), what
 * that costs (budget), and why (explanation). Pure: the same input gives the same plan.
 *
 * Errors: 404 for an unknown `openfusion/…` model, 402 `budget_exceeded`, 400 `context_length_exceeded` and unmet needs, 429 when
 * every candidate is cooling down, 503 when the key is missing.
 */
export function planRequest(input: PlanInput): PlanResult {
  const { config, request } = input;
  const pool = poolOf(config);
  const resolved = resolveModel(request.model, input.mode, pool);
  if (!resolved.ok) return resolved;
  const { task, complexityEvidence, first } = profileTask(request, pool.rules);
  const session = sessionFor(input, task, first);
  const listed = listedCandidates(request.openrouter.models, pool);
  const tier: Tier = task.turn === 'chore' || chooseStrategy(task, complexityEvidence, config.auto.thresholds).strategy === 'fast-single' ? 'fast' : 'smart';
  const restricted = resolved.target.kind === 'auto' && listed.some((candidate) => pool.candidates.includes(candidate));
  const market = surveyMarket(input, pool, task, session, { tier, allowed: restricted ? listed : null });
  task.difficulty = difficultyOf(pool, market.scored, task);
  const planning: Planning = { input, pool, task, complexityEvidence, session, listed, restricted, ...market };
  const drafted = makeDraft(resolved.target, planning);
  if (!drafted.ok) return drafted;
  const budgeted = withinBudget(drafted.draft, planning);
  if (!budgeted.ok) return budgeted;
  return toPlan(budgeted.draft, budgeted.budget, planning, resolved.target);
}

/** A chore without tools shares no prompt with the session, so its cache is no help. */
function sessionFor(input: PlanInput, task: TaskProfile, first: Ask | null | undefined): Session {
  const session = findSession(input, task.turn, first);
  return task.turn === 'chore' && !task.needs.tools ? { ...session, warmId: null } : session;
}

function toPlan(draft: Draft, budget: BudgetInfo, planning: Planning, target: Target): Planned {
  const { task, session } = planning;
  const { primary, fallbacks } = draft;
  const primaryCall = toCall(primary, planning, fallbacks);
  const decided: Decided = {
    mode: draft.mode,
    strategy: draft.strategy,
    reason: draft.reason,
    task,
    rejected: [...planning.rejected],
    primary: primaryCall,
    fallbacks: fallbacks.map((candidate, index) => toCall(candidate, planning, fallbacks.slice(index + 1))),
    verifier: draft.verifier === null ? null : toCall(draft.verifier, planning),
    panel: draft.panel.map((candidate) => toCall(candidate, planning)),
    judge: draft.judge === null ? null : toCall(draft.judge, planning),
    synthesizer: draft.synthesizer === null ? null : primaryCall,
    session: session.info,
    pin: pinOf(draft, planning, target),
    budget,
    route: { selectedRoles: draft.roles, rationale: rationaleFor(draft.roles, task) },
  };
  const { pool, scored, rejected, detail, input: { config } } = planning;
  return explained(decided, draft, { config, pool, task, session, scored, rejected }, detail);
}

type Decided = Omit<Plan, 'candidates' | 'explanation'>;

/** Adds what people read of a plan. It is made when somebody looks, since most plans are only carried out; nothing here holds on to the request. */
function explained(decided: Decided, draft: Draft, grounds: Grounds, detail: Ranking['detail']): Planned {
  const { mode, strategy, reason, task, rejected, primary, fallbacks, verifier, panel, judge, synthesizer, session, pin, budget, route } = decided;
  let candidates: ScoredCandidate[] | null = null, explanation: string[] | null = null;
  const plan: Plan = {
    mode, strategy, reason, task,
    get candidates() { return candidates ??= grounds.scored.map(detail); },
    rejected, primary, fallbacks, verifier, panel, judge, synthesizer, session, pin, budget,
    get explanation() { return explanation ??= explain(draft, budget, grounds); },
    route,
  };
  return new MadePlan(plan, grounds.scored, detail);
}

class MadePlan implements Planned {
  readonly ok = true;
  readonly plan: Plan;
  readonly #scored: readonly Ranked[];
  readonly #detail: Ranking['detail'];

  constructor(plan: Plan, scored: readonly Ranked[], detail: Ranking['detail']) {
    this.plan = plan;
    this.#scored = scored;
    this.#detail = detail;
  }

  scored(candidateId: string): ScoredCandidate | undefined {
    const ranked = this.#scored.find(({ id }) => id === candidateId);
    return ranked === undefined ? undefined : this.#detail(ranked);
  }
}

/** Chores do not move the pin, and a model that nobody configured cannot be one. */
function pinOf({ primary }: Draft, { session: { info }, task }: Planning, target: Target): Plan['pin'] {
  if (info.id === null || task.turn === 'chore' || (target.kind === 'named' && target.mode === 'passthrough')) return null;
  return { sessionId: info.id, candidateId: primary.id, role: primary.role, model: primary.model };
}
