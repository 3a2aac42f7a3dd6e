import { withinBudget } from './budget.ts';
import { toCall } from './calls.ts';
import { makeDraft, type Draft } from './draft.ts';
import { explain } from './explain.ts';
import { difficultyOf, listedCandidates, surveyMarket, type Grounds, type Planning } from './market.ts';
import { strategyOptions } from './options.ts';
import { rationaleFor } from './panel.ts';
import { poolOf } from './pool.ts';
import type { Ask } from './profile/ask.ts';
import { profileTask } from './profile/profile.ts';
import { resolveModel, type Target } from './resolve-model.ts';
import { compareAnswer, type Savings } from './savings.ts';
import { readTask } from './score/quality.ts';
import type { Tier } from './score/weights.ts';
import { runnerUpTo } from './runner-up.ts';
import { watchSession } from './progress/watch.ts';
import { findSession, type Session } from './session.ts';
import { chooseStrategy } from './strategy.ts';
import type { Ranking } from './score/score.ts';
import type { BudgetInfo, FreshPlan, Plan, PlanInput, Planned, PlannedCall, PlanResult, RunnerUp, ScoredCandidate, Standing, StrategyOption, TaskProfile } from './types.ts';

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
  const { task, complexityEvidence, first, text } = profileTask(request, pool.rules);
  // A chore goes to the cheapest whatever its words say, and its words are not the user's.
  const reading = task.turn === 'chore' ? null : readTask(text);
  const session = sessionFor(input, task, first, resolved.target);
  const listed = listedCandidates(request.openrouter.models, pool);
  const tier: Tier = task.turn === 'chore' || chooseStrategy(task, complexityEvidence, config.auto.thresholds).strategy === 'fast-single' ? 'fast' : 'smart';
  const restricted = asksForAuto(resolved.target) && listed.some((candidate) => pool.candidates.includes(candidate));
  const market = surveyMarket(input, pool, task, session, { tier, reading, allowed: restricted ? listed : null });
  task.difficulty = difficultyOf(pool, market.scored, { task, reading, config });
  const planning: Planning = { input, pool, task, complexityEvidence, reading, tier, session, listed, restricted, ...market };
  const drafted = makeDraft(resolved.target, planning);
  if (!drafted.ok) return drafted;
  const budgeted = withinBudget(drafted.draft, planning);
  if (!budgeted.ok) return budgeted;
  return toPlan(budgeted.draft, budgeted.budget, planning, resolved.target);
}

/** Did the client leave it to us who answers? The status bar's Fusion is a wish for what Auto does, not for other models than the client allows. */
const asksForAuto = (target: Target): boolean => target.kind === 'auto' || (target.kind === 'fusion' && target.by === 'mode');

/**
 * A chore without tools shares no prompt with the session, so its cache is no help. A session that was raised to a stronger model and has
 * succeeded gets no bonus for staying there: the planner chooses as for a new one.
 */
function sessionFor(input: PlanInput, task: TaskProfile, first: Ask | null | undefined, target: Target): Session {
  const session = findSession(input, task.turn, first);
  if (task.turn === 'chore') return task.needs.tools ? session : { ...session, warmId: null };
  if (target.kind === 'named') return session;
  const watch = watchSession(input, task, session);
  return { ...session, watch, sticky: watch?.released == null };
}

function toPlan(draft: Draft, budget: BudgetInfo, planning: Planning, target: Target): Planned {
  const { primary, fallbacks, verifier, panel, judge, synthesizer } = draft;
  const plain = toCall(primary, planning, fallbacks);
  const primaryCall = draft.effort === null ? plain : { ...plain, effort: draft.effort };
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
class LazyPlan implements FreshPlan {
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
  readonly escalation: Plan['escalation'];
  readonly route: Plan['route'];
  declare readonly candidates: ScoredCandidate[];
  declare readonly explanation: string[];
  declare readonly options: StrategyOption[];
  declare readonly runnerUp: RunnerUp | null;
  readonly #draft: Draft;
  readonly #grounds: Grounds;
  #candidates: ScoredCandidate[] | null = null;
  #explanation: string[] | null = null;
  #options: StrategyOption[] | null = null;
  #runnerUp: RunnerUp | null | undefined;

  constructor(draft: Draft, budget: BudgetInfo, planning: Planning, calls: Calls) {
    const { task, session, rejected } = planning;
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
    this.escalation = draft.escalation;
    this.route = { selectedRoles: draft.roles, rationale: rationaleFor(draft.roles, task) };
    this.#draft = draft;
    this.#grounds = withoutRequest(planning);
    for (const name in LazyPlan.#lazy) Object.defineProperty(this, name, LazyPlan.#lazy[name] ?? {});
  }

  predictedOf({ upstreamName, model }: { upstreamName: string; model: string }): number | undefined {
    const { ranking } = this.#grounds;
    const found = ranking.ranked.find(({ candidate }) => candidate.model === model && candidate.upstreamName === upstreamName);
    return found === undefined ? undefined : ranking.predicted(found);
  }

  static readonly #lazy: Record<string, PropertyDescriptor & ThisType<LazyPlan>> = {
    candidates: { enumerable: true, get() { return this.#candidates ??= this.#grounds.ranking.ranked.map((one) => this.#grounds.ranking.detail(one)); } },
    explanation: { enumerable: true, get() { return this.#explanation ??= explain(this.#draft, this.budget, this.#grounds, this.runnerUp); } },
    options: { enumerable: true, get() { return this.#options ??= strategyOptions(this.#grounds); } },
    runnerUp: { enumerable: true, get() { return this.#runnerUp === undefined ? (this.#runnerUp = this.strategy === 'direct' ? null : runnerUpTo(this.primary.candidateId, this.#grounds)) : this.#runnerUp; } },
  };
}

/** What a decision is explained from, without the request, since a trace keeps it. */
function withoutRequest({ input: { config, coolingUntilMs, keylessUpstreams, nowMs }, ...planning }: Planning): Grounds {
  return { ...planning, input: { config, coolingUntilMs, keylessUpstreams, nowMs } };
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
function pinOf({ primary, effort, pinned }: Draft, { session: { info }, task }: Planning, target: Target): Plan['pin'] {
  if (info.id === null || task.turn === 'chore' || (target.kind === 'named' && target.mode === 'passthrough')) return null;
  return { sessionId: info.id, candidateId: primary.id, role: primary.role, model: primary.model, ...(effort === null ? {} : { effort }), ...(pinned === null ? {} : { escalation: pinned }) };
}
