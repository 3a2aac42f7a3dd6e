import type { Config } from '../config/schema.ts';
import type { AnswerEvent } from '../protocol/answer.ts';
import { apiError, type ApiError } from '../protocol/errors.ts';
import type { ChatRequest, RequestContext } from '../protocol/types.ts';
import type { Plan, PlanResult } from '../routing/types.ts';
import type { Recorder, RequestTrace } from '../trace/recorder-types.ts';
import type { HealthBoard } from '../upstream/health.ts';
import type { Upstream } from '../upstream/types.ts';
import type { Engine } from './engine.ts';
import { runFusion } from './fusion.ts';
import { Run } from './run.ts';
import { runSingle } from './single.ts';
import { runVerified } from './verify.ts';

export interface EngineParts {
  config: Config;
  plan(request: ChatRequest, context: RequestContext): PlanResult;
  upstreams: ReadonlyMap<string, Upstream>;
  health: HealthBoard;
  recorder: Recorder;
  dryRun: boolean;
  nowMs(): number;
  /** Called once for each answer that succeeded: pins, spend. */
  onAnswered(plan: Plan, costUsd: number | null): void;
  /** An error that nobody expected; the request fails, the process goes on. */
  onUnexpected(error: unknown): void;
}

/** Joins planning, execution and recording: a plan is made, then executed, then recorded. */
export function createEngine(parts: EngineParts): Engine {
  return {
    plan: (request, context) => parts.plan(request, context),
    answer: (request, context, signal) => answer(parts, request, context, signal),
  };
}

async function* answer(parts: EngineParts, request: ChatRequest, context: RequestContext, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
  const userAgent = context.headers['user-agent'];
  const trace = parts.recorder.begin({
    id: context.traceId, startedAtMs: context.startedAtMs, wire: request.wire, stream: request.stream, dryRun: parts.dryRun, requestedModel: request.model,
    userAgent: typeof userAgent === 'string' ? userAgent : '', messageCount: request.messages.length, toolCount: request.tools.length, requestBytes: request.bytes.length,
  });
  const planned = parts.plan(request, context);
  if (!planned.ok) {
    trace.finish({ status: 'failed', httpStatus: planned.error.status, usage: null, costUsd: null, error: planned.error });
    yield { type: 'failed', error: planned.error };
    return;
  }
  trace.planned(planned.plan);
  const gone = new AbortController();
  const leave = (): void => { gone.abort(); };
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  const run = new Run({ ...parts, request, context, plan: planned.plan, trace, signal: gone.signal, nowMs: () => parts.nowMs() });
  try {
    yield* record(parts, run, trace);
  } finally {
    // The reader may have left before the end: no call of this plan may go on.
    signal.removeEventListener('abort', leave);
    leave();
  }
}

async function* record(parts: EngineParts, run: Run, trace: RequestTrace): AsyncGenerator<AnswerEvent> {
  let failure: ApiError | null = null;
  let completed = false;
  try {
    for await (const event of steps(run)) {
      if (event.type === 'failed') failure = event.error;
      yield event;
    }
    completed = true;
  } catch (error) {
    parts.onUnexpected(error);
    completed = true;
    failure = apiError(500, 'OpenFusion failed on this request; see its log.');
    yield { type: 'failed', error: failure };
  } finally {
    const aborted = !completed || run.signal.aborted;
    const status = aborted ? 'aborted' : failure === null ? 'done' : 'failed';
    if (status === 'done') parts.onAnswered(run.plan, run.costUsd);
    trace.finish({ status, httpStatus: failure?.status ?? (aborted ? null : 200), usage: run.usage, costUsd: run.costUsd, error: aborted ? null : failure });
  }
}

function steps(run: Run): AsyncGenerator<AnswerEvent> {
  switch (run.plan.strategy) {
    case 'single-verify': return runVerified(run);
    case 'fusion-panel': return runFusion(run);
    default: return runSingle(run);
  }
}
