import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { AnswerEvent } from '../../../src/protocol/answer.ts';
import { costOf } from '../../../src/strategy/cost.ts';
import { errorFor } from '../../../src/strategy/failure.ts';
import { readJudgement } from '../../../src/strategy/fusion.ts';
import { iterate } from '../../../src/strategy/iterate.ts';
import { mayBecomeNoChange, saysNoChange } from '../../../src/strategy/prompts.ts';
import type { FailureReason, UpstreamFailure } from '../../../src/upstream/types.ts';

const failure = (reason: FailureReason, more: Partial<UpstreamFailure> = {}): UpstreamFailure => ({ reason, status: 0, message: `was ${reason}`, code: null, param: null, ...more });

describe('the cost of a call', () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 500_000, cachedInputTokens: 400_000, reasoningTokens: 0, estimated: false };

  it('bills cached input at its own price', () => {
    assert.equal(costOf(usage, { inputUsdPer1M: 2, outputUsdPer1M: 8, cachedInputUsdPer1M: 0.5 }), 0.6 * 2 + 0.4 * 0.5 + 0.5 * 8);
  });

  it('bills it as input where no such price is known, and is unknown without a price', () => {
    assert.equal(costOf(usage, { inputUsdPer1M: 2, outputUsdPer1M: 8 }), 6);
    assert.equal(costOf(usage, null), null);
  });
});

describe('what the client is told when nothing answered', () => {
  it('is 429 with the shortest wait when everything is rate-limited or cooling', () => {
    const error = errorFor([failure('rate_limited', { retryAfterS: 30 }), failure('cooling_down', { retryAfterS: 4 })]);
    assert.deepEqual([error.status, error.retryAfterS], [429, 4]);
  });

  it("is the first choice's failure otherwise, and never a status of ours for a key of ours", () => {
    assert.equal(errorFor([failure('timeout'), failure('rate_limited')]).status, 504);
    assert.equal(errorFor([failure('rate_limited'), failure('server_error', { status: 503 })]).status, 503);
    const refused = errorFor([failure('auth', { status: 401 })]);
    assert.deepEqual([refused.status, refused.shouldRetry], [502, false]);
    assert.deepEqual([errorFor([failure('context_length')]).status, errorFor([failure('context_length')]).code], [400, 'context_length_exceeded']);
    assert.equal(errorFor([]).status, 502);
  });

  it('begins like a sentence, and never changes the name of a model', () => {
    assert.match(errorFor([failure('server_error', { message: 'upstream `default` answered 500' })]).message, /^Upstream `default`/);
    assert.match(errorFor([failure('incomplete', { message: 'openai/gpt ended its stream' })]).message, /^openai\/gpt ended/);
  });
});

describe("a verifier's reply", () => {
  it('says no change in more than one spelling', () => {
    for (const reply of ['NO_CHANGE', 'no change', '"No changes."', '**NO_CHANGE**', ' No-Change\n']) assert.ok(saysNoChange(reply), reply);
    for (const reply of ['No, change line 3', 'The draft is fine', 'Nothing', 'NOTE: x']) assert.ok(!saysNoChange(reply), reply);
  });

  it('is held only as long as it may still say so', () => {
    for (const start of ['', 'N', 'NO', 'NO_', 'no ch', '**NO_CHAN']) assert.ok(mayBecomeNoChange(start), start);
    for (const start of ['Not', 'The', 'No, ', 'Now we', 'def f']) assert.ok(!mayBecomeNoChange(start), start);
  });
});

describe("a judge's reply", () => {
  it('is read out of prose and fences', () => {
    assert.deepEqual(readJudgement('Sure:\n```json\n{"best":"Answer B","consensus":[]}\n```', 3), { best: 1, notes: '{"best":"Answer B","consensus":[]}', ok: true });
  });

  it('falls back to the first answer, its words kept as notes', () => {
    assert.deepEqual(readJudgement('B is best', 2), { best: 0, notes: 'B is best', ok: false });
    assert.deepEqual([readJudgement('{"best":"Z"}', 2).best, readJudgement('{"best":"Z"}', 2).ok], [0, false]);
  });
});

describe('a pushed answer as a sequence', () => {
  const step = (text: string): AnswerEvent => ({ type: 'wire', text });

  it('gives every step in order and then ends', async () => {
    const seen: string[] = [];
    for await (const event of iterate(async (_, emit) => { for (const text of ['a', 'b', 'c']) await emit(step(text)); }, new AbortController().signal)) if (event.type === 'wire') seen.push(event.text);
    assert.deepEqual(seen, ['a', 'b', 'c']);
  });

  it('makes the producer wait for its reader', async () => {
    let sent = 0;
    const sequence = iterate(async (_, emit) => { for (;;) { sent++; await emit(step('x')); if (sent === 3) return; } }, new AbortController().signal);
    await sequence.next();
    assert.equal(sent, 1);
    await sequence.return(undefined);
  });

  it('aborts the producer when its reader leaves early', async () => {
    let left: AbortSignal | null = null;
    const sequence = iterate(async (signal, emit) => { left = signal; await emit(step('x')); }, new AbortController().signal);
    await sequence.next();
    await sequence.return(undefined);
    assert.equal((left as AbortSignal | null)?.aborted, true);
  });
});
