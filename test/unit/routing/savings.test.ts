import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Pricing } from '../../../src/config/schema.ts';
import { compareAnswer, type Answered, type Capable } from '../../../src/routing/savings.ts';
import type { Plan } from '../../../src/routing/types.ts';
import { costOf } from '../../../src/strategy/cost.ts';
import { ask, planned } from './support.ts';

const one = (id: string, quality: number, pricing: Pricing | undefined): Capable => ({ quality, candidate: { id, model: `models/${id}`, pricing } });
const small = one('small', 0.5, { inputUsdPer1M: 1, outputUsdPer1M: 2, cachedInputUsdPer1M: 0.1 });
const big = one('big', 0.9, { inputUsdPer1M: 10, outputUsdPer1M: 20, cachedInputUsdPer1M: 1 });
const local = one('local', 0.95, undefined);
const POOL = [small, big];

const usage = { inputTokens: 100_000, outputTokens: 10_000, cachedInputTokens: 0, reasoningTokens: 0, estimated: false };
const price = (used: Answered['usage'], pricing: Pricing): number => costOf(used, pricing) ?? NaN;
const { session, task } = planned(ask('Fix the failing test'));
const NEW: Pick<Plan, 'session' | 'task'> = { session: { ...session, hit: false }, task: { ...task, turn: 'task' } };
const GOES_ON = { ...NEW, session: { ...session, hit: true } };
const compare = (answered: Partial<Answered> = {}, { pool = POOL, asked = NEW } = {}) => compareAnswer({ usage, earlierInputTokens: undefined, ...answered }, pool, asked, price);

describe('what an answer would have cost elsewhere', () => {
  it('is one call of the candidate most likely to be right, and of the one whose call is cheapest', () => {
    const { strongest, cheapest, tokens } = compare();
    assert.deepEqual(strongest, { candidateId: 'big', model: 'models/big', costUsd: 1.2 });
    assert.deepEqual(cheapest, { candidateId: 'small', model: 'models/small', costUsd: 0.12 });
    assert.deepEqual(tokens, { input: 100_000, cached: 0, output: 10_000, estimated: false });
  });

  it('is by these tokens, not by list prices: dear output does not matter where nothing is written', () => {
    const reader = one('reader', 0.4, { inputUsdPer1M: 0.5, outputUsdPer1M: 500 });
    assert.equal(compare({}, { pool: [small, reader] }).cheapest?.candidateId, 'small');
    assert.equal(compare({ usage: { ...usage, outputTokens: 0 } }, { pool: [small, reader] }).cheapest?.candidateId, 'reader');
  });

  it('is warm for the part of the input that the request before had, and cold for what is new', () => {
    const { strongest, tokens } = compare({ earlierInputTokens: 80_000 }, { asked: GOES_ON });
    assert.equal(tokens.cached, 80_000);
    assert.equal(strongest?.costUsd, (20_000 * 10 + 80_000 * 1 + 10_000 * 20) / 1e6);
  });

  it('never counts more as cached than was sent', () => {
    assert.equal(compare({ earlierInputTokens: 250_000 }, { asked: GOES_ON }).tokens.cached, 100_000);
  });

  it('is cold when the request before is too long ago, however much is known of it', () => {
    assert.equal(compare({ earlierInputTokens: null }, { asked: GOES_ON }).tokens.cached, 0);
  });

  it('takes nine tenths for warm in a session that nobody remembers the tokens of, and nothing in a new one', () => {
    assert.equal(compare({}, { asked: GOES_ON }).tokens.cached, 90_000);
    assert.equal(compare({}, { asked: NEW }).tokens.cached, 0);
  });

  it('gives others at least what the real cache held', () => {
    assert.equal(compare({ usage: { ...usage, cachedInputTokens: 60_000 }, earlierInputTokens: null }).tokens.cached, 60_000);
    assert.equal(compare({ usage: { ...usage, cachedInputTokens: 95_000 }, earlierInputTokens: 80_000 }, { asked: GOES_ON }).tokens.cached, 95_000);
  });

  it('leaves a chore without tools cold, since its prompt is not the session\'s', () => {
    const chore = { ...GOES_ON, task: { ...task, turn: 'chore' as const, needs: { ...task.needs, tools: false } } };
    assert.equal(compare({ earlierInputTokens: 80_000 }, { asked: chore }).tokens.cached, 0);
    assert.equal(compare({ earlierInputTokens: 80_000 }, { asked: { ...chore, task: { ...chore.task, needs: { ...task.needs, tools: true } } } }).tokens.cached, 80_000);
  });

  it('says how many could not be priced, and takes none of them for the strongest', () => {
    const { strongest, cheapest, unpriced } = compare({}, { pool: [local, ...POOL] });
    assert.deepEqual([strongest?.candidateId, cheapest?.candidateId, unpriced], ['big', 'small', 1]);
  });

  it('is not known where no price is', () => {
    const { strongest, cheapest, unpriced } = compare({}, { pool: [local] });
    assert.deepEqual([strongest, cheapest, unpriced], [null, null, 1]);
  });
});
