/** Writes down one request as it goes: mutates its record and says that it changed. No copying, no I/O, no text unless kept. */
import type { Plan, PlannedCall } from '../routing/types.ts';
import { planWithoutText, verdictName } from '../store/without-text.ts';
import { capText, createCappedText } from './capped-text.ts';
import { clientName } from './client-name.ts';
import type { PhaseTrace, RequestStart, RequestTrace } from './recorder-types.ts';
import type { Attempt, Phase, PhaseName, TraceRecord } from './types.ts';

/** Longest message of a failed attempt or a request's error that is kept. */
const MAX_MESSAGE_CHARS = 2_000;

export interface RequestTraceOptions {
  /** False: no words of the user or of a model are ever put into the record. */
  keepText: boolean;
  nowMs(): number;
  /** `now`: a moment that people wait for. */
  changed(urgency: 'soon' | 'now'): void;
  finished(): void;
}

type ToolCalls = TraceRecord['toolCalls'];

/** Begins a record. What comes after `finish` is ignored. */
export function createRequestTrace(start: RequestStart, { keepText, nowMs, changed, finished }: RequestTraceOptions): RequestTrace {
  const record = emptyRecord(start);
  const isOpen = () => record.status === 'running';
  const elapsedMs = () => nowMs() - start.startedAtMs;
  const kept = (calls: ToolCalls): ToolCalls => calls.map((call) => ({ name: call.name, arguments: keepText ? capText(call.arguments) : '' }));

  return {
    record,
    planned(plan: Plan) {
      if (!isOpen()) return;
      record.plan = keepText ? plan : planWithoutText(plan);
      changed('now');
    },
    startPhase(name, call) {
      const { phase, trace } = createPhase(`${name}-${record.phases.length + 1}`, name, call, { keepText, elapsedMs, kept, isOpen, changed: () => { changed('soon'); } });
      if (isOpen()) {
        record.phases.push(phase);
        changed('soon');
      }
      return trace;
    },
    served(served) {
      if (!isOpen()) return;
      record.served = served;
      record.firstContentMs ??= elapsedMs();
      changed('now');
    },
    answer(text, toolCalls) {
      if (!isOpen()) return;
      record.answer = keepText ? capText(text) : '';
      record.toolCalls = kept(toolCalls);
      changed('soon');
    },
    finish({ status, httpStatus, usage, costUsd, error }) {
      if (!isOpen()) return;
      const durationMs = elapsedMs();
      for (const phase of record.phases.filter((one) => one.status === 'running')) Object.assign(phase, { status: 'aborted', endedMs: durationMs });
      Object.assign(record, { status, httpStatus, usage, costUsd, durationMs });
      record.error = error === null ? null : { ...error, message: capText(error.message, MAX_MESSAGE_CHARS) };
      finished();
    },
  };
}

/** A copy that later changes of the record do not reach. What is never changed in place (plan, usage) is shared. */
export function snapshotOf(record: Readonly<TraceRecord>): TraceRecord {
  return { ...record, phases: record.phases.map((phase) => ({ ...phase, attempts: [...phase.attempts] })) };
}

interface PhaseContext {
  keepText: boolean;
  elapsedMs(): number;
  kept(calls: ToolCalls): ToolCalls;
  /** Is the request still running? */
  isOpen(): boolean;
  changed(): void;
}

function createPhase(id: string, name: PhaseName, call: PlannedCall, { keepText, elapsedMs, kept, isOpen, changed }: PhaseContext): { phase: Phase; trace: PhaseTrace } {
  const text = createCappedText();
  const phase: Phase = {
    id, phase: name, ...targetOf(call), status: 'running', startedMs: elapsedMs(), firstContentMs: null, endedMs: null, usage: null, costUsd: null,
    attempts: [], toolCalls: [],
    // Put together when somebody looks, not with each piece.
    get text() { return text.value(); },
  };
  const whenRunning = (change: () => void) => {
    if (phase.status !== 'running' || !isOpen()) return;
    change();
    changed();
  };
  const trace: PhaseTrace = {
    attempt: (attempt) => { whenRunning(() => phase.attempts.push(shortened(attempt))); },
    movedTo: (other) => { whenRunning(() => Object.assign(phase, targetOf(other))); },
    firstContent: () => { whenRunning(() => { phase.firstContentMs ??= elapsedMs(); }); },
    text: (piece) => { if (keepText) whenRunning(() => { text.append(piece); }); },
    toolCalls: (calls) => { whenRunning(() => { phase.toolCalls = kept(calls); }); },
    verdict: (verdict) => { whenRunning(() => { phase.verdict = keepText ? capText(verdict, MAX_MESSAGE_CHARS) : verdictName(verdict); }); },
    end(status, result) {
      whenRunning(() => Object.assign(phase, { status, endedMs: elapsedMs(), usage: result?.usage ?? null, costUsd: result?.costUsd ?? null }));
    },
  };
  return { phase, trace };
}

const targetOf = ({ role, candidateId, model, upstreamName }: PlannedCall) => ({ role, candidateId, model, upstreamName });

function shortened(attempt: Attempt): Attempt {
  return attempt.message === undefined ? attempt : { ...attempt, message: capText(attempt.message, MAX_MESSAGE_CHARS) };
}

function emptyRecord({ userAgent, ...start }: RequestStart): TraceRecord {
  return {
    ...start, client: clientName(userAgent), status: 'running', durationMs: null, firstContentMs: null, httpStatus: null, plan: null, phases: [],
    served: null, usage: null, costUsd: null, error: null, answer: '', toolCalls: [],
  };
}
