import type { Candidate } from '../config/schema.ts';
import type { ApiError } from '../protocol/errors.ts';
import { withinBudget } from './budget.ts';
import { chooseFallbacks, isSameTier } from './fallbacks.ts';
import { cheapestOf, NOT_ALLOWED, ownModelOf, type Planning } from './market.ts';
import { keptEffort, thinkHarderInstead } from './effort.ts';
import { nothingFits } from './nothing-fits.ts';
import { oneModelField } from './one-model.ts';
import { bestAffordable } from './options.ts';
import { judge, pinnedBy, REASON_OF, type Verdict } from './progress/escalation.ts';
import type { Escalation, PinnedEscalation } from './progress/types.ts';
import { chooseJudge, choosePanelRoles, chooseSynthesizer, chooseVerifier, seatPanel, seatsByAuto } from './panel.ts';
import { roleCandidate, type Target } from './resolve-model.ts';
import { namedRejectionOf, rejectionOf } from './score/filters.ts';
import { chooseStrategy, singleOf, type Choice } from './strategy.ts';
import type { Plan, RejectedCandidate } from './types.ts';

/** A decision, before its budget is looked at. */
export interface Draft {
  mode: Plan['mode'];
  strategy: Plan['strategy'];
  reason: string;
  primary: Candidate;
  fallbacks: Candidate[];
  verifier: Candidate | null;
  panel: Candidate[];
  judge: Candidate | null;
  synthesizer: Candidate | null;
  /** Effort of reasoning that the primary is asked for instead of the client's own; null: as the client asked. */
  effort: string | null;
  /** The panel's roles; for a single model, those that a panel would have. */
  roles: string[];
  /** What was moved and why, for people. */
  notes: string[];
  /** What the session's transcript made of its model; null when it showed nothing. */
  escalation: Escalation | null;
  /** The escalation that the session's pin shall remember. */
  pinned: PinnedEscalation | null;
}

export type Drafted = { ok: true; draft: Draft } | { ok: false; error: ApiError };

/** The role that does chores when no price is known. */
const FAST_ROLE = 'fast';

/** Decides who answers: what was asked for by name first, then the rules of the turn, then the thresholds. */
export function makeDraft(target: Target, planning: Planning): Drafted {
  const { input: { config }, task, pool } = planning;
  if (target.kind === 'named') return draftNamed(target, planning);
  const mode = target.kind === 'fusion' && target.by === 'model' ? 'fusion' : 'auto';
  if (task.turn === 'chore') return draftChore(mode, planning);
  if (config.auto.tools === 'fixed' && task.needs.tools) {
    const tool = roleCandidate(config.fusion.toolRole, pool);
    if (tool !== undefined) return draftNamed({ mode, candidate: tool, reason: 'tools_fixed' }, planning);
  }
  if (task.turn === 'tool_result') return draftToolLoop(mode, planning);
  const choice = choiceFor(planning);
  const field = oneModelField(planning.input.request);
  if (field !== null) return draftAlone(mode, { field, strategy: singleOf(choice), reason: target.kind === 'fusion' || choice.strategy !== singleOf(choice) ? 'one_model_only' : choice.reason }, planning);
  if (target.kind === 'fusion') return draftPanel({ mode, reason: target.by === 'mode' ? 'mode_fusion' : 'asked_for_fusion', byAuto: false }, planning);
  if (choice.strategy === 'fusion-panel') return draftPanel({ mode, reason: choice.reason, byAuto: true }, planning);
  return draftFurther(mode, choice.strategy, choice.reason, planning);
}

/** By the thresholds, or by the greatest expected value where `auto.choose` says so. */
function choiceFor(planning: Planning): Choice {
  const { input: { config: { auto } }, task, complexityEvidence } = planning;
  const choice = chooseStrategy(task, complexityEvidence, auto.thresholds);
  const best = auto.choose === 'value' ? bestAffordable(planning) : undefined;
  if (best === undefined) return choice;
  return { strategy: best.strategy === 'smart-single' ? singleOf(choice) : best.strategy, reason: 'greatest_value' };
}

function draftSingle(mode: Plan['mode'], strategy: Exclude<Plan['strategy'], 'fusion-panel'>, reason: string, planning: Planning): Drafted {
  const draft = (primary: Candidate, more: Partial<Parts> = {}): Drafted => {
    const how = checked(strategy, primary, planning);
    return ok(planning, { mode, ...how, reason: how.strategy === strategy ? reason : 'no_verifier', primary, ...more });
  };
  const harder = thinkHarderInstead(planning);
  const thinking = harder === null ? null : draft(harder.candidate, { effort: harder.effort, notes: [harder.note] });
  if (thinking !== null && isAffordable(thinking, planning)) return thinking;
  const primary = bestOf(planning);
  return primary === null ? fail(planning) : draft(primary);
}

/** Is it carried out as it was drafted? */
function isAffordable(drafted: Drafted, planning: Planning): boolean {
  const budgeted = drafted.ok ? withinBudget(drafted.draft, planning) : drafted;
  return budgeted.ok && drafted.ok && budgeted.draft === drafted.draft;
}

/** An ask of a session: what its transcript shows of its model comes before the thresholds. */
function draftFurther(mode: Plan['mode'], strategy: Exclude<Plan['strategy'], 'fusion-panel'>, reason: string, planning: Planning): Drafted {
  const { session: { watch }, scored } = planning;
  const verdict = judge(planning);
  const stronger = strategy === 'fast-single' ? 'smart-single' : strategy;
  const stay = (): Drafted => {
    const holds = watch?.holds ?? null, raised = scored.find(({ id }) => id === holds?.toId)?.candidate;
    if (holds === null || raised === undefined) return draftSingle(mode, strategy, reason, planning);
    return ok(planning, { mode, ...checked(stronger, raised, planning), reason: 'escalation_held', primary: raised, effort: keptEffort(holds.effort, raised, planning) });
  };
  return verdict.kind === 'raise' ? escalate({ mode, strategy: stronger, verdict, stay }, planning) : seen(stay(), verdict.escalation);
}

/** A strategy of one model that answers, with its verifier where it wants one and there is one. */
function checked(strategy: Exclude<Plan['strategy'], 'fusion-panel'>, primary: Candidate, planning: Planning): Pick<Parts, 'strategy'> & { verifier: Candidate | null } {
  const verifier = strategy === 'single-verify' ? chooseVerifier(primary, planning) : null;
  return { strategy: strategy === 'single-verify' && verifier === null ? 'smart-single' : strategy, verifier };
}

interface Raise { mode: Plan['mode']; strategy: Exclude<Plan['strategy'], 'fusion-panel'>; verdict: Extract<Verdict, { kind: 'raise' }>; /** What is done when nobody can take over. */ stay: () => Drafted }

/**
 * Moves a session that is stuck: to more effort of its own model where that is worth as much, else to the best of the stronger ones that
 * the budget allows.
 */
function escalate({ mode, strategy, verdict, stay }: Raise, planning: Planning): Drafted {
  const { current, notes: reasons, effort, choices } = verdict;
  const reason = REASON_OF[reasons[0]?.name ?? 'same_error_again'];
  const messages = planning.session.watch?.messages ?? 0;
  const evidence = reasons.map((one) => one.evidence).join('; ');
  const offers = [...(effort === null ? [] : [{ to: current, effort }]), ...choices.map((to) => ({ to, effort: null }))];
  for (const { to, effort: raised } of offers) {
    const note = raised === null ? `${current.id} was stuck: ${evidence}. ${to.id} takes over: it is more likely to be right.` : `${current.id} was stuck: ${evidence}. It thinks harder (${raised}) instead of a move: for its price that is worth as much.`;
    const drafted = ok(planning, {
      mode, ...checked(strategy, to.candidate, planning), reason, primary: to.candidate, effort: raised, notes: [note],
      escalation: { level: 'raised', reasons, from: current.id, to: to.id }, pinned: pinnedBy(verdict, { toId: to.id, effort: raised, messages }),
    });
    if (isAffordable(drafted, planning)) return drafted;
  }
  return seen(stay(), { level: 'flagged', reasons, from: null, to: null });
}

/** Writes down what the transcript showed, where the decision is made without it. */
function seen(drafted: Drafted, escalation: Escalation | null): Drafted {
  if (!drafted.ok || escalation === null) return drafted;
  drafted.draft.escalation = escalation;
  const note = noteOf(escalation);
  if (note !== null) drafted.draft.notes.push(note);
  return drafted;
}

function noteOf({ level, reasons, from, to }: Escalation): string | null {
  const evidence = reasons.map((one) => one.evidence).join('; ');
  switch (level) {
    case 'flagged': return `The session looks stuck (${evidence}), and nobody stronger may take over.`;
    case 'noted': return `Seen in the session, and no reason to move yet: ${evidence}.`;
    case 'held': return from === to ? 'The session was raised to more effort before.' : `The session was raised from ${from ?? 'its model'} to ${to ?? 'this one'} before.`;
    case 'released': return 'What the session was raised for is done: it is planned as a new one.';
    case 'raised': return null;
  }
}

/** One model, although more would work on such a task. */
function draftAlone(mode: Plan['mode'], { field, strategy, reason }: { field: string; strategy: 'fast-single' | 'smart-single'; reason: string }, planning: Planning): Drafted {
  const drafted = draftSingle(mode, strategy, reason, planning);
  if (drafted.ok && reason === 'one_model_only') drafted.draft.notes.push(`The request sets \`${field}\`, which only one model's own answer can follow.`);
  return drafted;
}

/** The best of the pool; when the whole pool is out, what the request lists beside it, then the first fallback role whose own model is not. */
function bestOf(planning: Planning): Candidate | null {
  const { scored, pool, input, task, listed } = planning;
  const best = scored[0] === undefined ? undefined : pool.byId.get(scored[0].id);
  const other = best ?? listed.find((candidate) => rejectionOf(candidate, task, input.config, input) === null);
  if (other !== undefined) return other;
  for (const role of input.config.auto.fallbackRoles) {
    const own = ownModelOf(role, planning);
    if (own !== undefined) return own;
  }
  return null;
}

function draftChore(mode: Plan['mode'], planning: Planning): Drafted {
  const { scored, pool } = planning;
  const cheapest = cheapestOf(scored);
  const known = cheapest !== undefined && cheapest.costUsd !== null;
  const chosen = known ? cheapest : scored.find(({ role }) => role === FAST_ROLE);
  const primary = (chosen === undefined ? undefined : pool.byId.get(chosen.id)) ?? bestOf(planning);
  if (primary === null) return fail(planning);
  const byCost = scored.toSorted((a, b) => (a.costUsd ?? Number.MAX_VALUE) - (b.costUsd ?? Number.MAX_VALUE));
  return ok(planning, { mode, strategy: 'fast-single', reason: known ? 'chore_cheapest' : 'chore_prices_unknown', primary, order: byCost.map(({ id }) => id) });
}

/** A tool loop stays on the model that began it, as long as that one can go on. */
function draftToolLoop(mode: Plan['mode'], planning: Planning): Drafted {
  const { session: { info }, pool, task, input, listed, restricted } = planning;
  const strategy = singleOf(chooseStrategy(task, planning.complexityEvidence, input.config.auto.thresholds));
  const pinned = info.pins.candidateId === null ? undefined : pool.byId.get(info.pins.candidateId);
  if (pinned === undefined) return draftSingle(mode, strategy, 'tool_loop_unpinned', planning);
  const rejection = restricted && !listed.some(({ id }) => id === pinned.id) ? NOT_ALLOWED : rejectionOf(pinned, task, input.config, input);
  if (rejection === null) return draftNextStep(mode, strategy, pinned, planning);
  const moved = draftSingle(mode, strategy, 'tool_loop_moved', planning);
  if (moved.ok) moved.draft.notes.push(`The tool loop leaves ${pinned.id}: ${rejection.detail}.`);
  return moved;
}

/** The next step of a loop that can stay where it is. */
function draftNextStep(mode: Plan['mode'], strategy: 'fast-single' | 'smart-single', pinned: Candidate, planning: Planning): Drafted {
  const { session: { watch, pinned: pin } } = planning;
  const raised = pin?.effort ?? (watch?.holds?.toId === pinned.id ? watch.holds.effort : null);
  const stay = (): Drafted => ok(planning, { mode, strategy, reason: 'tool_loop', primary: pinned, effort: keptEffort(raised, pinned, planning) });
  const verdict = judge(planning);
  if (verdict.kind === 'raise') return escalate({ mode, strategy, verdict, stay }, planning);
  return seen(verdict.escalation?.level === 'released' ? draftSingle(mode, strategy, 'escalation_over', planning) : stay(), verdict.escalation);
}

function draftPanel({ mode, reason, byAuto }: { mode: Plan['mode']; reason: string; byAuto: boolean }, planning: Planning): Drafted {
  const { input: { config }, pool, scored } = planning;
  const synthesizer = chooseSynthesizer(planning);
  const judge = chooseJudge(planning);
  const best = scored[0] === undefined ? undefined : pool.byId.get(scored[0].id);
  const roles = choosePanelRoles(planning.task, config, best?.role);
  const { maxUpstreamCalls, maxPanel } = config.fusion;
  const seats = byAuto ? seatsByAuto(config) : maxPanel;
  const panel = seatPanel(roles, planning, seats);
  if (panel.length === 0 || synthesizer === null || judge === null) return fail(planning);
  const notes = panel.some(({ model }) => model === judge.model) ? [`The judge (${judge.model}) also sits on the panel.`] : [];
  if (byAuto && roles.length > seats) notes.push(`The panel has ${seats} seats instead of ${roles.length}: fusion.maxUpstreamCalls is ${maxUpstreamCalls}.`);
  return ok(planning, { mode, strategy: 'fusion-panel', reason, primary: synthesizer, synthesizer, judge, panel, roles: panel.map(({ role }) => role), notes });
}

interface NamedTarget { mode: Plan['mode']; candidate: Candidate; reason?: string; by?: 'model' | 'mode' }

/** A model that was asked for by name answers; when that is impossible, `fallback` says who may stand in. */
function draftNamed({ mode, candidate, reason, by }: NamedTarget, planning: Planning): Drafted {
  const { input, task, scored, pool } = planning;
  const why = reason ?? (by === 'mode' ? 'mode_role' : `asked_for_${mode}`);
  const asked: Plan['mode'] = by === 'mode' ? 'auto' : mode;
  const rejection = namedRejectionOf(candidate, task, input.config, input);
  const order = mode === 'passthrough' ? [] : scored.map(({ id }) => id);
  if (rejection === null) return ok(planning, { mode: asked, strategy: 'direct', reason: why, primary: candidate, order, ownFallbacks: mode !== 'passthrough' });
  const { fallback } = input.config;
  const standIn = mode === 'passthrough' || fallback === 'never' ? undefined : scored.map(({ id }) => pool.byId.get(id)).find((other) => other !== undefined && other.model !== candidate.model && (fallback === 'allow' || isSameTier(other, candidate)));
  if (standIn === undefined) {
    const { id, role, model } = candidate;
    return fail({ ...planning, pool: withCandidate(planning, candidate), rejected: [{ id, role, model, ...rejection }] });
  }
  return ok(planning, { mode: asked, strategy: 'direct', reason: 'named_model_unavailable', primary: standIn, order, notes: [`${candidate.id} cannot answer: ${rejection.detail}.`] });
}

/** So that the error finds what it tells about. */
function withCandidate({ pool }: Planning, candidate: Candidate): Planning['pool'] {
  return { ...pool, byId: new Map([...pool.byId, [candidate.id, candidate]]) };
}

type Parts = Pick<Draft, 'mode' | 'strategy' | 'reason' | 'primary'> & Partial<Omit<Draft, 'fallbacks'>> & { order?: readonly string[]; ownFallbacks?: boolean };

function ok(planning: Planning, parts: Parts): Drafted {
  const { input: { config }, task, scored, listed } = planning;
  const { mode, strategy, reason, primary, verifier = null, panel = [], judge = null, synthesizer = null, effort = null, notes = [], escalation = null, pinned = planning.session.watch?.holds ?? null, order, ownFallbacks = true } = parts;
  return {
    ok: true,
    draft: {
      mode, strategy, reason, primary, verifier, panel, judge, synthesizer, effort, notes, escalation, pinned,
      roles: parts.roles ?? choosePanelRoles(task, config, scored[0]?.role),
      fallbacks: ownFallbacks || listed.length > 0 ? chooseFallbacks(primary, planning, order ?? scored.map(({ id }) => id)) : [],
    },
  };
}

function fail(planning: Planning & { rejected: readonly RejectedCandidate[] }): Drafted {
  return { ok: false, error: nothingFits(planning.rejected, planning.task, planning.input, planning.pool) };
}
