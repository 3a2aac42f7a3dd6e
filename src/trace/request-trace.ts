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

/** What all requests of a recorder share. */
export interface RequestTraceHost {
  nowMs(): number;
  /** `now`: a moment that people wait for. */
  changed(id: string, urgency: 'soon' | 'now'): void;
  finished(id: string): void;
}

type ToolCalls = TraceRecord['toolCalls'];
type End = Parameters<RequestTrace['finish']>[0];

/**
 * Begins a record. What comes after `finish` is ignored.
 * @param keepText false: no words of the user or of a model are ever put into the record
 */
export function createRequestTrace(start: RequestStart, keepText: boolean, host: RequestTraceHost): RequestTrace {
  return new RequestLog(start, keepText, host);
}

class RequestLog implements RequestTrace {
  readonly record: TraceRecord;
  readonly keepText: boolean;
  readonly #host: RequestTraceHost;

  constructor(start: RequestStart, keepText: boolean, host: RequestTraceHost) {
    this.record = emptyRecord(start);
    this.keepText = keepText;
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.record.status === 'running';
  }

  elapsedMs(): number {
    return this.#host.nowMs() - this.record.startedAtMs;
  }

  changed(urgency: 'soon' | 'now'): void {
    this.#host.changed(this.record.id, urgency);
  }

  kept(calls: ToolCalls): ToolCalls {
    return calls.length === 0 ? calls : calls.map((call) => ({ name: call.name, arguments: this.keepText ? capText(call.arguments) : '' }));
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

  finish({ status, httpStatus, usage, costUsd, savings = null, error }: End): void {
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
    record.savings = savings;
    record.error = error === null ? null : { ...error, message: capText(error.message, MAX_MESSAGE_CHARS) };
    this.#host.finished(this.record.id);
  }
}

/** A copy that later changes of the record do not reach. What is never changed in place (plan, usage) is shared. */
export function snapshotOf(record: Readonly<TraceRecord>): TraceRecord {
  return { ...record, phases: record.phases.map((phase) => ({ ...phase, attempts: [...phase.attempts] })) };
}

/** What a model said, put together when somebody looks, not with each piece. One getter for all: one of each phase's own would make it a slow object. */
const LAZY_TEXT: PropertyDescriptor & ThisType<PhaseRecord> = { enumerable: true, get() { return this.words(); } };

class PhaseRecord implements Phase {
  readonly id: string;
  readonly phase: PhaseName;
  role: string;
  candidateId: string;
  model: string;
  upstreamName: string;
  status: Phase['status'] = 'running';
  readonly startedMs: number;
  firstContentMs: number | null = null;
  endedMs: number | null = null;
  usage: Usage | null = null;
  costUsd: number | null = null;
  readonly attempts: Attempt[] = [];
  toolCalls: ToolCalls = [];
  declare verdict?: string | undefined;
  declare readonly text: string;
  #words: CappedText | null = null;

  constructor(id: string, name: PhaseName, { role, candidateId, model, upstreamName }: PlannedCall, startedMs: number) {
    this.id = id;
    this.phase = name;
    this.role = role;
    this.candidateId = candidateId;
    this.model = model;
    this.upstreamName = upstreamName;
    this.startedMs = startedMs;
    Object.defineProperty(this, 'text', LAZY_TEXT);
  }

  append(piece: string): void {
    (this.#words ??= createCappedText()).append(piece);
  }

  words(): string {
    return this.#words?.value() ?? '';
  }
}

class PhaseLog implements PhaseTrace {
  readonly phase: PhaseRecord;
  readonly #request: RequestLog;

  constructor(request: RequestLog, id: string, name: PhaseName, call: PlannedCall) {
    this.#request = request;
    this.phase = new PhaseRecord(id, name, call, request.elapsedMs());
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
    this.phase.append(piece);
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

function emptyRecord({ id, startedAtMs, wire, stream, dryRun, requestedModel, userAgent, messageCount, toolCount, requestBytes }: RequestStart): TraceRecord {
  return {
    id, startedAtMs, wire, stream, dryRun, requestedModel, messageCount, toolCount, requestBytes, client: clientName(userAgent), status: 'running', durationMs: null, firstContentMs: null, httpStatus: null, plan: null, phases: [],
    served: null, usage: null, costUsd: null, savings: null, error: null, answer: '', toolCalls: [],
  };
}
