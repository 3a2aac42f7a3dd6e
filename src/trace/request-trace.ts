/** Writes down one request as it goes: mutates its record and says that it changed. No copying, no I/O, no text unless kept. */
import type { Usage } from '../protocol/types.ts';
import type { Plan, PlannedCall } from '../routing/types.ts';
import { planWithoutText, verdictName } from '../store/without-text.ts';
import { capText, createCappedText, type CappedText } from './capped-text.ts';
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
type End = Parameters<RequestTrace['finish']>[0];

/** Begins a record. What comes after `finish` is ignored. */
export function createRequestTrace(start: RequestStart, options: RequestTraceOptions): RequestTrace {
  return new RequestLog(start, options);
}

class RequestLog implements RequestTrace {
  readonly record: TraceRecord;
  readonly #options: RequestTraceOptions;

  constructor(start: RequestStart, options: RequestTraceOptions) {
    this.record = emptyRecord(start);
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.record.status === 'running';
  }

  get keepText(): boolean {
    return this.#options.keepText;
  }

  elapsedMs(): number {
    return this.#options.nowMs() - this.record.startedAtMs;
  }

  changed(urgency: 'soon' | 'now'): void {
    this.#options.changed(urgency);
  }

  kept(calls: ToolCalls): ToolCalls {
    return calls.map((call) => ({ name: call.name, arguments: this.keepText ? capText(call.arguments) : '' }));
  }

  planned(plan: Plan): void {
    if (!this.isOpen) return;
    this.record.plan = this.keepText ? plan : planWithoutText(plan);
    this.changed('now');
  }

  startPhase(name: PhaseName, call: PlannedCall): PhaseTrace {
    const log = new PhaseLog(this, `${name}-${this.record.phases.length + 1}`, name, call);
    if (this.isOpen) {
      this.record.phases.push(log.phase);
      this.changed('soon');
    }
    return log;
  }

  served(served: NonNullable<TraceRecord['served']>): void {
    if (!this.isOpen) return;
    this.record.served = served;
    this.record.firstContentMs ??= this.elapsedMs();
    this.changed('now');
  }

  answer(text: string, toolCalls: ToolCalls): void {
    if (!this.isOpen) return;
    this.record.answer = this.keepText ? capText(text) : '';
    this.record.toolCalls = this.kept(toolCalls);
    this.changed('soon');
  }

  finish({ status, httpStatus, usage, costUsd, error }: End): void {
    const { record } = this;
    if (!this.isOpen) return;
    record.durationMs = this.elapsedMs();
    for (const phase of record.phases) {
      if (phase.status !== 'running') continue;
      phase.status = 'aborted';
      phase.endedMs = record.durationMs;
    }
    record.status = status;
    record.httpStatus = httpStatus;
    record.usage = usage;
    record.costUsd = costUsd;
    record.error = error === null ? null : { ...error, message: capText(error.message, MAX_MESSAGE_CHARS) };
    this.#options.finished();
  }
}

/** A copy that later changes of the record do not reach. What is never changed in place (plan, usage) is shared. */
export function snapshotOf(record: Readonly<TraceRecord>): TraceRecord {
  return { ...record, phases: record.phases.map((phase) => ({ ...phase, attempts: [...phase.attempts] })) };
}

class PhaseLog implements PhaseTrace {
  readonly phase: Phase;
  readonly #request: RequestLog;
  readonly #text: CappedText;

  constructor(request: RequestLog, id: string, name: PhaseName, { role, candidateId, model, upstreamName }: PlannedCall) {
    const text = createCappedText();
    this.#request = request;
    this.#text = text;
    this.phase = {
      id, phase: name, role, candidateId, model, upstreamName, status: 'running', startedMs: request.elapsedMs(), firstContentMs: null, endedMs: null, usage: null, costUsd: null,
      attempts: [], toolCalls: [],
      // Put together when somebody looks, not with each piece.
      get text() { return text.value(); },
    };
  }

  get #isOpen(): boolean {
    return this.phase.status === 'running' && this.#request.isOpen;
  }

  attempt(attempt: Attempt): void {
    if (!this.#isOpen) return;
    this.phase.attempts.push(shortened(attempt));
    this.#request.changed('soon');
  }

  movedTo({ role, candidateId, model, upstreamName }: PlannedCall): void {
    if (!this.#isOpen) return;
    Object.assign(this.phase, { role, candidateId, model, upstreamName });
    this.#request.changed('soon');
  }

  firstContent(): void {
    if (!this.#isOpen) return;
    this.phase.firstContentMs ??= this.#request.elapsedMs();
    this.#request.changed('soon');
  }

  text(piece: string): void {
    if (!this.#request.keepText || !this.#isOpen) return;
    this.#text.append(piece);
    this.#request.changed('soon');
  }

  toolCalls(calls: ToolCalls): void {
    if (!this.#isOpen) return;
    this.phase.toolCalls = this.#request.kept(calls);
    this.#request.changed('soon');
  }

  verdict(verdict: string): void {
    if (!this.#isOpen) return;
    this.phase.verdict = this.#request.keepText ? capText(verdict, MAX_MESSAGE_CHARS) : verdictName(verdict);
    this.#request.changed('soon');
  }

  end(status: Exclude<Phase['status'], 'running'>, result?: { usage: Usage | null; costUsd: number | null }): void {
    if (!this.#isOpen) return;
    this.phase.status = status;
    this.phase.endedMs = this.#request.elapsedMs();
    this.phase.usage = result?.usage ?? null;
    this.phase.costUsd = result?.costUsd ?? null;
    this.#request.changed('soon');
  }
}

function shortened(attempt: Attempt): Attempt {
  return attempt.message === undefined ? attempt : { ...attempt, message: capText(attempt.message, MAX_MESSAGE_CHARS) };
}

function emptyRecord({ userAgent, ...start }: RequestStart): TraceRecord {
  return {
    ...start, client: clientName(userAgent), status: 'running', durationMs: null, firstContentMs: null, httpStatus: null, plan: null, phases: [],
    served: null, usage: null, costUsd: null, error: null, answer: '', toolCalls: [],
  };
}
