import assert from 'node:assert/strict';
import { probeRetryAfter, retryAfterMs } from '../../../../src/receipts/probe/retry-after.ts';

describe('a Retry-After', () => {
  it('is seconds, a date, or milliseconds in a header of their own', () => {
    const nowMs = Date.parse('2026-11-23T12:00:00Z');
    assert.equal(retryAfterMs({ 'retry-after': '8' }, nowMs), 8_000);
    assert.equal(retryAfterMs({ 'retry-after': 'Mon, 23 Nov 2026 12:00:05 GMT' }, nowMs), 5_000);
    assert.equal(retryAfterMs({ 'retry-after': 'Mon, 23 Nov 2026 11:00:00 GMT' }, nowMs), 0);
    assert.equal(retryAfterMs({ 'retry-after': '8', 'retry-after-ms': '250' }, nowMs), 250);
  });

  it('is nothing when it is missing or makes no sense', () => {
    for (const headers of [{}, { 'retry-after': '' }, { 'retry-after': 'soon' }, { 'retry-after': '-1' }, { 'retry-after-ms': 'x' }]) assert.equal(retryAfterMs(headers, 0), null);
  });
});

describe('the check of rate limits', () => {
  it('is skipped when none came, passes when each told how long to wait, and warns otherwise', () => {
    assert.equal(probeRetryAfter([]).status, 'skip');
    assert.deepEqual([probeRetryAfter([8_000, 250]).status, probeRetryAfter([8_000, 250]).detail], ['pass', '2 answers with 429, Retry-After up to 8 s']);
    assert.deepEqual([probeRetryAfter([8_000, null]).status, probeRetryAfter([null]).detail], ['warn', '1 of 1 answers with 429 came without Retry-After']);
  });
});
