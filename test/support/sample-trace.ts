/** Plausible traces and their parts, for tests that look at one field and need the rest to be there. */
import type { Plan, PlannedCall } from '../../src/routing/types.ts';
import type { FinishedTrace } from '../../src/store/types.ts';
import { textChars } from '../../src/store/without-text.ts';
import { summaryOf } from '../../src/trace/summary.ts';
import type { RequestStart } from '../../src/trace/recorder-types.ts';
import type { OwnerState, Phase, TraceRecord } from '../../src/trace/types.ts';

export function sampleCall(over: Partial<PlannedCall> = {}): PlannedCall {
  return { candidateId: 'coder', role: 'coder', model: 'vendor/coder', upstreamName: 'default', extraBody: {}, pricing: null, ...over };
}

/** A plan for the task "fix the flaky login test". */
export function samplePlan(over: Partial<Plan> = {}): Plan {
  return {
    mode: 'auto', strategy: 'fast-single', reason: 'simple_task',
    task: {
      turn: 'task', domain: 'debug', language: null, excerpt: 'fix the flaky login test', signals: [{ kind: 'coding', score: 2, evidence: 'flaky login', reason: 'names a bug' }],
      skills: { coding: 1, reasoning: 0, verification: 0, writing: 0 }, roleScores: { coder: 2 }, complexity: 0.2, risk: 0.1, difficulty: 0.3,
      contextTokens: 1_000, expectedOutputTokens: 200, needs: { tools: true, images: false, jsonSchema: false },
    },
    candidates: [], rejected: [], primary: sampleCall(), fallbacks: [], verifier: null, panel: [], judge: null, synthesizer: null,
    session: { source: 'none', from: 'none', id: null, hit: false, pins: { roles: {}, candidateId: null } }, pin: null,
    budget: { plannedCalls: 1, maxCalls: 6, estimatedUsd: null, maxUsd: null },
    explanation: ['a new task about debugging, because of "flaky login"'], route: { selectedRoles: ['coder'], rationale: 'coder: flaky login' },
    ...over,
  };
}

export function sampleStart(over: Partial<RequestStart> = {}): RequestStart {
  return {
    id: 'trace-1', startedAtMs: 1_000_000, wire: 'chat', stream: true, dryRun: false, requestedModel: 'openfusion/auto', userAgent: 'curl/8.5.0',
    messageCount: 2, toolCount: 3, requestBytes: 512, ...over,
  };
}

export function samplePhase(over: Partial<Phase> = {}): Phase {
  return {
    id: 'primary-1', phase: 'primary', role: 'coder', candidateId: 'coder', model: 'vendor/coder', upstreamName: 'default', status: 'done', startedMs: 1,
    firstContentMs: 20, endedMs: 80, usage: null, costUsd: null, attempts: [], text: 'I fixed it.', toolCalls: [], ...over,
  };
}

/** A finished record. */
export function sampleRecord(over: Partial<TraceRecord> = {}): TraceRecord {
  return {
    id: 'trace-1', startedAtMs: 1_000_000, durationMs: 90, firstContentMs: 20, status: 'done', httpStatus: 200, wire: 'chat', stream: true, dryRun: false,
    requestedModel: 'openfusion/auto', client: 'curl', messageCount: 2, toolCount: 3, requestBytes: 512, plan: samplePlan(), phases: [samplePhase()],
    served: { model: 'vendor/coder', upstreamName: 'default', strategy: 'fast-single', fallback: null }, usage: null, costUsd: 0.001, error: null,
    answer: 'I fixed it.', toolCalls: [], ...over,
  };
}

/** The same as it comes to a store. */
export function finishedTrace(record: TraceRecord): FinishedTrace {
  return {
    id: record.id, startedAtMs: record.startedAtMs, textChars: textChars(record), read: () => ({ record, summary: summaryOf(record) }),
    toJson: (shape) => ({ record: JSON.stringify(shape(record)), summary: JSON.stringify(summaryOf(shape(record))) }),
  };
}

export function sampleOwnerState(over: Partial<OwnerState> = {}): OwnerState {
  return {
    version: '0.0.0-test', pid: 4_711, host: '127.0.0.1', port: 8_787, mode: { kind: 'auto' }, dryRun: true, dryRunReason: 'no key is set', roles: ['coder'],
    kind: 'window', ...over,
  };
}
