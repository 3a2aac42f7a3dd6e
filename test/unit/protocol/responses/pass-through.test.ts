import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { apiError } from '../../../../src/protocol/errors.ts';
import { NO_USAGE } from '../../../../src/protocol/completion.ts';
import { responsesWire } from '../../../../src/protocol/responses/wire.ts';
import type { PassThrough } from '../../../../src/protocol/wire.ts';
import { eventsOf, readEvents } from './events.ts';
import { AGENT_TURN, read } from './shapes.ts';

const event = (type: string, number: number, fields: string): string => `event: ${type}\ndata: {"type":"${type}","sequence_number":${number},${fields}}\n\n`;
const response = (status: string, more = ''): string => `"response":{"id":"resp_up","object":"response","model":"up/model-1","status":"${status}","output":[],"tools":[{"type":"image_generation","model":"image-1"}]${more}}`;
const created = event('response.created', 0, response('in_progress'));
const delta = event('response.output_text.delta', 1, '"item_id":"m","output_index":0,"content_index":0,"delta":"\\"model\\":\\"up/model-1\\"","obfuscation":"x",  "of_tomorrow":1.0');
const usage = ',"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5,"of_tomorrow":1}';
const completed = event('response.completed', 2, response('completed', usage));

function passThrough(openfusion: Record<string, unknown> | null = { mode: 'auto' }): PassThrough {
  return responsesWire.createPassThrough(read(AGENT_TURN), { model: 'openfusion/auto', openfusion: () => openfusion, estimate: () => ({ ...NO_USAGE, inputTokens: 9, estimated: true }) });
}
const through = (...stream: string[]): string => { const native = passThrough(); return native.push(readEvents(...stream)) + native.end(); };

describe('passing a Responses stream through', () => {
  it('changes the model where the response names it, and no other byte before the end', () => {
    assert.equal(through(created, delta), created.replace('up/model-1', 'openfusion/auto') + delta);
  });

  it('puts our object into the final response, and leaves the rest of it as it was', () => {
    const [last] = eventsOf(through(completed));
    const expected = { id: 'resp_up', object: 'response', model: 'openfusion/auto', status: 'completed', output: [], tools: [{ type: 'image_generation', model: 'image-1' }], usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5, of_tomorrow: 1 }, openfusion: { mode: 'auto' } };
    assert.deepEqual(last, { type: 'response.completed', sequence_number: 2, response: expected });
    const native = passThrough();
    native.push(readEvents(created));
    assert.equal(native.final, null);
    native.push(readEvents(completed));
    assert.deepEqual(native.final, expected);
  });

  it('leaves our object out when the client said so, and does so for an answer that was cut off too', () => {
    const native = passThrough(null);
    const [last] = eventsOf(native.push(readEvents(event('response.incomplete', 2, response('incomplete', usage)))));
    assert.equal(last?.type, 'response.incomplete');
    assert.equal('openfusion' in (last['response'] as object), false);
  });

  it('estimates usage, marked, when the upstream told none', () => {
    const [last] = eventsOf(through(event('response.completed', 2, response('completed'))));
    assert.deepEqual((last?.['response'] as { usage: unknown }).usage, { input_tokens: 9, input_tokens_details: { cached_tokens: 0 }, output_tokens: 0, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 9, estimated: true });
  });

  it('is not misled by a tool that names the same model', () => {
    const tricky = event('response.created', 0, response('in_progress').replace('image-1', 'up/model-1'));
    const [first] = eventsOf(through(tricky));
    const { model, tools } = first?.['response'] as { model: string; tools: { model: string }[] };
    assert.deepEqual([model, tools[0]?.model], ['openfusion/auto', 'up/model-1']);
  });

  it('passes the mark on that relays put at the end', () => {
    assert.ok(through(completed, 'data: [DONE]\n\n').endsWith('data: [DONE]\n\n'));
  });

  it('fails under the next number, as the response that was begun', () => {
    const native = passThrough();
    native.push(readEvents(created, delta));
    const [failed] = eventsOf(native.fail(apiError(502, 'The upstream broke off.')) ?? '');
    assert.deepEqual([failed?.type, failed?.sequence_number], ['response.failed', 2]);
    const { id, status, model, error } = failed?.['response'] as Record<string, unknown>;
    assert.deepEqual([id, status, model, error], ['resp_up', 'failed', 'openfusion/auto', { code: 'server_error', message: 'The upstream broke off.' }]);
  });

  it('counts events that are not numbered', () => {
    const native = passThrough();
    native.push(readEvents(...[created, delta].map((text) => text.replace(/"sequence_number":\d,/, ''))));
    assert.equal(eventsOf(native.fail(apiError(502, 'x')) ?? '')[0]?.sequence_number, 2);
  });

  it('fails with a whole response object also where nothing was begun, and not at all where the answer is whole', () => {
    const { status, output, error } = eventsOf(passThrough().fail(apiError(502, 'x')) ?? '')[0]?.['response'] as Record<string, unknown>;
    assert.deepEqual([status, output, error], ['failed', [], { code: 'server_error', message: 'x' }]);
    const native = passThrough();
    native.push(readEvents(completed));
    assert.equal(native.fail(apiError(502, 'x')), '');
  });
});

describe('passing a plain response through', () => {
  const text = '{"id":"resp_up","model":"up/model-1","status":"completed","output":[],"temperature":1.0,"usage":{"input_tokens":3,"output_tokens":2}}';

  const patched = (of: string, estimate: typeof NO_USAGE | null = null) => {
    const answer = responsesWire.readWhole(Buffer.from(of), { provider: 'up/', tools: null });
    assert.ok(answer.ok);
    return responsesWire.patchWhole(answer, { model: 'openfusion/auto', usage: estimate, openfusion: { mode: 'auto' } });
  };

  it('changes the model and adds our object, and no other byte', () => {
    const { text: out, final } = patched(text);
    assert.equal(out, `${text.replace('up/model-1', 'openfusion/auto').slice(0, -1)},"openfusion":{"mode":"auto"}}`);
    assert.deepEqual(final, JSON.parse(out));
  });

  it('adds usage where the upstream told none', () => {
    const { text: out, final } = patched(text.replace(/,"usage":\{.*?\}/, ''), { ...NO_USAGE, inputTokens: 9, estimated: true });
    assert.deepEqual((JSON.parse(out) as { usage: { input_tokens: number } }).usage.input_tokens, 9);
    assert.deepEqual(final, JSON.parse(out));
  });
});
