import type { TraceRecord, TraceSummary } from '../trace/types.ts';

/** The list's line for a whole record, so that a live record needs no second message. */
export function summaryOf(record: TraceRecord): TraceSummary {
  const { id, startedAtMs, durationMs, status, httpStatus, client, requestedModel, costUsd, dryRun, plan, served, savings } = record;
  return {
    id, startedAtMs, durationMs, status, httpStatus, client, requestedModel, costUsd, dryRun,
    servedModel: served?.model ?? null,
    strategy: served?.strategy ?? plan?.strategy ?? null,
    turn: plan?.task.turn ?? null,
    domain: plan?.task.domain ?? null,
    fallback: served?.fallback ?? null,
    excerpt: plan?.task.excerpt ?? '',
    strongestUsd: savings?.strongest?.costUsd ?? null,
    cheapestUsd: savings?.cheapest?.costUsd ?? null,
  };
}
