import assert from 'node:assert/strict';
import type { Candidate } from '../../../../src/config/schema.ts';
import { scorePool } from '../../../../src/routing/score/score.ts';
import { SCORE_PARTS, scoreWeights } from '../../../../src/routing/score/weights.ts';
import type { ScoredCandidate } from '../../../../src/routing/types.ts';
import { configFrom, DEFAULTS } from '../support.ts';
import { candidate, price, taskFor } from './builders.ts';

const task = taskFor('Debug the crash in the API code');

function score(candidates: Candidate[], { config = DEFAULTS, warmId = null as string | null } = {}): ScoredCandidate[] {
  return scorePool({ candidates, task, weights: scoreWeights(config.auto.scoring, 'smart'), config, warmId, reading: null, sticky: true });
}
const byId = (scored: ScoredCandidate[], id: string): ScoredCandidate => {
  const found = scored.find((one) => one.id === id);
  assert.ok(found, id);
  return found;
};
const near = (actual: number | undefined, expected: number): void => { assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${String(actual)} is not ${expected}`); };

describe('scoring a pool', () => {
  it('adds up: weighted parts, bonus, penalties', () => {
    const config = configFrom({ auto: { scoring: { preferences: { preferredMinThroughput: { p90: 40 }, preferredMaxLatency: 1 } } } });
    for (const one of score(config.auto.candidates, { config, warmId: 'coder' })) {
      const parts = SCORE_PARTS.reduce((total, part) => total + one.weights[part] * one.parts[part], 0);
      near(one.score, parts + one.stickyBonus - one.penalties.reduce((total, { amount }) => total + amount, 0));
      for (const part of SCORE_PARTS) assert.ok(one.parts[part] >= 0 && one.parts[part] <= 1, `${one.id} ${part} ${one.parts[part]}`);
    }
  });

  it('puts the best first, and of equals the one that stands first in the configuration', () => {
    const scored = score([candidate({ id: 'a', skills: { coding: 0.5 } }), candidate({ id: 'b', skills: { coding: 0.5 } }), candidate({ id: 'c', skills: { coding: 1 } })]);
    assert.deepEqual(scored.map(({ id }) => id), ['c', 'a', 'b']);
  });

  it('takes off the price part in proportion to the expected cost: free is 1, the dearest 0', () => {
    const scored = score([candidate({ id: 'free', pricing: price(0) }), candidate({ id: 'a', pricing: price(1) }), candidate({ id: 'b', pricing: price(2) }), candidate({ id: 'c', pricing: price(4) })]);
    for (const [id, part] of [['free', 1], ['a', 0.75], ['b', 0.5], ['c', 0]] as const) near(byId(scored, id).parts.price, part);
  });

  it('lets no candidate that is dearer than all others by far set the scale', () => {
    const scored = score([candidate({ id: 'a', pricing: price(1) }), candidate({ id: 'b', pricing: price(2) }), candidate({ id: 'c', pricing: price(2_000) })]);
    near(byId(scored, 'a').parts.price, 0.95);
    near(byId(scored, 'b').parts.price, 0.9);
    assert.ok(byId(scored, 'c').parts.price < 0);
  });

  it('makes skill and benchmark predicted qualities, and takes one where only one is known', () => {
    const [both] = score([candidate({ skills: { coding: 0.8 }, benchmarks: { coding: 60 } })]);
    near(both?.parts.skill, 0.8);
    near(both?.parts.benchmark, 0.6);
    near(both?.quality, 0.6 * 0.8 + 0.4 * 0.6);
    const [skill] = score([candidate({ skills: { coding: 0.8 } })]), [benchmark] = score([candidate({ benchmarks: { coding: 80 } })]);
    for (const one of [skill, benchmark]) for (const value of [one?.parts.skill, one?.parts.benchmark, one?.quality]) near(value, 0.8);
    assert.equal(score([candidate({ benchmarks: { coding: 90 } })])[0]?.metrics.benchmarkPercentile, 90);
  });

  it('compares speed with the fastest of the pool', () => {
    const scored = score([candidate({ id: 'a', performance: { throughput: 100, latency: 2 } }), candidate({ id: 'b', performance: { throughput: { p50: 50 }, latency: { p50: 1 } } })]);
    near(byId(scored, 'a').parts.throughput, 1);
    near(byId(scored, 'b').parts.throughput, 0.5);
    near(byId(scored, 'a').parts.latency, 0.5);
    near(byId(scored, 'b').parts.latency, 1);
  });

  it('takes the mean of the pool for what a candidate does not say, and the middle when nobody says it', () => {
    const scored = score([candidate({ id: 'a', availability: 0.8, performance: { throughput: 100 } }), candidate({ id: 'b', availability: 0.6, performance: { throughput: 50 } }), candidate({ id: 'c' })]);
    near(byId(scored, 'c').parts.availability, 0.7);
    near(byId(scored, 'c').parts.throughput, 0.75);
    near(byId(scored, 'c').parts.latency, 0.5);
    assert.deepEqual(byId(scored, 'c').metrics, { benchmarkPercentile: null, priceUsdPer1M: null, throughputTps: null, latencyS: null, availability: null });
  });

  it('prefers quality at one end of the dial and the cheapest at the other', () => {
    const at = (costQualityTradeoff: number) => score(DEFAULTS.auto.candidates, { config: configFrom({ auto: { scoring: { costQualityTradeoff } } }) }).map(({ id }) => id);
    assert.equal(at(10)[0], 'coder');
    assert.deepEqual(at(10).slice(-2).toSorted(), ['verifier', 'writer']);
    assert.equal(at(0).at(-1), 'fast');
  });

  it('gives the warm candidate the sticky bonus and a cheaper input', () => {
    const cold = byId(score(DEFAULTS.auto.candidates), 'writer'), warm = byId(score(DEFAULTS.auto.candidates, { warmId: 'writer' }), 'writer');
    near(warm.stickyBonus, DEFAULTS.auto.scoring.stickyBonus);
    assert.ok(warm.parts.price > cold.parts.price && warm.score > cold.score + warm.stickyBonus);
    assert.ok((warm.costUsd ?? 1) < (cold.costUsd ?? 0));
    const off = configFrom({ auto: { stickiness: { enabled: false } } });
    assert.equal(byId(score(off.auto.candidates, { config: off, warmId: 'writer' }), 'writer').stickyBonus, 0);
  });

  it('does not know the cost where it does not know the price', () => {
    assert.equal(score([candidate()])[0]?.costUsd, null);
  });
});

describe('soft preferences', () => {
  const config = configFrom({ auto: { scoring: { preferences: { preferredMinThroughput: { p50: 100, p90: 40 }, preferredMaxLatency: { p90: 5 } } } } });
  const penalties = (performance: Candidate['performance']) => score([candidate({ performance })], { config })[0]?.penalties ?? [];

  it('cost the more the more they are missed, by name', () => {
    const [half] = penalties({ throughput: { p50: 50, p90: 40 } });
    assert.equal(half?.reason, 'preferredMinThroughput.p50');
    near(half?.amount, 0.075);
    assert.deepEqual(penalties({ latency: { p90: 10 } }).map(({ reason }) => reason), ['preferredMaxLatency.p90']);
  });

  it('cost nothing when they are met, or when nobody knows', () => {
    assert.deepEqual(penalties({ throughput: { p50: 120, p90: 50 }, latency: { p90: 5 } }), []);
    assert.deepEqual(penalties({}), []);
  });

  it('never leave anyone out', () => {
    assert.equal(score([candidate({ performance: { throughput: 0.001, latency: 1_000 } })], { config }).length, 1);
  });
});

describe('the fit of a role', () => {
  it('follows the signals', () => {
    const scored = score(DEFAULTS.auto.candidates);
    assert.equal(byId(scored, 'coder').parts.roleFit, 1);
    assert.equal(byId(scored, 'writer').parts.roleFit, 0);
  });

  it('of the fast role falls with complexity, from 1 to 0', () => {
    const fit = (complexity: number): number => byId(scorePool({ candidates: DEFAULTS.auto.candidates, task: { ...task, roleScores: {}, complexity }, weights: scoreWeights(DEFAULTS.auto.scoring, 'smart'), config: DEFAULTS, warmId: null, reading: null, sticky: true }), 'fast').parts.roleFit;
    assert.deepEqual([0, 0.3, 1].map(fit), [1, 0.5, 0]);
    assert.ok(fit(0.1) > fit(0.2) && fit(0.4) > fit(0.8));
  });
});
