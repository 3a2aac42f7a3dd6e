import assert from 'node:assert/strict';
import { verdictName, withoutAnswers, withoutText } from '../../../src/store/without-text.ts';
import { samplePhase, sampleRecord } from '../../support/sample-trace.ts';

describe('without text', () => {
  const record = sampleRecord({
    phases: [samplePhase({ text: 'secret plan', toolCalls: [{ name: 'write', arguments: '{"path":"secret plan"}' }], verdict: 'changed: secret plan' })],
    answer: 'secret plan',
    toolCalls: [{ name: 'write', arguments: '{"path":"secret plan"}' }],
  });

  it('leaves no word of a model, and the names of its tools', () => {
    const bare = withoutAnswers(record);
    assert.ok(!JSON.stringify(bare).includes('secret plan'));
    assert.deepEqual(bare.toolCalls, [{ name: 'write', arguments: '' }]);
    assert.equal(bare.phases[0]?.verdict, 'changed');
    assert.equal(bare.plan?.task.excerpt, 'fix the flaky login test');
  });

  it('leaves no word of the user either, wherever the plan quotes it', () => {
    const bare = JSON.stringify(withoutText(record));
    for (const word of ['secret plan', 'flaky', 'login']) assert.ok(!bare.includes(word), word);
  });

  it('does not touch what it was given', () => {
    const before = JSON.stringify(record);
    withoutText(record);
    assert.equal(JSON.stringify(record), before);
  });

  it('keeps the name of a verdict and drops the words', () => {
    assert.deepEqual(['no change', 'changed: use a mutex', 'The first answer is wrong.', undefined].map(verdictName), ['no change', 'changed', undefined, undefined]);
  });
});
