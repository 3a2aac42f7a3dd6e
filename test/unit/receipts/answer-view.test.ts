import assert from 'node:assert/strict';
import { readPlan, viewAnswer } from '../../../src/receipts/answer-view.ts';
import type { PortAnswer } from '../../../src/receipts/port.ts';
import type { Phase, TraceRecord } from '../../../src/trace/types.ts';

const bare: PortAnswer = { text: '', toolCalls: [], finishReason: null, usage: null, openfusion: {}, trace: null, latencyMs: 0 };

describe('reading the openfusion object', () => {
  it('makes nothing up where the object is missing', () => {
    const view = viewAnswer(bare);
    assert.deepEqual([view.panel, view.judge, view.traceId, view.dryRun, view.costUsd, view.phases], [[], null, null, null, null, []]);
  });

  it('leaves out what is malformed instead of failing', () => {
    const view = viewAnswer({ ...bare, openfusion: { panel: [{ role: 'fast' }, 7, { role: 'coder', model: 'm' }], judge: 'x', trace: { id: 5, phases: 'no' }, dry_run: 'yes', cost_usd: Number.NaN } });
    assert.deepEqual(view.panel, [{ role: 'coder', model: 'm' }]);
    assert.deepEqual([view.judge, view.traceId, view.dryRun, view.costUsd, view.phaseCount], [null, null, null, null, 0]);
  });

  it('takes a phase for done when it says so, or when one of its attempts succeeded', () => {
    const phases = [
      { phase: 'panel', status: 'done', attempts: [] },
      { phase: 'panel', status: 'running', attempts: [] },
      { phase: 'panel', attempts: [{ model: 'a', status: 'error' }, { model: 'b', status: 'success' }] },
      { phase: 'panel', attempts: [{ model: 'a', status: 'error' }] },
    ];
    const view = viewAnswer({ ...bare, openfusion: { trace: { id: 't', phases } } });
    assert.deepEqual(view.phases.map(({ status }) => status), ['done', 'failed', 'done', 'failed']);
  });

  it('reads usage in the names of the object and keeps the mark of an estimate', () => {
    const { usage } = viewAnswer({ ...bare, openfusion: { usage: { input_tokens: 9, output_tokens: 3, cached_input_tokens: 4, reasoning_tokens: 1, estimated: true } } });
    assert.deepEqual(usage, { inputTokens: 9, outputTokens: 3, cachedInputTokens: 4, reasoningTokens: 1, estimated: true });
  });

  it('prefers the recorded trace, which holds what each role said and how long it took', () => {
    const phase: Phase = {
      id: 'p', phase: 'panel', role: 'coder', candidateId: 'coder', model: 'm', upstreamName: 'default', status: 'done', startedMs: 5, firstContentMs: 6, endedMs: 25,
      usage: null, costUsd: 0.1, attempts: [], text: 'said', toolCalls: [],
    };
    const trace: TraceRecord = {
      id: 't9', startedAtMs: 0, durationMs: 30, firstContentMs: 6, status: 'done', httpStatus: 200, wire: 'chat', stream: false, dryRun: true, requestedModel: '', client: '',
      messageCount: 1, toolCount: 0, requestBytes: 1, plan: null, phases: [phase, { ...phase, text: '' }], served: null, usage: null, costUsd: 0.2, error: null, answer: '', toolCalls: [],
    };
    const view = viewAnswer({ ...bare, trace });
    assert.deepEqual(view.phases.map(({ text, latencyMs }) => [text, latencyMs]), [['said', 20], [null, 20]]);
    assert.deepEqual([view.traceId, view.dryRun, view.costUsd], ['t9', true, 0.2]);
  });
});

describe('reading a plan', () => {
  it('takes it bare or wrapped', () => {
    const plan = { strategy: 'direct', primary: { role: 'fast', model: 'm', upstreamName: 'default' }, budget: { plannedCalls: 1, maxCalls: 6, estimatedUsd: null } };
    assert.deepEqual(readPlan(plan).primary, { role: 'fast', model: 'm' });
    assert.deepEqual(readPlan({ plan }), readPlan(plan));
  });
});
