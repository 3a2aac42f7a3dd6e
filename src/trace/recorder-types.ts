/** The door to the recorder that the strategies write through. Every method is cheap and never throws. */
import type { ApiError } from '../protocol/errors.ts';
import type { Usage, WireFormat } from '../protocol/types.ts';
import type { Savings } from '../routing/savings.ts';
import type { Plan, PlannedCall } from '../routing/types.ts';
import type { Attempt, PhaseName, TraceRecord } from './types.ts';

export interface RequestStart {
  id: string;
  startedAtMs: number;
  wire: WireFormat;
  stream: boolean;
  dryRun: boolean;
  requestedModel: string;
  userAgent: string;
  messageCount: number;
  toolCount: number;
  requestBytes: number;
}

export interface Recorder {
  begin(start: RequestStart): RequestTrace;
}

export interface RequestTrace {
  readonly record: Readonly<TraceRecord>;
  planned(plan: Plan): void;
  startPhase(phase: PhaseName, call: PlannedCall): PhaseTrace;
  /** The first content is at hand. */
  served(served: { model: string; upstreamName: string; strategy: string; fallback: string | null }): void;
  answer(text: string, toolCalls: { name: string; arguments: string }[]): void;
  finish(end: { status: 'done' | 'failed' | 'aborted'; httpStatus: number | null; usage: Usage | null; costUsd: number | null; savings?: Savings | null; error: ApiError | null }): void;
}

export interface PhaseTrace {
  /** Another candidate or the same one again, after a failure. */
  attempt(attempt: Attempt): void;
  /** The call went to another model than planned. */
  movedTo(call: PlannedCall): void;
  firstContent(): void;
  /** Adds to what the model said. */
  text(piece: string): void;
  toolCalls(calls: { name: string; arguments: string }[]): void;
  verdict(verdict: string): void;
  end(status: 'done' | 'failed' | 'aborted', result?: { usage: Usage | null; costUsd: number | null }): void;
}
