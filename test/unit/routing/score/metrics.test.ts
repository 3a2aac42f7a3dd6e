import assert from 'node:assert/strict';
import { atPercentile, benchmarkFor, blendedPrice, callCostUsd, skillFit } from '../../../../src/routing/score/metrics.ts';
import { candidate, taskFor } from './builders.ts';

describe('a metric at a percentile', () => {
  it('is a plain number at every percentile', () => {
    assert.equal(atPercentile(40, 'p90'), 40);
  });

  it('is what is given, else on the line between its neighbours, else the nearest', () => {
    const metric = { p50: 100, p90: 60 };
    assert.equal(atPercentile(metric, 'p90'), 60);
    assert.equal(atPercentile(metric, 'p75'), 75);
    assert.equal(atPercentile(metric, 'p99'), 60);
    assert.equal(atPercentile({ p90: 60 }, 'p50'), 60);
  });

  it('is unknown when nothing is', () => {
    assert.equal(atPercentile(undefined, 'p50'), null);
    assert.equal(atPercentile({}, 'p50'), null);
  });
});

describe('prices', () => {
  it('blend three parts input with one part output', () => {
    assert.equal(blendedPrice({ inputUsdPer1M: 1, outputUsdPer1M: 5 }), 2);
    assert.equal(blendedPrice(undefined), null);
  });

  it('make the cost of a call, with the cached part at its own price', () => {
    const pricing = { inputUsdPer1M: 2, outputUsdPer1M: 8, cachedInputUsdPer1M: 0.5 };
    assert.equal(callCostUsd(pricing, 1_000_000, 100_000), 2.8);
    assert.equal(callCostUsd(pricing, 1_000_000, 0, 1_000_000), 0.5);
    assert.equal(callCostUsd({ inputUsdPer1M: 2, outputUsdPer1M: 8 }, 1_000_000, 0, 1_000_000), 2);
  });
});

describe('skills and benchmarks', () => {
  const task = taskFor('Debug the crash in the API code');

  it('fit by the weight of each skill in the task, over what is known', () => {
    const fit = skillFit(candidate({ skills: { coding: 1, writing: 0 } }), task);
    assert.ok(fit !== null && fit > 0.9);
    assert.equal(skillFit(candidate({ skills: {} }), task), null);
  });

  it('prefer the benchmark of the domain, then of the skills, then what there is', () => {
    assert.equal(benchmarkFor(candidate({ benchmarks: { debug: 11, coding: 80 } }), task), 11);
    assert.equal(Math.round(benchmarkFor(candidate({ benchmarks: { coding: 80, arena: 10 } }), task) ?? 0), 80);
    assert.equal(benchmarkFor(candidate({ benchmarks: { swe: 40, arena: 60 } }), task), 50);
    assert.equal(benchmarkFor(candidate({ benchmarks: {} }), task), null);
  });
});
