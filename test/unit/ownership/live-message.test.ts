import assert from 'node:assert/strict';
import { parseLiveMessage } from '../../../src/ownership/live-message.ts';
import { summaryOf } from '../../../src/trace/summary.ts';
import { sampleOwnerState, sampleRecord } from '../../support/sample-trace.ts';

const parse = (message: unknown) => parseLiveMessage(JSON.stringify(message));

describe('live message', () => {
  it('of every kind comes through as it was', () => {
    const messages = [
      { type: 'hello', state: sampleOwnerState(), traces: [summaryOf(sampleRecord())] },
      { type: 'state', state: sampleOwnerState({ mode: { kind: 'role', role: 'coder' } }) },
      { type: 'trace', trace: sampleRecord() },
      { type: 'trace', trace: sampleRecord({ plan: null, served: null, phases: [], status: 'running', durationMs: null }) },
      { type: 'deleted', id: 'trace-1' },
    ];
    for (const message of messages) assert.deepEqual(parse(message), JSON.parse(JSON.stringify(message)));
  });

  it('keeps fields that a newer owner adds', () => {
    const state = { ...sampleOwnerState(), novelty: 1 };
    assert.deepEqual(parse({ type: 'state', state }), { type: 'state', state });
  });

  it('is null when it is not understood', () => {
    const broken = [
      null, 1, 'text', [], {}, { type: 'novelty' }, { type: 'deleted' }, { type: 'deleted', id: 1 }, { type: 'state' },
      { type: 'state', state: { ...sampleOwnerState(), mode: { kind: 'novelty' } } }, { type: 'state', state: { ...sampleOwnerState(), port: '8787' } },
      { type: 'hello', state: sampleOwnerState(), traces: [{ id: 'x' }] }, { type: 'trace', trace: { ...sampleRecord(), phases: 'none' } },
      { type: 'trace', trace: { ...sampleRecord(), status: 'novel' } }, { type: 'trace', trace: { ...sampleRecord(), phases: [{ id: 1 }] } },
    ];
    for (const message of broken) assert.equal(parse(message), null, JSON.stringify(message));
    assert.equal(parseLiveMessage('{'), null);
  });
});
