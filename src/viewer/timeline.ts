/** Where each phase stands on the time axis: plain numbers, drawn elsewhere. */
import type { Attempt, Phase, TraceRecord } from '../trace/types.ts';

export interface TimelineRow {
  id: string;
  kind: 'request' | 'phase' | 'attempt';
  phase: Phase | null;
  attempt: Attempt | null;
  status: 'running' | 'done' | 'failed' | 'aborted';
  startedMs: number;
  firstContentMs: number | null;
  /** Null while running. */
  endedMs: number | null;
  /** Percent of the axis. */
  startPercent: number;
  firstContentPercent: number | null;
  widthPercent: number;
}

export interface Timeline {
  /** ms at the right end of the axis. */
  totalMs: number;
  ticks: { ms: number; percent: number }[];
  rows: TimelineRow[];
}

/** Milliseconds that a request has taken so far, never less than what its record already tells of. */
export function elapsedMs(record: TraceRecord, nowMs: number): number {
  if (record.durationMs !== null) return record.durationMs;
  const told = record.phases.flatMap(({ startedMs, firstContentMs, endedMs, attempts }) => [
    startedMs, firstContentMs ?? 0, endedMs ?? 0, ...attempts.map((attempt) => attempt.startedMs + attempt.durationMs),
  ]);
  return Math.max(nowMs - record.startedAtMs, record.firstContentMs ?? 0, ...told, 0);
}

/**
 * Lays out a record's phases, and those of their attempts that tell more than the phase itself (a failed one, or one of
 * several). A running phase ends at `nowMs` (epoch ms).
 */
export function timelineOf(record: TraceRecord, nowMs: number): Timeline {
  const soFarMs = elapsedMs(record, nowMs);
  const totalMs = Math.max(1, soFarMs, ...record.phases.map(({ endedMs }) => endedMs ?? 0));
  const percent = (ms: number): number => Math.min(100, Math.max(0, (ms / totalMs) * 100));
  const row = (spans: Omit<TimelineRow, 'startPercent' | 'firstContentPercent' | 'widthPercent'>): TimelineRow => ({
    ...spans,
    startPercent: percent(spans.startedMs),
    firstContentPercent: spans.firstContentMs === null ? null : percent(spans.firstContentMs),
    widthPercent: percent(spans.endedMs ?? soFarMs) - percent(spans.startedMs),
  });
  const whole = row({
    id: 'request', kind: 'request', phase: null, attempt: null, status: record.status, startedMs: 0, firstContentMs: record.firstContentMs,
    endedMs: record.durationMs,
  });
  const phases = record.phases.flatMap((phase) => [
    row({
      id: phase.id, kind: 'phase', phase, attempt: null, status: phase.status, startedMs: phase.startedMs, firstContentMs: phase.firstContentMs,
      endedMs: phase.endedMs,
    }),
    ...tellingAttempts(phase).map((attempt, index) => row({
      id: `${phase.id}/${index}`, kind: 'attempt', phase, attempt, status: attempt.status === 'success' ? 'done' : attempt.status === 'error' ? 'failed' : 'aborted',
      startedMs: attempt.startedMs, firstContentMs: null, endedMs: attempt.startedMs + attempt.durationMs,
    })),
  ]);
  return { totalMs, ticks: ticksOf(totalMs).map((ms) => ({ ms, percent: percent(ms) })), rows: [whole, ...phases] };
}

function tellingAttempts({ attempts }: Phase): Attempt[] {
  return attempts.length > 1 || attempts.some(({ status }) => status !== 'success') ? attempts : [];
}

/** Three to six round marks: 1, 2 or 5 times a power of ten. */
export function ticksOf(totalMs: number): number[] {
  const rough = totalMs / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, index) => index * step);
}
