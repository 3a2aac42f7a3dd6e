import assert from 'node:assert/strict';
import type { ConfigInput } from '../../../src/config/schema.ts';
import { ask, configFrom, pinnedTo, planned } from './support.ts';

type Given = NonNullable<NonNullable<ConfigInput['auto']>['candidates']>[number];
const skills = (all: number): Given['skills'] => ({ coding: all, reasoning: all, verification: all, writing: all });
const warm: Given = { id: 'warm', role: 'coder', model: 'v/warm', skills: skills(0.6), pricing: { inputUsdPer1M: 3, outputUsdPer1M: 15, cachedInputUsdPer1M: 0.3 }, efforts: ['low', 'medium', 'high'] };
const abler: Given = { id: 'abler', role: 'coder', model: 'v/abler', skills: skills(0.93), pricing: { inputUsdPer1M: 3, outputUsdPer1M: 15, cachedInputUsdPer1M: 0.3 } };

const LONG = `Debug the crash in the API code\n${'the log says nothing of use here, line by line\n'.repeat(4_000)}`;
function plan(candidates: Given[], { body = {}, text = LONG }: { body?: Record<string, unknown>; text?: string } = {}) {
  const config = configFrom({ auto: { candidates, scoring: { stickyBonus: 0 } } });
  return planned(ask(text, { session_id: 's', ...body }), { config, ...pinnedTo('warm') });
}

describe('a change of effort', () => {
  it('goes before a change of model where the warm cache makes it cheaper', () => {
    const { primary, explanation } = plan([warm, { ...abler, skills: skills(0.72) }]);
    assert.deepEqual([primary.candidateId, primary.effort], ['warm', 'high']);
    assert.ok(explanation.some((sentence) => sentence.includes('warm thinks harder (high) instead of a move to abler')), explanation.join('\n'));
  });

  it('does not go before a model that is better by far', () => {
    const { primary } = plan([{ ...warm, skills: skills(0.3) }, abler]);
    assert.deepEqual([primary.candidateId, primary.effort], ['abler', undefined]);
  });

  it('is not made where the session\'s model is the best anyway', () => {
    const { primary } = plan([warm, { ...abler, skills: skills(0.5) }]);
    assert.deepEqual([primary.candidateId, primary.effort], ['warm', undefined]);
  });

  it('goes one step above what the client asks for, and no further than the model', () => {
    const two = [warm, { ...abler, skills: skills(0.72) }];
    assert.equal(plan(two, { body: { reasoning_effort: 'low' } }).primary.effort, 'medium');
    assert.equal(plan(two, { body: { reasoning_effort: 'high' } }).primary.effort, undefined);
  });

  it('is never asked of a model that takes none, or whose configuration fixes it', () => {
    const other = { ...abler, skills: skills(0.72) };
    for (const fixed of [{ efforts: [] }, { efforts: undefined }, { upstream: { reasoning_effort: 'low' } }]) assert.equal(plan([{ ...warm, ...fixed }, other]).primary.effort, undefined);
  });
});
