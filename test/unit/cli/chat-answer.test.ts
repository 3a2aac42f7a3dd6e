import assert from 'node:assert/strict';
import { ChatAnswer } from '../../../src/cli/chat-answer.ts';
import { NO_USAGE } from '../../../src/protocol/completion.ts';

const served = { strategy: 'fast-single', model: 'v/m', fallback: null, costUsd: 0.5 };
const chunk = (value: unknown): Uint8Array => Buffer.from(`data: ${JSON.stringify(value)}\n\n`);

describe('an answer on the command line', () => {
  it('is collected from deltas', () => {
    const answer = new ChatAnswer();
    const shown = [
      answer.take({ type: 'start', served }), answer.take({ type: 'delta', delta: { type: 'reasoning', text: 'hm' } }), answer.take({ type: 'delta', delta: { type: 'text', text: 'Hel' } }),
      answer.take({ type: 'delta', delta: { type: 'text', text: 'lo' } }), answer.take({ type: 'end', usage: { ...NO_USAGE, outputTokens: 3 }, openfusion: { mode: 'auto', cost_usd: 0.25 }, served }),
    ];
    assert.deepEqual(shown, ['', '', 'Hel', 'lo', '']);
    assert.equal(answer.costUsd, 0.25);
    const body = answer.completion('t', 1_000, 'openfusion/auto');
    assert.deepEqual([body.answer, body.id, body.created, body.model, body.openfusion], ['Hello', 'chatcmpl-t', 1, 'openfusion/auto', { mode: 'auto', cost_usd: 0.25 }]);
  });

  it('is collected from the model’s own stream too, split anywhere', () => {
    const answer = new ChatAnswer();
    const bytes = Buffer.concat([
      chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Hé' }, finish_reason: null }] }),
      chunk({ choices: [{ index: 0, delta: { content: 'llo' }, finish_reason: 'stop' }], openfusion: { mode: 'auto' } }),
      chunk({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } }),
      Buffer.from('data: [DONE]\n\n'),
    ]);
    let shown = '';
    for (const char of bytes.toString()) shown += answer.take({ type: 'wire', text: char });
    assert.equal(shown, 'Héllo');
    const body = answer.completion('t', 0, 'm') as { usage: { total_tokens: number }; openfusion: unknown; choices: { finish_reason: string }[] };
    assert.deepEqual([body.usage.total_tokens, body.openfusion, body.choices[0]?.finish_reason], [7, { mode: 'auto' }, 'stop']);
  });

  it('keeps the error of a stream that failed', () => {
    const answer = new ChatAnswer();
    answer.take({ type: 'wire', text: chunk({ error: { message: 'overloaded' } }).toString() });
    assert.equal(answer.error?.message, 'overloaded');
    const broken = new ChatAnswer();
    broken.take({ type: 'wire', text: 'data: {nonsense\n\n' });
    assert.ok(broken.error);
  });
});
