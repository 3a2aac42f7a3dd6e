import assert from 'node:assert/strict';
import { askedEffort, effortFields } from '../../../src/protocol/effort.ts';

describe('the effort of a request', () => {
  it('is read where each format has it', () => {
    assert.equal(askedEffort('chat', { reasoning_effort: 'low' }), 'low');
    assert.equal(askedEffort('chat', { reasoning: { effort: 'high' } }), 'high');
    assert.equal(askedEffort('responses', { reasoning: { effort: 'minimal', summary: 'auto' } }), 'minimal');
    assert.equal(askedEffort('messages', { output_config: { effort: 'max' } }), 'max');
    assert.equal(askedEffort('messages', { thinking: { type: 'enabled', budget_tokens: 20_000 } }), 'high');
    for (const wire of ['chat', 'responses', 'messages'] as const) assert.equal(askedEffort(wire, {}), null);
  });

  it('is told from reasoning that is switched off', () => {
    assert.equal(askedEffort('chat', { reasoning: { enabled: false } }), 'off');
    assert.equal(askedEffort('messages', { thinking: { type: 'disabled' }, output_config: { effort: 'low' } }), 'off');
    assert.equal(askedEffort('messages', { thinking: { type: 'adaptive' } }), null);
  });

  it('is changed where it stands, and what stands beside it stays', () => {
    assert.deepEqual(effortFields({ wire: 'chat', body: {} }, 'high'), { reasoning_effort: 'high' });
    assert.deepEqual(effortFields({ wire: 'chat', body: { reasoning: { effort: 'low', exclude: true, max_tokens: 5 } } }, 'high'), { reasoning: { effort: 'high', exclude: true } });
    assert.deepEqual(effortFields({ wire: 'responses', body: { reasoning: { effort: 'low', summary: 'auto' } } }, 'high'), { reasoning: { effort: 'high', summary: 'auto' } });
    assert.deepEqual(effortFields({ wire: 'messages', body: { output_config: { format: { type: 'json_schema' } } } }, 'high'), { output_config: { format: { type: 'json_schema' }, effort: 'high' } });
  });

  it('of a budget raises the budget as far as there is room for an answer, and never lowers it', () => {
    const budget = (tokens: number, max: number) => effortFields({ wire: 'messages', body: { max_tokens: max, thinking: { type: 'enabled', budget_tokens: tokens } } }, 'high');
    assert.deepEqual(budget(4_000, 32_000), { thinking: { type: 'enabled', budget_tokens: 20_000 } });
    assert.deepEqual(budget(4_000, 8_000), { thinking: { type: 'enabled', budget_tokens: 6_976 } });
    assert.deepEqual(budget(30_000, 32_000), { thinking: { type: 'enabled', budget_tokens: 30_000 } });
  });
});
