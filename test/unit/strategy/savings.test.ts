import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { answerUsage, SessionInputs } from '../../../src/strategy/savings.ts';
import type { Phase, TraceRecord } from '../../../src/trace/types.ts';

const usage = (inputTokens: number, outputTokens: number, estimated = false) => ({ inputTokens, outputTokens, cachedInputTokens: 0, reasoningTokens: 0, estimated });
const phase = (name: Phase['phase'], model: string, given: Partial<Phase> = {}): Phase => ({
  id: `${name}-${model}`, phase: name, role: model, candidateId: model, model, upstreamName: 'default', status: 'done', startedMs: 0, firstContentMs: 1, endedMs: 2, usage: usage(100, 10), costUsd: 0.1,
  attempts: [], text: '', toolCalls: [], ...given,
});
const servedBy = (model: string): TraceRecord['served'] => ({ model, upstreamName: 'default', strategy: 'fast-single', fallback: null });

describe('the tokens of one answer', () => {
  it('are those of the call that gave it', () => {
    assert.deepEqual(answerUsage({ phases: [phase('primary', 'a')], served: servedBy('a') }), usage(100, 10));
  });

  it('are the request as a panelist read it and the answer as the synthesizer wrote it', () => {
    const phases = [phase('panel', 'a', { usage: usage(100, 40) }), phase('panel', 'b', { usage: usage(110, 50) }), phase('judge', 'c', { usage: usage(300, 20) }), phase('synthesis', 'c', { usage: usage(400, 60, true) })];
    assert.deepEqual(answerUsage({ phases, served: servedBy('c') }), usage(100, 60, true));
  });

  it("are the judge's choice where nothing is merged", () => {
    const phases = [phase('panel', 'a', { usage: usage(100, 40) }), phase('panel', 'b', { usage: usage(110, 50) }), phase('judge', 'b', { usage: usage(300, 20) })];
    assert.equal(answerUsage({ phases, served: servedBy('b') })?.outputTokens, 50);
  });

  it('are the draft that a verifier let through, or its correction', () => {
    const draft = phase('primary', 'a', { usage: usage(100, 40) });
    const passed = phase('verify', 'b', { usage: usage(200, 3), verdict: 'no change' }), corrected = { ...passed, usage: usage(200, 70), verdict: 'changed' };
    assert.deepEqual(answerUsage({ phases: [draft, passed], served: servedBy('a') }), usage(100, 40));
    assert.deepEqual(answerUsage({ phases: [draft, corrected], served: servedBy('b') }), usage(100, 70));
  });

  it('are not known of an answer that broke', () => {
    assert.equal(answerUsage({ phases: [phase('primary', 'a', { status: 'failed' })], served: servedBy('a') }), null);
    assert.equal(answerUsage({ phases: [], served: null }), null);
  });
});

describe('what a session sent before', () => {
  it('is remembered until its cache is cold', () => {
    const inputs = new SessionInputs(1_000);
    assert.equal(inputs.earlier('s', 0), undefined);
    inputs.remember('s', 500, 0);
    assert.equal(inputs.earlier('s', 1_000), 500);
    assert.equal(inputs.earlier('s', 1_001), null);
  });

  it('is forgotten of the sessions that were used longest ago, so that memory is bounded', () => {
    const inputs = new SessionInputs(1_000);
    for (let at = 0; at < 4_000; at++) inputs.remember(`s${at}`, at, 0);
    inputs.remember('s0', 7, 0);
    inputs.remember('new', 1, 0);
    assert.deepEqual([inputs.earlier('s0', 0), inputs.earlier('s1', 0), inputs.earlier('s2', 0)], [7, undefined, 2]);
  });
});
