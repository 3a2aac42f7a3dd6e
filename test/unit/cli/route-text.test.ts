import assert from 'node:assert/strict';
import { routeText } from '../../../src/cli/route-text.ts';
import { ablerOf, abilityForEffort, planOf, WARM } from '../../support/effort-pool.ts';

describe('a plan on a terminal', () => {
  it('tells a raised effort beside the model that is asked for it, and none beside others', () => {
    const calls = routeText(planOf([WARM, ablerOf(abilityForEffort())])).split('\n\n')[0] ?? '';
    assert.match(calls, /model +coder +v\/warm \(effort high\)/);
    assert.match(calls, /fallbacks +coder +v\/abler$/m);
  });
});
