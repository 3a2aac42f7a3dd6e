import assert from 'node:assert/strict';
import type { ConfigInput } from '../../../src/config/schema.ts';
import { usd } from '../../../src/routing/usd.ts';
import type { ApiError } from '../../../src/protocol/errors.ts';
import { ask, configFrom, planned, refused, TOOLS } from './support.ts';

const RISKY = 'Migrate the production payments database without data loss; plan the rollback';
const FUSION = { model: 'openfusion/fusion' };
const checkedError = (error: ApiError, ...words: RegExp[]): void => {
  assert.deepEqual([error.status, error.code, error.shouldRetry], [402, 'budget_exceeded', false]);
  for (const word of words) assert.match(error.message, word);
};

describe('the number of calls', () => {
  it('is the panel with judge and synthesis, draft and verdict, or one', () => {
    const calls = (text: string, body = {}): number => planned(ask(text, body)).budget.plannedCalls;
    assert.equal(calls('Review this patch for security risks and missing tests', FUSION), 5);
    assert.equal(calls('Review this patch for security risks and missing tests'), 2);
    assert.equal(calls('Review this patch for security risks and missing tests', { tools: TOOLS }), 3);
    assert.equal(calls('hello'), 1);
  });

  it('above fusion.maxUpstreamCalls is refused before any call, naming the key and both numbers', () => {
    const config = configFrom({ fusion: { maxUpstreamCalls: 4 } });
    checkedError(refused(ask('Review this patch for security risks and missing tests', FUSION), { config }), /up to 5 model calls \(a panel of 3, judge and synthesis\)/, /fusion\.maxUpstreamCalls allows 4/);
    checkedError(refused(ask('Review this patch for security risks and missing tests'), { config: configFrom({ fusion: { maxUpstreamCalls: 1 } }) }), /draft and verification/);
  });

  it('shrinks the panel that Auto thought of, down to minPanel, before it refuses', () => {
    const of = (maxUpstreamCalls: number) => ({ config: configFrom({ fusion: { maxUpstreamCalls } }) });
    assert.equal(planned(ask(RISKY)).panel.length, 4);
    const shrunk = planned(ask(RISKY), of(4));
    assert.deepEqual([shrunk.panel.length, shrunk.budget.plannedCalls, shrunk.budget.maxCalls], [2, 4, 4]);
    assert.ok(shrunk.explanation.some((sentence) => sentence.includes('2 seats instead of 4')));
    checkedError(refused(ask(RISKY), of(3)), /up to 4 model calls/);
  });
});

describe('the cost', () => {
  const expensive = (budget: ConfigInput['budget'], given: ConfigInput = {}) => ({ config: configFrom({ budget, ...given }) });

  it('is expected over all calls, and unknown when one price is', () => {
    const [panel, one] = [planned(ask('Debug the crash', FUSION)).budget.estimatedUsd, planned(ask('Debug the crash')).budget.estimatedUsd];
    assert.ok(panel !== null && one !== null && panel > 3 * one);
    assert.equal(planned(ask('Debug the crash', FUSION), { config: configFrom({ roles: { verifier: { model: 'v/unknown' } } }) }).budget.estimatedUsd, null);
  });

  it('of one call is that of its candidate', () => {
    const plan = planned(ask('Debug the crash'));
    assert.equal(plan.budget.estimatedUsd, plan.candidates[0]?.costUsd);
  });

  it('takes the tokens a call from fusion.costEstimate where they are given', () => {
    const plan = planned(ask('hello', FUSION), { config: configFrom({ fusion: { costEstimate: { inputTokensPerCall: 1_000_000, outputTokensPerCall: 1 } } }) });
    assert.ok((plan.budget.estimatedUsd ?? 0) > 3);
  });

  it('above a limit is refused, naming the key and both numbers', () => {
    checkedError(refused(ask(RISKY), expensive({ maxUsdPerRequest: 0.001 })), /expected to cost \$0\.0\d+; budget\.maxUsdPerRequest allows \$0\.0010/);
    checkedError(refused(ask(RISKY), { config: configFrom({ fusion: { costEstimate: { maxUsd: 0.001 } } }) }), /fusion\.costEstimate\.maxUsd/);
  });

  it('above a limit becomes one call to the cheapest with "cheapest"', () => {
    const plan = planned(ask(RISKY), expensive({ maxUsdPerRequest: 0.002, onExceeded: 'cheapest' }));
    assert.deepEqual([plan.strategy, plan.reason, plan.primary.candidateId, plan.panel.length, plan.budget.plannedCalls], ['fast-single', 'budget_cheapest', 'coder', 0, 1]);
    assert.equal(plan.budget.maxUsd, 0.002);
    checkedError(refused(ask(RISKY), expensive({ maxUsdPerRequest: 0.0000001, onExceeded: 'cheapest' })));
  });

  it('never turns a model that was asked for by name into another one', () => {
    checkedError(refused(ask('hello', { model: 'openfusion/writer' }), expensive({ maxUsdPerRequest: 0.0001, onExceeded: 'cheapest' })), /maxUsdPerRequest/);
  });

  it('of a model that was asked for by name is no matter of fusion.costEstimate', () => {
    const config = configFrom({ fusion: { costEstimate: { maxUsd: 0.0000001 } } });
    assert.equal(planned(ask('hello', { model: 'openfusion/writer' }), { config }).budget.maxUsd, null);
  });

  it('counts what was spent today against the day\'s budget', () => {
    const config = configFrom({ budget: { maxUsdPerDay: 5 } });
    assert.equal(planned(ask('hello'), { config }).budget.maxUsd, null, 'nobody counts');
    assert.equal(planned(ask('hello'), { config, spentTodayUsd: 1 }).budget.maxUsd, 4);
    checkedError(refused(ask('hello'), { config, spentTodayUsd: 5 }), /maxUsdPerDay allows \$0 more today \(\$5\.00 of \$5\.00 are spent\)/);
  });

  it('that is not known breaks no limit but that of a day that is spent', () => {
    const config = configFrom({ budget: { maxUsdPerRequest: 0.0001, maxUsdPerDay: 5 }, auto: { candidates: [{ id: 'a', role: 'coder', model: 'v/a' }] } });
    assert.equal(planned(ask('hello'), { config, spentTodayUsd: 1 }).budget.estimatedUsd, null);
    checkedError(refused(ask('hello'), { config, spentTodayUsd: 6 }), /maxUsdPerDay/);
  });

  it('is written with the digits that matter', () => {
    assert.deepEqual([0, 12.345, 0.1, 0.0123, 0.000456, 0.00000001].map(usd), ['0', '12.35', '0.10', '0.012', '0.00046', '0.00000001']);
  });
});
