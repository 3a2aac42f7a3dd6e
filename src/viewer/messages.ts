/** What reaches the viewer from outside, checked field by field before it is believed. */
import type { ApiError } from '../protocol/errors.ts';
import type { Usage } from '../protocol/types.ts';
import type { Alternative, Savings } from '../routing/savings.ts';
import type {
  BudgetInfo, Mode, Plan, PlannedCall, RejectedCandidate, RunnerUp, ScorePart, ScoredCandidate, SessionInfo, Signal, Skill, StrategyOption, TaskProfile,
} from '../routing/types.ts';
import type { Attempt, Feedback, LiveMessage, OwnerState, Phase, TraceRecord, TraceSummary } from '../trace/types.ts';
import { anything, dictionary, flag, isObject, list, name, nullable, number, object, optional, text } from './shape.ts';
import type { Check } from './shape.ts';

type Escalation = NonNullable<Plan['escalation']>;
type Measured = NonNullable<ScoredCandidate['measured']>;

const usage = object<Usage>({ inputTokens: number, outputTokens: number, cachedInputTokens: number, cacheWriteTokens: optional(number), reasoningTokens: number, estimated: flag });

const apiError = object<ApiError>({
  status: number, type: text, code: nullable(text), message: text, param: nullable(text), retryAfterS: optional(number), shouldRetry: optional(flag),
});

const toolCall = object<{ name: string; arguments: string }>({ name: text, arguments: text });

const signal = object<Signal>({ kind: text, score: number, evidence: text, reason: text });

/** Traces of earlier versions have none. */
const language: Check<string | null> = (value): value is string | null => value === undefined || value === null || text(value);

const task = object<TaskProfile>({
  turn: name(), choreKind: optional(name()), domain: name(), language, excerpt: text, signals: list(signal), skills: dictionary<number, Skill>(number), roleScores: dictionary(number),
  complexity: number, risk: number, difficulty: number, contextTokens: number, expectedOutputTokens: number,
  needs: object<TaskProfile['needs']>({ tools: flag, images: flag, jsonSchema: flag }),
});

const percentiles = object<NonNullable<Measured['firstContentS']>>({ p50: number, p90: number, samples: number });

const measured = object<Measured>({ calls: number, availability: number, firstContentS: nullable(percentiles), tokensPerS: nullable(percentiles) });

const candidate = object<ScoredCandidate>({
  id: text, role: text, model: text, upstreamName: text, score: number, parts: dictionary<number, ScorePart>(number),
  weights: dictionary<number, ScorePart>(number), stickyBonus: number,
  penalties: list(object<ScoredCandidate['penalties'][number]>({ reason: text, amount: number })), quality: number, predicted: optional(number), costUsd: nullable(number), measured: optional(measured),
  metrics: object<ScoredCandidate['metrics']>({
    benchmarkPercentile: nullable(number), priceUsdPer1M: nullable(number), throughputTps: nullable(number), latencyS: nullable(number),
    availability: nullable(number),
  }),
});

const rejected = object<RejectedCandidate>({
  id: text, role: text, model: text, reason: name(), detail: text, quality: optional(number), costUsd: optional(nullable(number)),
});

const call = object<PlannedCall>({
  candidateId: text, role: text, model: text, upstreamName: text, extraBody: anything as Check<Record<string, unknown>>,
  pricing: anything as Check<PlannedCall['pricing']>, effort: optional(text),
});

const session = object<SessionInfo>({
  source: name(), from: text, id: nullable(text), hit: flag,
  pins: object<SessionInfo['pins']>({ roles: dictionary(text), candidateId: nullable(text) }),
});

const budget = object<BudgetInfo>({ plannedCalls: number, maxCalls: number, estimatedUsd: nullable(number), maxUsd: nullable(number) });

const runnerUp = object<RunnerUp>({
  id: text, model: text, by: number, quality: number, costUsd: nullable(number),
  needs: object<RunnerUp['needs']>({ quality: nullable(number), costFactor: nullable(number), dial: nullable(number) }),
});

const plan = object<Plan>({
  mode: name(), strategy: name(), reason: text, task, candidates: list(candidate), rejected: list(rejected), primary: call, fallbacks: list(call),
  verifier: nullable(call), panel: list(call), judge: nullable(call), synthesizer: nullable(call), session,
  pin: nullable(object<NonNullable<Plan['pin']>>({ sessionId: text, candidateId: text, role: text, model: text, effort: optional(text), escalation: anything as Check<NonNullable<Plan['pin']>['escalation']> })), budget, explanation: list(text),
  escalation: optional(nullable(object<Escalation>({
    level: name(), reasons: list(object<Escalation['reasons'][number]>({ name: name(), evidence: text })), from: nullable(text), to: nullable(text),
  }))),
  route: object<Plan['route']>({ selectedRoles: list(text), rationale: text }),
  options: optional(list(object<StrategyOption>({ strategy: name(), candidates: list(text), quality: number, costUsd: nullable(number), value: number }))),
  runnerUp: optional(nullable(runnerUp)),
});

const attempt = object<Attempt>({
  model: text, upstreamName: text, status: name(), httpStatus: optional(number), reason: optional(text), message: optional(text),
  adapted: optional(list(text)), startedMs: number, durationMs: number,
});

const alternative = object<Alternative>({ candidateId: text, model: text, costUsd: number });

const savings = object<Savings>({
  tokens: object<Savings['tokens']>({ input: number, cached: number, output: number, estimated: flag }),
  strongest: nullable(alternative), cheapest: nullable(alternative), unpriced: number,
});

const phase = object<Phase>({
  id: text, phase: name(), role: text, candidateId: text, model: text, upstreamName: text, status: name(), startedMs: number,
  firstContentMs: nullable(number), endedMs: nullable(number), usage: nullable(usage), costUsd: nullable(number), attempts: list(attempt), text,
  toolCalls: list(toolCall), verdict: optional(text),
});

/** Is this a whole trace? */
export const isTraceRecord: Check<TraceRecord> = object<TraceRecord>({
  id: text, startedAtMs: number, durationMs: nullable(number), firstContentMs: nullable(number), status: name(), httpStatus: nullable(number),
  wire: name(), stream: flag, dryRun: flag, requestedModel: text, client: text, messageCount: number, toolCount: number, requestBytes: number,
  plan: nullable(plan), phases: list(phase),
  served: nullable(object<NonNullable<TraceRecord['served']>>({ model: text, upstreamName: text, strategy: text, fallback: nullable(text) })),
  usage: nullable(usage), costUsd: nullable(number), savings: optional(nullable(savings)), error: nullable(apiError), answer: text, toolCalls: list(toolCall),
  feedback: optional(object<Feedback>({ thumb: name(), note: optional(text), counts: optional(object<NonNullable<Feedback['counts']>>({ kind: text, model: text })) })),
});

const summary = object<TraceSummary>({
  id: text, startedAtMs: number, durationMs: nullable(number), status: name(), httpStatus: nullable(number), client: text, requestedModel: text,
  servedModel: nullable(text), strategy: nullable(text), turn: nullable(text), domain: nullable(text), fallback: nullable(text), excerpt: text,
  costUsd: nullable(number), strongestUsd: optional(nullable(number)), cheapestUsd: optional(nullable(number)), dryRun: flag,
});

const mode: Check<Mode> = (value): value is Mode => isObject(value) && text(value.kind) && (value.kind !== 'role' || text(value.role));

const owner = object<OwnerState>({
  version: text, pid: number, host: text, port: number, mode, dryRun: flag, dryRunReason: text, roles: list(text), kind: name(),
  store: optional(object<NonNullable<OwnerState['store']>>({ kind: name(), note: nullable(text) })),
});

/** The live feed's message, or null when it is none that we can show. Of a list, one broken entry costs only itself. */
export function parseLiveMessage(value: unknown): LiveMessage | null {
  if (!isObject(value)) return null;
  switch (value.type) {
    case 'hello':
      return owner(value.state) && Array.isArray(value.traces) ? { type: 'hello', state: value.state, traces: value.traces.filter(summary) } : null;
    case 'state':
      return owner(value.state) ? { type: 'state', state: value.state } : null;
    case 'trace':
      return isTraceRecord(value.trace) ? { type: 'trace', trace: value.trace } : null;
    case 'deleted':
      return text(value.id) ? { type: 'deleted', id: value.id } : null;
    default:
      return null;
  }
}

/** How the viewer stands to the gateway. `detail` is one sentence for people, empty when there is nothing to say. */
export interface Connection {
  status: 'connecting' | 'connected' | 'disconnected' | 'refused';
  detail: string;
}

const CONNECTION_STATUS: readonly unknown[] = ['connecting', 'connected', 'disconnected', 'refused'] satisfies Connection['status'][];

/** The editor's answer that it has no record of an id (`{type:'missing', id}`), or null. */
export function parseMissing(value: unknown): string | null {
  return isObject(value) && value.type === 'missing' && text(value.id) ? value.id : null;
}

/** The editor's own message about the gateway's whereabouts (`{type:'connection', status, detail}`), or null. */
export function parseConnection(value: unknown): Connection | null {
  if (!isObject(value) || value.type !== 'connection' || !CONNECTION_STATUS.includes(value.status)) return null;
  return { status: value.status as Connection['status'], detail: text(value.detail) ? value.detail : '' };
}
