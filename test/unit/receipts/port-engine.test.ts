import assert from 'node:assert/strict';
import type { AnswerEvent, Served } from '../../../src/protocol/answer.ts';
import type { ChatRequest, RequestContext } from '../../../src/protocol/types.ts';
import { createEnginePort } from '../../../src/receipts/port-engine.ts';
import type { Engine } from '../../../src/strategy/engine.ts';

const served: Served = { strategy: 'direct', model: 'm', fallback: null, costUsd: null };
const usage = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 0, reasoningTokens: 0, estimated: false };
const body = { model: 'openfusion/fast', messages: [{ role: 'user', content: 'hi' }], stream: true };

interface Seen { request?: ChatRequest; context?: RequestContext; drained: boolean }

function engineOf(...events: AnswerEvent[]): Engine & { seen: Seen } {
  const seen: Seen = { drained: false };
  return {
    seen,
    run: () => Promise.resolve(),
    countTokens: () => Promise.reject(new Error('receipts count no tokens')),
    plan: () => ({ ok: false, error: { status: 404, type: 'invalid_request_error', code: 'model_not_found', message: 'no such model', param: 'model' } }),
    async *answer(request, context) {
      Object.assign(seen, { request, context });
      yield* events;
      await Promise.resolve();
      seen.drained = true;
    },
  };
}

describe('the port to an engine', () => {
  it('joins text, tool calls in pieces, usage and the openfusion object', async () => {
    const engine = engineOf(
      { type: 'start', served },
      { type: 'delta', delta: { type: 'text', text: 'hel' } },
      { type: 'delta', delta: { type: 'text', text: 'lo' } },
      { type: 'delta', delta: { type: 'tool_call', index: 1, id: 'c', name: 'read', arguments: '{"a"' } },
      { type: 'delta', delta: { type: 'tool_call', index: 1, arguments: ':1}' } },
      { type: 'delta', delta: { type: 'finish', reason: 'tool_calls' } },
      { type: 'end', usage, openfusion: { mode: 'role' }, served },
    );
    const result = await createEnginePort(engine, { nowMs: () => 5 }).complete(body);
    assert.deepEqual(result, { ok: true, value: { text: 'hello', toolCalls: [{ id: 'c', name: 'read', arguments: '{"a":1}' }], finishReason: 'tool_calls', usage, openfusion: { mode: 'role' }, trace: null, latencyMs: 0 } });
    assert.equal(engine.seen.drained, true);
  });

  it('reads an answer that was passed through', async () => {
    const json = JSON.stringify({ choices: [{ message: { content: 'straight' }, finish_reason: 'stop' }], openfusion: { dry_run: true } });
    const result = await createEnginePort(engineOf({ type: 'start', served }, { type: 'wire', text: json.slice(0, 20) }, { type: 'wire', text: json.slice(20) })).complete(body);
    assert.ok(result.ok);
    assert.deepEqual([result.value.text, result.value.openfusion], ['straight', { dry_run: true }]);
  });

  it('never asks for a stream, and makes each call a session of its own', async () => {
    const engine = engineOf({ type: 'end', usage, openfusion: {}, served });
    const port = createEnginePort(engine);
    await port.complete(body);
    const first = engine.seen.context;
    await port.complete(body);
    assert.equal(engine.seen.request?.stream, false);
    assert.notEqual(engine.seen.context?.headers['x-session-id'], first?.headers['x-session-id']);
    assert.notEqual(engine.seen.context?.traceId, first?.traceId);
  });

  it('looks the trace up once the answer is over', async () => {
    const asked: string[] = [];
    const port = createEnginePort(engineOf({ type: 'end', usage, openfusion: {}, served }), { newTraceId: () => 'trace-7', traceOf: (id) => { asked.push(id); return undefined; } });
    const result = await port.complete(body);
    assert.deepEqual([asked, result.ok && result.value.trace], [['trace-7'], null]);
  });

  it('hands failures on: of the body, the plan, the answer, and an answer that just stops', async () => {
    const failed = (result: Awaited<ReturnType<ReturnType<typeof createEnginePort>['complete']>>) => (result.ok ? 'ok' : result.error.status);
    const port = createEnginePort(engineOf({ type: 'start', served }));
    assert.equal(failed(await port.complete({ model: 'x' })), 400);
    assert.equal(failed(await port.complete(body)), 502);
    assert.deepEqual(await port.plan(body), { ok: false, error: { status: 404, code: 'model_not_found', message: 'no such model' } });
    const broken = createEnginePort(engineOf({ type: 'failed', error: { status: 429, type: 'rate_limit_error', code: null, message: 'later', param: null } }));
    assert.equal(failed(await broken.complete(body)), 429);
  });

  it('tells an abort from an answer that broke off', async () => {
    const result = await createEnginePort(engineOf()).complete(body, AbortSignal.abort());
    assert.equal(result.ok ? '' : result.error.code, 'aborted');
  });
});
