import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_USAGE } from '../../../../src/protocol/completion.ts';
import { apiError } from '../../../../src/protocol/errors.ts';
import { messagesWire } from '../../../../src/protocol/messages/wire.ts';
import type { Usage } from '../../../../src/protocol/types.ts';
import { eventsOf, RECORDED, RECORDED_STREAM, readAll, request, sse, type Fields } from './samples.ts';

const pass = (stream: string, openfusion: (usage: Usage | null) => Fields | null = () => null) => {
  const through = messagesWire.createPassThrough(request({ stream: true }), { model: 'openfusion/auto', openfusion, estimate: () => ({ ...NO_USAGE, inputTokens: 9, estimated: true }) });
  return readAll(stream).map((event) => through.push([event])).join('') + through.end();
};

describe('passing a Messages stream through', () => {
  it('changes the model where the message starts, and no other byte', () => {
    const stream = RECORDED_STREAM.replace('"output_tokens":89', '"output_tokens": 89.0');
    assert.equal(pass(stream), stream.replace('"claude-x-1"', '"openfusion/auto"'));
  });

  it('changes nothing at all when the model is the one that was asked for', () => {
    const same = RECORDED_STREAM.replace('"claude-x-1"', '"openfusion/auto"');
    assert.equal(pass(same), same);
  });

  it('puts our object where the reason is told, with the usage of all events', () => {
    let told: Usage | null = null;
    const events = eventsOf(pass(RECORDED_STREAM, (usage) => { told = usage; return { mode: 'auto' }; }));
    assert.deepEqual(events.at(-2), { ...RECORDED.end, openfusion: { mode: 'auto' } });
    assert.deepEqual(told, { inputTokens: 2112, outputTokens: 89, cachedInputTokens: 2000, cacheWriteTokens: 100, reasoningTokens: 0, estimated: false });
    assert.equal(events.filter(({ openfusion }) => openfusion !== undefined).length, 1);
  });

  it('estimates usage, marked, where the upstream told none', () => {
    const untold = sse({ type: 'message_start', message: { model: 'm', usage: { input_tokens: 0, output_tokens: 0 } } }, { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 0 } }, RECORDED.stop);
    assert.deepEqual(eventsOf(pass(untold)).at(-2)?.['usage'], { input_tokens: 9, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0, estimated: true });
  });

  it('lets pings and events that it does not know pass', () => {
    const stream = sse({ type: 'ping' }, { type: 'content_block_start', index: 0, content_block: { type: 'server_tool_use', id: 'x' } }, { type: 'new_event', model: 'x' });
    assert.equal(pass(stream), stream);
  });

  it('ends loudly with an error event', () => {
    const through = messagesWire.createPassThrough(request({ stream: true }), { model: 'm', openfusion: () => null, estimate: () => NO_USAGE });
    assert.deepEqual(eventsOf(String(through.fail(apiError(502, 'broke')))), [{ type: 'error', error: { type: 'api_error', message: 'broke' } }]);
  });
});
