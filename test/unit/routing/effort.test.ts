import assert from 'node:assert/strict';
import { ablerOf, abilityForEffort, decisionsByAbility, planOf, WARM } from '../../support/effort-pool.ts';

describe('a change of effort', () => {
  it('stands between staying as it is and a move: where the other model is better, but not by enough to pay for a cold cache', () => {
    const decisions = decisionsByAbility().map(({ decision }) => decision);
    const turns = decisions.filter((decision, at) => decision !== decisions[at - 1]);
    assert.deepEqual(turns, ['stays', 'thinks harder', 'moves']);
  });

  it('reads the conversation anew, as a move does, and so is none where the other model costs the same', () => {
    const harder = planOf([WARM, ablerOf(abilityForEffort())]), plain = planOf([WARM]), { pricing } = WARM;
    const read = ({ task, budget }: typeof plain): number => ((budget.estimatedUsd ?? NaN) * 1e6) / task.contextTokens;
    assert.ok(read(harder) > 3 && read(plain) < 1, `${String(read(harder))} and ${String(read(plain))} USD for a million tokens in`);
    for (let ability = 0.6; ability < 0.98; ability += 0.01) assert.equal(planOf([WARM, { ...ablerOf(ability), pricing }]).primary.effort, undefined);
  });

  it('is told with its reason', () => {
    const { primary, explanation } = planOf([WARM, ablerOf(abilityForEffort())]);
    assert.deepEqual([primary.candidateId, primary.effort], ['warm', 'high']);
    assert.ok(explanation.some((sentence) => sentence.includes('warm thinks harder (high) instead of a move to abler')), explanation.join('\n'));
  });

  it('goes one step above what the client asks for, and no further than the model', () => {
    const two = [WARM, ablerOf(abilityForEffort())];
    assert.equal(planOf(two, { reasoning_effort: 'low' }).primary.effort, 'medium');
    assert.equal(planOf(two, { reasoning_effort: 'high' }).primary.effort, undefined);
  });

  it('is never asked for a client that switched reasoning off', () => {
    assert.equal(planOf([WARM, ablerOf(abilityForEffort())], { reasoning: { enabled: false } }).primary.effort, undefined);
  });

  it('is never asked of a model that takes none, or whose configuration fixes it', () => {
    const other = ablerOf(abilityForEffort());
    for (const fixed of [{ efforts: [] }, { efforts: undefined }, { upstream: { reasoning_effort: 'low' } }]) assert.equal(planOf([{ ...WARM, ...fixed }, other]).primary.effort, undefined);
  });

  it('is the next one, in whatever order they are listed', () => {
    const other = ablerOf(abilityForEffort());
    assert.equal(planOf([{ ...WARM, efforts: ['max', 'high', 'low'] }, other]).primary.effort, 'high');
  });

  it('is counted in the estimate of the budget', () => {
    const harder = planOf([WARM, ablerOf(abilityForEffort())]), plain = planOf([WARM]);
    assert.deepEqual([harder.primary.effort, plain.primary.effort], ['high', undefined]);
    assert.ok((harder.budget.estimatedUsd ?? NaN) > (plain.budget.estimatedUsd ?? NaN));
  });
});
