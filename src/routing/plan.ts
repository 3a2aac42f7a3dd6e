import type { Config } from '../config/schema.ts';
import { withinBudget } from './budget.ts';
import { toCall } from './calls.ts';
import { makeDraft, type Draft } from './draft.ts';
import { explain } from './explain.ts';
import { difficultyOf, listedCandidates, surveyMarket, type Planning } from './market.ts';
import { rationaleFor } from './panel.ts';
import { poolOf, type Pool } from './pool.ts';
import type { Ask } from './profile/ask.ts';
import { profileTask } from './profile/profile.ts';
import { resolveModel, type Target } from './resolve-model.ts';
import { compareAnswer, type Savings } from './savings.ts';
import type { Tier } from './score/weights.ts';
import { findSession, type Session } from './session.ts';
import { chooseStrategy } from './strategy.ts';
import type { Ranking } from './score/score.ts';
import type { BudgetInfo, Plan, PlanInput, Planned, PlannedCall, PlanResult, ScoredCandidate, Standing, TaskProfile } from './types.ts';

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
  const { primary, fallbacks, verifier, panel, judge, synthesizer } = draft;
  const primaryCall = toCall(primary, planning, fallbacks);
  const plan = new LazyPlan(draft, budget, planning, {
    primary: primaryCall,
    fallbacks: fallbacks.map((candidate, index) => toCall(candidate, planning, fallbacks.slice(index + 1))),
    verifier: verifier === null ? null : toCall(verifier, planning),
    panel: panel.map((candidate) => toCall(candidate, planning)),
    judge: judge === null ? null : toCall(judge, planning),
    synthesizer: synthesizer === null ? null : primaryCall,
    pin: pinOf(draft, planning, target),
  });
  return new MadePlan(plan, planning.ranking);
}

type Calls = Pick<Plan, 'primary' | 'fallbacks' | 'verifier' | 'panel' | 'judge' | 'synthesizer' | 'pin'>;

/**
 * A plan whose parts for people are made when somebody looks, since most plans are only carried out. Nothing here holds on to the
 * request. To all who read it, it is plain data: the two parts are its own properties, with one getter for all plans (a getter of
 * each plan's own would make it a slow object).
 */
class LazyPlan implements Plan {
  readonly mode: Plan['mode'];
  readonly strategy: Plan['strategy'];
  readonly reason: string;
  readonly task: TaskProfile;
  readonly rejected: Plan['rejected'];
  readonly primary: PlannedCall;
  readonly fallbacks: PlannedCall[];
  readonly verifier: PlannedCall | null;
  readonly panel: PlannedCall[];
  readonly judge: PlannedCall | null;
  readonly synthesizer: PlannedCall | null;
  readonly session: Plan['session'];
  readonly pin: Plan['pin'];
  readonly budget: BudgetInfo;
  readonly route: Plan['route'];
  declare readonly candidates: ScoredCandidate[];
  declare readonly explanation: string[];
  readonly #draft: Draft;
  readonly #config: Config;
  readonly #pool: Pool;
  readonly #warm: Session;
  readonly #ranking: Ranking;
  #candidates: ScoredCandidate[] | null = null;
  #explanation: string[] | null = null;

  constructor(draft: Draft, budget: BudgetInfo, { input, pool, task, session, ranking, rejected }: Planning, calls: Calls) {
    this.mode = draft.mode;
    this.strategy = draft.strategy;
    this.reason = draft.reason;
    this.task = task;
    this.rejected = rejected;
    this.primary = calls.primary;
    this.fallbacks = calls.fallbacks;
    this.verifier = calls.verifier;
    this.panel = calls.panel;
    this.judge = calls.judge;
    this.synthesizer = calls.synthesizer;
    this.session = session.info;
    this.pin = calls.pin;
    this.budget = budget;
    this.route = { selectedRoles: draft.roles, rationale: rationaleFor(draft.roles, task) };
    this.#draft = draft;
    this.#config = input.config;
    this.#pool = pool;
    this.#warm = session;
    this.#ranking = ranking;
    Object.defineProperty(this, 'candidates', LazyPlan.#lazyCandidates);
    Object.defineProperty(this, 'explanation', LazyPlan.#lazyExplanation);
  }

  static readonly #lazyCandidates: PropertyDescriptor & ThisType<LazyPlan> = {
    enumerable: true,
    get() { return this.#candidates ??= this.#ranking.ranked.map((one) => this.#ranking.detail(one)); },
  };

  static readonly #lazyExplanation: PropertyDescriptor & ThisType<LazyPlan> = {
    enumerable: true,
    get() {
      return this.#explanation ??= explain(this.#draft, this.budget, {
        config: this.#config, pool: this.#pool, task: this.task, session: this.#warm, scored: this.#ranking.ranked, rejected: this.rejected,
      });
    },
  };
}

class MadePlan implements Planned {
  readonly ok = true;
  readonly plan: Plan;
  readonly #ranking: Ranking;

  constructor(plan: Plan, ranking: Ranking) {
    this.plan = plan;
    this.#ranking = ranking;
  }

  scored(candidateId: string): Standing | undefined {
    for (const ranked of this.#ranking.ranked) if (ranked.id === candidateId) return this.#ranking.standing(ranked);
    return undefined;
  }

  compare(...[answered, costOf]: Parameters<NonNullable<Planned['compare']>>): Savings {
    return compareAnswer(answered, this.#ranking.ranked, this.plan, costOf);
  }
}

/** Chores do not move the pin, and a model that nobody configured cannot be one. */
function pinOf({ primary }: Draft, { session: { info }, task }: Planning, target: Target): Plan['pin'] {
  if (info.id === null || task.turn === 'chore' || (target.kind === 'named' && target.mode === 'passthrough')) return null;
  return { sessionId: info.id, candidateId: primary.id, role: primary.role, model: primary.model };
}
