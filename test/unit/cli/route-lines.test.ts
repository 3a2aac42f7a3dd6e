import assert from 'node:assert/strict';
import { routeLine } from '../../../src/cli/route-lines.ts';
import type { ChatRequest } from '../../../src/protocol/types.ts';
import type { Plan, ScoredCandidate } from '../../../src/routing/types.ts';
import type { Engine } from '../../../src/strategy/engine.ts';

const scored = (id: string, score: number): Partial<ScoredCandidate> => ({ id, model: `v/${id}`, score, quality: 0.5, costUsd: null, role: 'fast' });

function engineOf(seen: ChatRequest[] = []): Engine {
  const plan = {
    task: { difficulty: 0.4, domain: 'debug', turn: 'task' }, strategy: 'fast-single', primary: { model: 'v/a' },
    candidates: [scored('a', 0.9), scored('b', 0.7)], rejected: [{ id: 'c', role: 'fast', model: 'v/c', reason: 'context_window', detail: '', quality: 0.2, costUsd: 0.01 }],
  } as unknown as Plan;
  return {
    plan(request) {
      seen.push(request);
      return { ok: true, plan };
    },
    run: () => Promise.reject(new Error('no model may be called')),
    countTokens: () => Promise.reject(new Error('no model may be called')),
    answer: () => {
      throw new Error('no model may be called');
    },
  };
}

const line = (value: unknown, seen?: ChatRequest[]) => routeLine(engineOf(seen), JSON.stringify(value), { model: 'openfusion/auto', nowMs: 0 });

describe('a line of route --jsonl', () => {
  it('answers in the form of the contract, with every candidate of the pool', () => {
    const answer = line({ id: 7, prompt: 'Fix it' });
    assert.ok(!('error' in answer));
    assert.deepEqual(Object.keys(answer), ['id', 'difficulty', 'domain', 'turn', 'strategy', 'model', 'candidates', 'routeMicros']);
    assert.deepEqual(answer.candidates, [
      { id: 'a', model: 'v/a', score: 0.9, quality: 0.5, costUsd: null },
      { id: 'b', model: 'v/b', score: 0.7, quality: 0.5, costUsd: null },
      { id: 'c', model: 'v/c', score: null, quality: 0.2, costUsd: 0.01, rejected: 'context_window' },
    ]);
    assert.deepEqual([answer.id, answer.model, answer.difficulty], [7, 'v/a', 0.4]);
    assert.ok(Number.isInteger(answer.routeMicros) && answer.routeMicros >= 0);
  });

  it('takes a prompt or a whole request body', () => {
    const seen: ChatRequest[] = [];
    line({ id: 'a', prompt: 'Fix it' }, seen);
    line({ id: 'b', request: { messages: [{ role: 'user', content: 'Fix it' }], tools: [{ type: 'function', function: { name: 'read' } }] } }, seen);
    line({ id: 'c', request: { model: 'openfusion/fusion', messages: [{ role: 'user', content: 'Fix it' }] } }, seen);
    assert.deepEqual(seen.map(({ model, tools }) => [model, tools.length]), [['openfusion/auto', 0], ['openfusion/auto', 1], ['openfusion/fusion', 0]]);
  });

  it('that is bad says what is wrong with it, by its id', () => {
    assert.match(JSON.stringify(line({ id: 3 })), /^{"id":3,"error":"the line has neither/);
    assert.match(JSON.stringify(line({ id: 3, request: { messages: [] } })), /^{"id":3,"error":".*messages/);
    assert.deepEqual(routeLine(engineOf(), 'nonsense', { model: 'openfusion/auto', nowMs: 0 }), { id: null, error: 'the line is not a JSON object' });
  });
});
