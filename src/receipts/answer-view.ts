/** The `openfusion` object and the trace of one answer, read into the shape that receipts show. */
import type { Usage } from '../protocol/types.ts';
import type { Phase } from '../trace/types.ts';
import { readUsage } from './chat-body.ts';
import { asArray, asNumber, asObject, asString, asStrings, type JsonObject } from './guards.ts';
import type { PlanView, PortAnswer, RoleModel } from './port.ts';

export interface PhaseView {
  phase: string;
  role: string;
  model: string;
  status: 'done' | 'failed';
  attempts: { model: string; status: string }[];
  latencyMs: number | null;
  /** What the model said; null where the trace does not hold it. */
  text: string | null;
  usage: Usage | null;
  costUsd: number | null;
}

export interface AnswerView {
  mode: string | null;
  strategy: string | null;
  selectedRoles: string[];
  rationale: string;
  panel: RoleModel[];
  judge: RoleModel | null;
  synthesizer: RoleModel | null;
  traceId: string | null;
  phaseCount: number;
  phases: PhaseView[];
  /** Null when the answer did not say. */
  dryRun: boolean | null;
  usage: Usage | null;
  costUsd: number | null;
}

/** Reads an answer; a part that is missing or malformed becomes null or empty, never an error. */
export function viewAnswer(answer: PortAnswer): AnswerView {
  const { openfusion, trace: record } = answer;
  const trace = asObject(openfusion.trace);
  const phases = record === null ? asArray(trace.phases).map(readPhase) : record.phases.map(viewPhase);
  return {
    mode: asString(openfusion.mode),
    strategy: asString(asObject(openfusion.auto).mode) ?? record?.plan?.strategy ?? null,
    selectedRoles: asStrings(asObject(openfusion.route).selectedRoles),
    rationale: asString(asObject(openfusion.route).rationale) ?? '',
    panel: asArray(openfusion.panel).flatMap((item) => readRoleModel(item) ?? []),
    judge: readRoleModel(openfusion.judge),
    synthesizer: readRoleModel(openfusion.synthesizer),
    traceId: asString(trace.id) ?? record?.id ?? null,
    phaseCount: asNumber(trace.phase_count) ?? phases.length,
    phases,
    dryRun: typeof openfusion.dry_run === 'boolean' ? openfusion.dry_run : (record?.dryRun ?? null),
    usage: readUsage(openfusion.usage) ?? answer.usage,
    costUsd: asNumber(openfusion.cost_usd) ?? record?.costUsd ?? null,
  };
}

/** `{role, model}` of an object that has both; null otherwise. */
export function readRoleModel(value: unknown): RoleModel | null {
  const { role, model } = asObject(value);
  return typeof role === 'string' && typeof model === 'string' ? { role, model } : null;
}

/** The answer of `POST /debug/route`, or a plan of our own as JSON. */
export function readPlan(value: unknown): PlanView {
  const body = asObject(value);
  const plan = asObject(body.plan ?? body);
  const route = asObject(plan.route ?? body.route);
  const budget = asObject(plan.budget ?? body.budget);
  return {
    strategy: asString(plan.strategy) ?? '',
    selectedRoles: asStrings(route.selectedRoles),
    rationale: asString(route.rationale) ?? '',
    primary: readRoleModel(plan.primary),
    plannedCalls: asNumber(budget.plannedCalls),
    maxCalls: asNumber(budget.maxCalls),
    estimatedUsd: asNumber(budget.estimatedUsd),
  };
}

function readPhase(value: unknown): PhaseView {
  const phase = asObject(value);
  const attempts = asArray(phase.attempts).map(asObject).map(readAttempt);
  const told = asString(phase.status);
  const done = told === null ? attempts.some(({ status }) => status === 'success') : told === 'done';
  return {
    phase: asString(phase.phase) ?? '',
    role: asString(phase.role) ?? '',
    model: asString(phase.model) ?? '',
    status: done ? 'done' : 'failed',
    attempts,
    latencyMs: asNumber(phase.latency_ms) ?? asNumber(phase.duration_ms),
    text: asString(phase.text),
    usage: readUsage(phase.usage),
    costUsd: asNumber(phase.cost_usd),
  };
}

const readAttempt = (attempt: JsonObject) => ({ model: asString(attempt.model) ?? '', status: asString(attempt.status) ?? '' });

function viewPhase(phase: Phase): PhaseView {
  return {
    phase: phase.phase,
    role: phase.role,
    model: phase.model,
    status: phase.status === 'done' ? 'done' : 'failed',
    attempts: phase.attempts.map(({ model, status }) => ({ model, status })),
    latencyMs: phase.endedMs === null ? null : phase.endedMs - phase.startedMs,
    text: phase.text === '' ? null : phase.text,
    usage: phase.usage,
    costUsd: phase.costUsd,
  };
}
