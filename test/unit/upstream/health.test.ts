import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HealthBoard } from '../../../src/upstream/health.ts';
import type { FailureReason, Upstream, UpstreamCall } from '../../../src/upstream/types.ts';

const call: UpstreamCall = { purpose: 'answer', wire: 'chat', model: 'm', stream: false, body: [], headers: {} };
const signal = new AbortController().signal;

function setUp() {
  const clock = { nowMs: 1_000_000 };
  let next: { reason: FailureReason; retryAfterS?: number } | null = null, calls = 0;
  const upstream: Upstream = {
    name: 'up', kind: 'openai', protocols: ['chat'], close: () => Promise.resolve(),
    call() {
      calls++;
      return Promise.resolve(next === null
        ? { ok: true, reply: { status: 200, contentType: 'application/json', read: () => Promise.resolve(null), cancel: () => undefined } }
        : { ok: false, failure: { status: 0, message: 'x', code: null, param: null, ...next } });
    },
  };
  const board = new HealthBoard(() => clock.nowMs);
  return {
    clock, board, upstream,
    answer: async (with_: { reason: FailureReason; retryAfterS?: number } | null) => { next = with_; const result = await board.call(upstream, call, signal); return result.ok ? 'ok' : result.failure.reason; },
    get calls() { return calls; },
  };
}

describe('the health of a model', () => {
  it('rests as long as a 429 asks, without being called, and comes back', async () => {
    const health = setUp();
    assert.equal(await health.answer({ reason: 'rate_limited', retryAfterS: 8 }), 'rate_limited');
    assert.equal(await health.answer(null), 'cooling_down');
    assert.equal(health.calls, 1);
    assert.deepEqual([...health.board.coolingUntilMs()], [['up/m', 1_008_000]]);
    health.clock.nowMs += 8_001;
    assert.equal(await health.answer(null), 'ok');
    assert.equal(health.board.coolingUntilMs().size, 0);
  });

  it('never shortens a rest', async () => {
    const health = setUp();
    await health.answer({ reason: 'rate_limited', retryAfterS: 60 });
    health.clock.nowMs += 1_000;
    await health.answer({ reason: 'rate_limited', retryAfterS: 1 });
    assert.equal(health.board.restsUntilMs('up/m'), 1_060_000);
  });

  it('rests after four failures in a row', async () => {
    const health = setUp();
    for (let n = 0; n < 4; n++) assert.equal(await health.answer({ reason: 'server_error' }), 'server_error');
    assert.equal(await health.answer(null), 'cooling_down');
    assert.equal(health.calls, 4);
  });

  it('begins to count anew after a good answer', async () => {
    const health = setUp();
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 3; n++) await health.answer({ reason: 'server_error' });
      assert.equal(await health.answer(null), 'ok');
    }
    for (let n = 0; n < 4; n++) await health.answer({ reason: 'server_error' });
    assert.equal(await health.answer(null), 'cooling_down');
  });

  it("is not harmed by a client's mistakes", async () => {
    const health = setUp();
    for (let n = 0; n < 10; n++) await health.answer({ reason: 'bad_request' });
    assert.equal(await health.answer(null), 'ok');
  });

  it('counts answers that began well and broke', async () => {
    const health = setUp();
    for (let n = 0; n < 4; n++) await health.board.reportBroken('up', 'm', { reason: 'incomplete', status: 200, message: '', code: null, param: null });
    assert.equal(await health.answer(null), 'cooling_down');
  });

  it('forgets models when there are too many, those that rest last', async () => {
    const health = setUp();
    await health.answer({ reason: 'rate_limited', retryAfterS: 60 });
    assert.equal(await health.answer(null), 'cooling_down');
    for (let n = 0; n < 1_500; n++) assert.ok((await health.board.call(health.upstream, { ...call, model: `made-up-${n}` }, signal)).ok);
    assert.equal(await health.answer(null), 'cooling_down');
  });
});
