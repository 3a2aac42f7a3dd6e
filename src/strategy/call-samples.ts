import type { Attempt, Phase } from '../trace/types.ts';
import type { CallSample } from '../upstream/telemetry/measurements.ts';
import type { FailureReason } from '../upstream/types.ts';

/** Failures that are the upstream's. A wrong key, a mistake of the client or a rest of our own say nothing of it. */
const ITS_DOING: ReadonlySet<string> = new Set<FailureReason>(['rate_limited', 'server_error', 'timeout', 'connect', 'invalid_response', 'incomplete']);
/** A shorter answer or stretch of one tells no speed. */
const LEAST_TOKENS = 20, LEAST_MS = 100;
/** Clocks count whole milliseconds: nought is below one. */
const LEAST_FIRST_MS = 0.5;

/** What the calls of one request tell of their models, from what its trace wrote down. */
export function callSamples(phases: readonly Phase[], { stream }: { stream: boolean }): CallSample[] {
  return phases.flatMap((phase) => phase.attempts.map((attempt) => sampleOf(attempt, phase, stream)));
}

function sampleOf({ model, upstreamName, status, reason, startedMs, durationMs }: Attempt, phase: Phase, stream: boolean): CallSample {
  const base = { model, upstreamName, firstContentS: null, tokensPerS: null };
  if (status === 'aborted') return { ...base, ok: null };
  if (status === 'error') return { ...base, ok: ITS_DOING.has(reason ?? '') ? false : null };
  // An answer that broke in the middle; one that the client left is none of its doing.
  const ok = phase.status === 'failed' ? false : phase.status === 'done' ? true : null;
  // A call succeeds with the first content of a stream, and with all of an answer that is none.
  const streamed = stream || phase.phase !== 'primary';
  return { ...base, ok, firstContentS: streamed ? Math.max(durationMs, LEAST_FIRST_MS) / 1000 : null, tokensPerS: phase.status === 'done' && streamed ? speedOf(phase, startedMs, startedMs + durationMs) : null };
}

/** Output tokens per second from the first content on; where reasoning was part of it, and may have come before unseen, from the start. */
function speedOf({ usage, endedMs }: Phase, startedMs: number, firstContentMs: number): number | null {
  if (usage === null || usage.estimated || endedMs === null || usage.outputTokens < LEAST_TOKENS) return null;
  const tookMs = endedMs - (usage.reasoningTokens > 0 ? startedMs : firstContentMs);
  return tookMs < LEAST_MS ? null : (usage.outputTokens / tookMs) * 1000;
}
