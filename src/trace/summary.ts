import type { TraceRecord, TraceSummary } from './types.ts';

/** The line of the list that stands for a record. */
export function summaryOf(record: TraceRecord): TraceSummary {
  return {
    id: record.id,
    startedAtMs: record.startedAtMs,
    durationMs: record.durationMs,
    status: record.status,
    httpStatus: record.httpStatus,
    client: record.client,
    requestedModel: record.requestedModel,
    servedModel: record.served?.model ?? null,
    strategy: record.served?.strategy ?? record.plan?.strategy ?? null,
    turn: record.plan?.task.turn ?? null,
    domain: record.plan?.task.domain ?? null,
    fallback: record.served?.fallback ?? null,
    excerpt: record.plan?.task.excerpt ?? '',
    costUsd: record.costUsd,
    strongestUsd: record.savings?.strongest?.costUsd ?? null,
    cheapestUsd: record.savings?.cheapest?.costUsd ?? null,
    dryRun: record.dryRun,
  };
}
