import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Measured } from '../../../src/config/known-facts.ts';
import { withMeasured } from '../../../src/routing/measured.ts';
import { configFrom } from './support.ts';

const config = configFrom({ auto: { candidates: [
  { id: 'a', role: 'coder', model: 'v/a', availability: 0.9, performance: { latency: { p50: 1, p90: 4 }, throughput: 100 } },
  { id: 'b', role: 'coder', model: 'v/b' },
] } });
const measured = (samples: number, part: Partial<Measured> = {}): Measured => ({ calls: samples, availability: 1, firstContentS: { p50: 4, p90: 16, samples }, tokensPerS: { p50: 25, p90: 10, samples }, ...part });
const laid = (samples: number, id = 'a') => withMeasured(config, new Map([['default/v/a', measured(samples)], ['default/v/b', measured(samples)]])).auto.candidates.find((candidate) => candidate.id === id) ?? assert.fail();
const latencyOf = ({ performance: { latency } }: ReturnType<typeof laid>): number[] => (typeof latency === 'object' ? [latency.p50 ?? NaN, latency.p90 ?? NaN] : assert.fail());

describe('a configuration with measurements', () => {
  it('goes half by what is configured and half by the measurement when there are as many calls as a prior counts', () => {
    const [p50, p90] = latencyOf(laid(10));
    assert.ok(Math.abs((p50 ?? 0) - 2) < 1e-9 && Math.abs((p90 ?? 0) - 8) < 1e-9, `${String(p50)} ${String(p90)}`);
    assert.ok(Math.abs((laid(10).availability ?? 0) - 0.95) < 1e-9);
  });

  it('goes by the measurement nearly alone after many calls, and alone where nothing is configured', () => {
    assert.ok((latencyOf(laid(1_000))[0] ?? 0) > 3.9);
    assert.deepEqual(laid(6, 'b').performance, { latency: { p50: 4, p90: 16 }, throughput: { p50: 25, p90: 10 } });
    assert.equal(laid(6, 'b').availability, 1);
  });

  it('is the very same while there is too little to go by', () => {
    assert.equal(withMeasured(config, new Map()), config);
    assert.equal(withMeasured(config, new Map([['default/v/a', measured(4)]])), config);
    assert.equal(withMeasured(config, new Map([['elsewhere/v/a', measured(100)]])), config);
  });

  it('says of a candidate what was measured, and leaves what it was given as it was', () => {
    const before = structuredClone(config);
    assert.deepEqual(laid(10).measured, measured(10));
    assert.deepEqual(structuredClone(config), before);
  });

  it('takes what there is: availability without speed', () => {
    const next = withMeasured(config, new Map([['default/v/b', measured(20, { firstContentS: null, tokensPerS: null, availability: 0.5 })]])).auto.candidates[1];
    assert.deepEqual([next?.availability, next?.performance], [0.5, { latency: undefined, throughput: undefined }]);
  });
});
