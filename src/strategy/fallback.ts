import { ExponentialBackoff, handleWhenResult, retry } from 'cockatiel';
import type { PlannedCall } from '../routing/types.ts';
import type { PhaseTrace } from '../trace/recorder-types.ts';
import type { PhaseName } from '../trace/types.ts';
import type { FailureReason, UpstreamFailure } from '../upstream/types.ts';
import { mayFallOver, mayRetrySame } from './failure.ts';
import { callModel, type CallSpec, type OpenStream, type Outcome, type WholeAnswer } from './model-call.ts';
import type { Run } from './run.ts';

/** No request makes more attempts than this in one phase (criterion U5). */
const MAX_ATTEMPTS = 6;
/** A 400 may be one model's dialect; two of them are the client's mistake. */
const MAX_BAD_REQUESTS = 2;
const SAME_MODEL_RETRIES = 2;
const LOCKS_UPSTREAM: ReadonlySet<FailureReason> = new Set(['auth', 'no_key', 'credits']);

export interface Opened {
  call: PlannedCall;
  phase: PhaseTrace;
  opened: OpenStream | WholeAnswer;
  /** Named reason, when it was not the first choice. */
  fallback: string | null;
}

/**
 * Opens the first call that works, in order. Everything here happens before the first content byte, so the client sees none
 * of it; the trace shows all. The phase is left running for the caller to end.
 */
export async function openFirst(run: Run, name: PhaseName, calls: readonly PlannedCall[], spec: CallSpec, signal: AbortSignal): Promise<{ ok: true; value: Opened } | { ok: false; failures: UpstreamFailure[] }> {
  const [first] = calls;
  if (first === undefined) return { ok: false, failures: [] };
  const phase = run.trace.startPhase(name, first);
  const failures: UpstreamFailure[] = [];
  const attempt = async (call: PlannedCall): Promise<Outcome<OpenStream | WholeAnswer>> => {
    const outcome = await attemptOnce({ run, phase, spec, signal }, call);
    if (outcome.ok || signal.aborted) return outcome;
    // A model that refuses a field is asked once more without it, and from now on never with it.
    const adapted = run.quirks.learn(call, run.request, outcome.failure, run.session);
    if (adapted === null) { failures.push(outcome.failure); return outcome; }
    const again = await attemptOnce({ run, phase, spec, signal }, call, adapted);
    if (!again.ok) failures.push(again.failure);
    return again;
  };
  const lockedOut = new Set<string>();
  // Who asked waits for one answer, however many are tried for it: nothing new begins when one call's time is over.
  const inTime = (): boolean => run.elapsedMs() < (run.config.upstreams[first.upstreamName]?.timeouts.totalMs ?? Infinity);
  for (const [index, call] of calls.slice(0, MAX_ATTEMPTS).entries()) {
    if (lockedOut.has(call.upstreamName)) continue;
    if (index > 0 && !inTime()) break;
    if (index > 0) phase.movedTo(call);
    const outcome = calls.length === 1 ? await withRetries(() => attempt(call), () => inTime() && run.health.mayRetry(call.upstreamName), signal) : await attempt(call);
    if (outcome.ok) {
      phase.firstContent();
      return { ok: true, value: { call, phase, opened: outcome.value, fallback: failures[0]?.reason ?? null } };
    }
    // The same key or account stands behind every model of an upstream.
    if (LOCKS_UPSTREAM.has(outcome.failure.reason)) lockedOut.add(call.upstreamName);
    const badRequests = failures.filter(({ reason }) => reason === 'bad_request' || reason === 'unsupported_parameter').length;
    if (signal.aborted || !mayFallOver(outcome.failure) || badRequests >= MAX_BAD_REQUESTS) break;
  }
  phase.end(signal.aborted ? 'aborted' : 'failed');
  run.failures.push(...failures);
  return { ok: false, failures };
}

interface Attempting { run: Run; phase: PhaseTrace; spec: CallSpec; signal: AbortSignal }

/** One call, written into the trace. `adapted` says what it does otherwise than the one before. */
async function attemptOnce({ run, phase, spec, signal }: Attempting, call: PlannedCall, adapted?: readonly string[]): Promise<Outcome<OpenStream | WholeAnswer>> {
  const startedMs = run.elapsedMs();
  const outcome = await callModel(run, call, spec, signal);
  const base = { model: call.model, upstreamName: call.upstreamName, startedMs, durationMs: run.elapsedMs() - startedMs, ...(adapted === undefined ? {} : { adapted }) };
  if (outcome.ok) {
    phase.attempt({ ...base, status: 'success' });
  } else {
    const { reason, status, message } = outcome.failure;
    phase.attempt({ ...base, status: reason === 'aborted' ? 'aborted' : 'error', httpStatus: status === 0 ? undefined : status, reason, message });
  }
  return outcome;
}

/** With nobody to fall back to, the same model gets another chance, with jitter, as long as its upstream is not asked too often. */
function withRetries<T>(attempt: () => Promise<Outcome<T>>, mayRetry: () => boolean, signal: AbortSignal): Promise<Outcome<T>> {
  let left = SAME_MODEL_RETRIES;
  const policy = retry(handleWhenResult((result) => {
    const outcome = result as Outcome<T>;
    return !outcome.ok && !signal.aborted && mayRetrySame(outcome.failure) && left-- > 0 && mayRetry();
  }), { maxAttempts: SAME_MODEL_RETRIES, backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 2_000 }) });
  return policy.execute(attempt, signal);
}
