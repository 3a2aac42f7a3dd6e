import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HALF_LIFE_MS, Measurements, type CallSample } from '../../../../src/upstream/telemetry/measurements.ts';

const sample = (part: Partial<CallSample>): CallSample => ({ upstreamName: 'up', model: 'm', ok: true, firstContentS: null, tokensPerS: null, ...part });
const near = (actual: number | undefined, expected: number, share = 0.06): void => { assert.ok(actual !== undefined && Math.abs(actual - expected) <= expected * share, `${String(actual)} is not about ${expected}`); };

function keep() {
  const kept = new Map<string, unknown>();
  return { kept, get: (key: string) => kept.get(key), set: (key: string, value: unknown) => { kept.set(key, structuredClone(value)); }, keys: () => [...kept.keys()].reverse() };
}

describe('what is measured of a model', () => {
  it('is its first content and its speed as percentiles, the bad end of each, and its availability', () => {
    const measurements = new Measurements(keep());
    for (let n = 1; n <= 100; n++) measurements.add(sample({ ok: n > 10, firstContentS: n / 10, tokensPerS: n }), 0);
    const measured = measurements.picture(0).get('up/m');
    near(measured?.firstContentS?.p50, 5);
    near(measured?.firstContentS?.p90, 9);
    near(measured?.tokensPerS?.p50, 50);
    near(measured?.tokensPerS?.p90, 10);
    near(measured?.availability, 0.9, 0.001);
    assert.equal(measured?.calls, 100);
  });

  it('fades: after a half-life the old counts half, and what is new outweighs it', () => {
    const measurements = new Measurements(keep());
    for (let n = 0; n < 10; n++) measurements.add(sample({ firstContentS: 10 }), 0);
    for (let n = 0; n < 6; n++) measurements.add(sample({ firstContentS: 1 }), HALF_LIFE_MS);
    const measured = measurements.picture(HALF_LIFE_MS).get('up/m');
    near(measured?.calls, 11, 0.001);
    near(measured?.firstContentS?.p50, 1);
  });

  it('counts nothing that was not the model’s doing', () => {
    const measurements = new Measurements(keep());
    measurements.add(sample({ ok: null }), 0);
    assert.equal(measurements.picture(0).size, 0);
  });

  it('is kept beyond a process, and never taken from something unreadable', () => {
    const store = keep();
    const before = new Measurements(store);
    for (let n = 0; n < 8; n++) before.add(sample({ ok: n !== 0, firstContentS: 2, tokensPerS: 40 }), 5_000);
    store.set('measured:up/broken', { version: 1, calls: 'many' });
    store.set('other', 1);
    const after = new Measurements(store);
    after.load();
    assert.deepEqual([...after.picture(5_000)], [...before.picture(5_000)]);
    after.add(sample({ firstContentS: 2 }), 6_000);
    near(after.picture(20_000).get('up/m')?.calls, 9, 0.01);
  });

  it('is the same picture until something changed and a moment has passed', () => {
    const measurements = new Measurements(keep());
    measurements.add(sample({}), 0);
    const first = measurements.picture(0);
    measurements.add(sample({}), 1);
    assert.equal(measurements.picture(1_000), first);
    assert.notEqual(measurements.picture(6_000), first);
  });

  it('grows by nothing when the clock is set back', () => {
    const measurements = new Measurements(keep());
    measurements.add(sample({}), HALF_LIFE_MS * 10);
    measurements.add(sample({}), 0);
    assert.equal(measurements.picture(0).get('up/m')?.calls, 2);
  });

  it('forgets the model that was not called for longest when there are too many', () => {
    const measurements = new Measurements(keep());
    for (let n = 0; n < 501; n++) measurements.add(sample({ model: `m${n}` }), n);
    const picture = measurements.picture(1_000);
    assert.deepEqual([picture.size, picture.has('up/m0'), picture.has('up/m500')], [500, false, true]);
  });
});
