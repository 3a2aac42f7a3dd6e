import { withinBudget } from './budget.ts';
import { toCall } from './calls.ts';
import { makeDraft, type Draft } from './draft.ts';
import { explain } from './explain.ts';
import { difficultyOf, listedCandidates, surveyMarket, type Planning } from './market.ts';
import { rationaleFor } from './panel.ts';
import { poolOf } from './pool.ts';
import { profileTask } from './profile/profile.ts';
import { resolveModel, type Target } from './resolve-model.ts';
import type { Tier } from './score/weights.ts';
import { findSession, type Session } from './session.ts';
import { chooseStrategy } from './strategy.ts';
import type { BudgetInfo, Plan, PlanInput, PlanResult, TaskProfile } from './types.ts';

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
  const { task, complexityEvidence } = profileTask(request, pool.rules);
  const session = sessionFor(input, task);
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
  return { ok: true, plan: toPlan(budgeted.draft, budgeted.budget, planning, resolved.target) };
}

/** A chore without tools shares no prompt with the session, so its cache is no help. */
function sessionFor(input: PlanInput, task: TaskProfile): Session {
  const session = findSession(input, task.turn);
  return task.turn === 'chore' && !task.needs.tools ? { ...session, warmId: null } : session;
}

function toPlan(draft: Draft, budget: BudgetInfo, planning: Planning, target: Target): Plan {
  const { task, session, scored, rejected } = planning;
  const { primary, fallbacks } = draft;
  const primaryCall = toCall(primary, planning, fallbacks);
  return {
    mode: draft.mode,
    strategy: draft.strategy,
    reason: draft.reason,
    task,
    candidates: [...scored],
    rejected: [...rejected],
    primary: primaryCall,
    fallbacks: fallbacks.map((candidate, index) => toCall(candidate, planning, fallbacks.slice(index + 1))),
    verifier: draft.verifier === null ? null : toCall(draft.verifier, planning),
    panel: draft.panel.map((candidate) => toCall(candidate, planning)),
    judge: draft.judge === null ? null : toCall(draft.judge, planning),
    synthesizer: draft.synthesizer === null ? null : primaryCall,
    session: session.info,
    pin: pinOf(draft, planning, target),
    budget,
    explanation: explain(draft, budget, planning),
    route: { selectedRoles: draft.roles, rationale: rationaleFor(draft.roles, task) },
  };
}

/** Chores do not move the pin, and a model that nobody configured cannot be one. */
function pinOf({ primary }: Draft, { session: { info }, task }: Planning, target: Target): Plan['pin'] {
  if (info.id === null || task.turn === 'chore' || (target.kind === 'named' && target.mode === 'passthrough')) return null;
  return { sessionId: info.id, candidateId: primary.id, role: primary.role, model: primary.model };
}
