import assert from 'node:assert/strict';
import { dutiesOf, pointsOf, positivePoints, scoreSentence, segmentsOf } from '../../../src/viewer/score.ts';
import { call, candidates, fusionPanel, plan } from '../../viewer/fixtures.ts';

const [coder, verifier] = candidates;

describe('a candidate\'s score', () => {
  it('is drawn as value times weight of each part, then the sticky bonus', () => {
    assert.ok(coder);
    assert.ok(Math.abs(pointsOf(coder, 'skill') - 0.86 * 0.3) < 1e-9);
    const segments = segmentsOf(coder, positivePoints(coder));
    assert.deepEqual(segments.map(({ part }) => part), ['skill', 'benchmark', 'price', 'throughput', 'latency', 'availability', 'roleFit', 'sticky']);
    assert.ok(Math.abs(segments.reduce((sum, { percent }) => sum + percent, 0) - 100) < 1e-6);
  });

  it('has no bonus segment without a bonus, and shares one scale with the others', () => {
    assert.ok(coder && verifier);
    const segments = segmentsOf(verifier, positivePoints(coder));
    assert.equal(segments.some(({ part }) => part === 'sticky'), false);
    assert.ok(segments.reduce((sum, { percent }) => sum + percent, 0) < 100);
  });

  it('adds up to the score once the penalties are off', () => {
    for (const candidate of candidates) {
      const penalty = candidate.penalties.reduce((sum, { amount }) => sum + amount, 0);
      assert.ok(Math.abs(positivePoints(candidate) - penalty - candidate.score) < 1e-9, candidate.id);
    }
  });

  it('is told in words as well', () => {
    assert.ok(verifier);
    assert.equal(
      scoreSentence(verifier),
      `Score ${verifier.score.toFixed(3)}: skill 0.270, benchmark 0.190, price 0.060, throughput 0.064, latency 0.035, availability 0.090, role fit 0.040, minus 0.050 for preferred max latency.`,
    );
  });

  it('draws nothing for a plan in which nobody has points', () => {
    assert.ok(coder);
    assert.deepEqual(new Set(segmentsOf(coder, 0).map(({ percent }) => percent)), new Set([0]));
  });
});

describe('the duties of a candidate', () => {
  it('names who answers and in which order others follow', () => {
    assert.deepEqual(['coder', 'verifier', 'fast', 'writer'].map((id) => dutiesOf(plan(), id)), [['chosen'], ['fallback 1'], ['fallback 2'], []]);
    assert.deepEqual(dutiesOf(plan({ verifier: call('verifier') }), 'verifier'), ['verifier', 'fallback 1']);
  });

  it('names panel, judge and synthesis', () => {
    const fused = fusionPanel(0).plan;
    assert.ok(fused);
    assert.deepEqual(['coder', 'verifier', 'writer', 'fast'].map((id) => dutiesOf(fused, id)), [['panel', 'fallback 1'], ['panel', 'judge'], ['synthesis'], []]);
  });
});
