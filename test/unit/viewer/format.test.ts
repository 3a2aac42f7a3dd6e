import assert from 'node:assert/strict';
import { bytesText, clockText, costText, countText, durationText, levelText, percentText, plural, scoreText, tickText } from '../../../src/viewer/format.ts';

describe('numbers for people', () => {
  it('writes durations in the unit that fits', () => {
    const written = [0, 38.4, 999.4, 999.6, 1234, 12_345, 59_949, 59_960, 65_000, 3_599_600, 7_500_000].map(durationText);
    assert.deepEqual(written, ['0 ms', '38 ms', '999 ms', '1.0 s', '1.2 s', '12.3 s', '59.9 s', '1 min 00 s', '1 min 05 s', '1 h 00 min', '2 h 05 min']);
    assert.equal(durationText(null), '–');
    assert.equal(durationText(-5), '0 ms');
    assert.deepEqual([0, 500, 1000, 1500, 20_000].map(tickText), ['0 ms', '500 ms', '1 s', '1.5 s', '20 s']);
  });

  it('writes costs with as many digits as they need', () => {
    assert.deepEqual([0, 0.00004, 0.0012, 0.0187, 0.25, 1.2].map(costText), ['$0', '<$0.0001', '$0.0012', '$0.019', '$0.250', '$1.20']);
    assert.equal(costText(null), '–');
  });

  it('shortens counts and sizes', () => {
    assert.deepEqual([0, 950, 1000, 12_340, 99_960, 999_960, 1_250_000].map(countText), ['0', '950', '1k', '12.3k', '100k', '1M', '1.3M']);
    assert.deepEqual([512, 74_210, 12_000_000].map(bytesText), ['512 B', '74.2 kB', '12 MB']);
  });

  it('writes shares, scores and levels', () => {
    assert.equal(percentText(0.725), '73 %');
    assert.deepEqual([0.81, -0.05].map(scoreText), ['0.810', '−0.050']);
    assert.deepEqual([0, 0.4, 0.9].map(levelText), ['low', 'medium', 'high']);
    assert.deepEqual([plural(1, 'call'), plural(3, 'call')], ['1 call', '3 calls']);
  });

  it('writes the time of day, with the date on another day', () => {
    const nowMs = Date.UTC(2026, 10, 22, 15, 0, 0);
    assert.equal(clockText(Date.UTC(2026, 10, 22, 9, 4, 5), { nowMs, timeZone: 'UTC' }), '09:04:05');
    assert.equal(clockText(Date.UTC(2026, 10, 21, 9, 4, 5), { nowMs, timeZone: 'UTC' }), '21 Nov, 09:04:05');
  });
});
