import { apiError, ok, type ApiError } from '../protocol/errors.ts';
import type { ChatRequest, RequestContext } from '../protocol/types.ts';
import type { Plan, PlanResult } from '../routing/types.ts';
import type { Recorder } from '../trace/recorder-types.ts';
import type { TraceRecord } from '../trace/types.ts';
import type { CallSample } from '../upstream/telemetry/measurements.ts';
import { callSamples } from './call-samples.ts';
import { countUpstream } from './count-tokens.ts';
import type { Emit, Engine } from './engine.ts';
import { runFusion } from './fusion.ts';
import { iterate } from './iterate.ts';
import { maskedEmit } from './masked-emit.ts';
import { Run, type RunParts } from './run.ts';
import { answerUsage, SessionInputs } from './savings.ts';
import { runSingle } from './single.ts';
import { runVerified } from './verify.ts';

export interface EngineParts extends RunParts {
  plan(request: ChatRequest, context: RequestContext): PlanResult;
  recorder: Recorder;
  /** Called once for each answer that succeeded, with the pin that its session gets. */
  onAnswered(pin: Plan['pin']): void;
  /**
   * Counts USD under the day of that moment (epoch ms), also of requests that failed or whose client left. With a day's budget
   * the estimate is counted before the first call and corrected at the end, so that many requests at once cannot break it.
   */
  onSpent(usd: number, atMs: number): void;
  /** What the calls of a request tell of their models, once it is over and the client has its answer. */
  onMeasured?(samples: CallSample[]): void;
  /** A request is over, its trace written and the client answered. */
  onFinished?(record: Readonly<TraceRecord>, request: ChatRequest): void;
  /** An error that nobody expected; the request fails, the process goes on. */
  onUnexpected(error: unknown): void;
}

/** Joins planning, execution and recording: a plan is made, then executed, then recorded. */
export function createEngine(parts: EngineParts): Engine {
  const running = { ...parts, inputs: new SessionInputs(parts.config.auto.stickiness.ttlMs) };
  const run: Engine['run'] = (request, context, signal, emit) => execute(running, request, context, signal, emit);
  return {
    plan: (request, context) => parts.plan(request, context),
    run,
    countTokens: async (request, context, signal) => {
      const planned = plan(parts, request, context);
      if (!planned.ok) return planned;
      const counted = await countUpstream(parts, request, planned.plan.primary, signal);
      return ok(counted === null ? { inputTokens: planned.plan.task.contextTokens, estimated: true } : { inputTokens: counted, estimated: false });
    },
    answer: (request, context, signal) => iterate((either, emit) => run(request, context, either, emit), signal),
  };
}

async function execute(parts: EngineParts & { inputs: SessionInputs }, request: ChatRequest, context: RequestContext, signal: AbortSignal, emit: Emit): Promise<void> {
  const userAgent = context.headers['user-agent'];
  const trace = parts.recorder.begin({
    id: context.traceId, startedAtMs: context.startedAtMs, wire: request.wire, stream: request.stream, dryRun: parts.dryRun, requestedModel: request.model,
    userAgent: typeof userAgent === 'string' ? userAgent : '', messageCount: request.messages.length, toolCount: request.tools.length, requestBytes: request.bytes.length,
  });
  const planned = plan(parts, request, context);
  if (!planned.ok) {
    trace.finish({ status: 'failed', httpStatus: planned.error.status, usage: null, costUsd: null, error: planned.error });
    await emit({ type: 'failed', error: planned.error });
    return;
  }
  const reservedUsd = parts.dryRun || parts.config.budget.maxUsdPerDay === undefined ? 0 : (planned.plan.budget.estimatedUsd ?? 0);
  if (reservedUsd > 0) parts.onSpent(reservedUsd, context.startedAtMs);
  trace.planned(planned.plan);
  await emit({ type: 'planned', strategy: planned.plan.strategy });
  const run = new Run(parts, request, context, planned, trace, signal);
  const say = request.stream ? maskedEmit(run, emit) : emit;
  const failure = await outcome(parts, run, say);
  const status = signal.aborted ? 'aborted' : failure === null ? 'done' : 'failed';
  if (run.spentUsd !== reservedUsd) parts.onSpent(run.spentUsd - reservedUsd, context.startedAtMs);
  if (status === 'done') parts.onAnswered(pinOf(run));
  trace.finish({ status, httpStatus: failure?.status ?? (signal.aborted ? null : 200), usage: run.usage, costUsd: run.costUsd, savings: status === 'done' ? run.savings() : null, error: signal.aborted ? null : failure });
  if (status === 'done') rememberInput(parts, run);
  if (failure !== null) await say({ type: 'failed', error: failure, told: run.told });
  if (!parts.dryRun) parts.onMeasured?.(callSamples(trace.record.phases, request));
  parts.onFinished?.(trace.record, request);
}

function plan(parts: EngineParts, request: ChatRequest, context: RequestContext): PlanResult {
  try {
    return parts.plan(request, context);
  } catch (error) {
    parts.onUnexpected(error);
    return { ok: false, error: unexpected() };
  }
}

const unexpected = (): ApiError => apiError(500, 'OpenFusion failed on this request; see its log.');

/** A chore's prompt is none that the session's next request goes on from. */
function rememberInput({ inputs, nowMs }: { inputs: SessionInputs; nowMs(): number }, { plan, trace }: Run): void {
  const usage = plan.session.id === null || plan.task.turn === 'chore' ? null : answerUsage(trace.record);
  if (usage !== null && plan.session.id !== null) inputs.remember(plan.session.id, usage.inputTokens, nowMs());
}

/** The session stays with the candidate whose words it got; a synthesis was written by nobody who could go on. */
function pinOf({ plan, servedBy, request }: Run): Plan['pin'] {
  const { pin } = plan;
  if (pin === null || servedBy === null || (plan.strategy === 'fusion-panel' && request.tools.length === 0)) return pin;
  // The effort was decided for the first choice; who stands in for it answers as the client asked.
  return { ...pin, candidateId: servedBy.candidateId, role: servedBy.role, model: servedBy.model, effort: servedBy.effort };
}

/** Runs the strategy; null when the answer is whole. */
async function outcome(parts: EngineParts, run: Run, emit: Emit): Promise<ApiError | null> {
  try {
    switch (run.plan.strategy) {
      case 'single-verify': return await runVerified(run, emit);
      case 'fusion-panel': return await runFusion(run, emit);
      default: return await runSingle(run, emit);
    }
  } catch (error) {
    parts.onUnexpected(error);
    return unexpected();
  }
}
