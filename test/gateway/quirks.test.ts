import assert from 'node:assert/strict';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, status, text, type Reply, type ScriptedUpstream } from '../support/scripted-upstream.ts';

type Messages = Record<string, unknown>[];
const user = { role: 'user', content: 'Go on' };
const CALL = { id: 'call_1', type: 'function', function: { name: 'read', arguments: '{}' } };
const TOOLS = [{ type: 'function', function: { name: 'read', parameters: { type: 'object', properties: {}, $schema: 'http://json-schema.org/draft-07/schema#' } } }];
const LOOP: Messages = [{ role: 'user', content: 'Read it' }, { role: 'assistant', content: null, reasoning_content: 'I have to look.', tool_calls: [CALL] }, { role: 'tool', tool_call_id: 'call_1', content: 'line 1' }];

describe('a 400 that names what a model does not take', () => {
  let model: ScriptedUpstream, gateway: TestGateway;
  beforeEach(async () => {
    model = await startScriptedUpstream({ script: text('hello') });
    gateway = await startGateway({ upstream: { baseURL: model.baseURL, protocols: ['chat', 'messages'] }, fallback: 'never' });
  });
  afterEach(async () => { await gateway.close(); await model.close(); });

  /** Asks twice: what the model gets in the refused call, in the repeated one, and in the next. */
  const asked = async (refusal: Reply, body: Record<string, unknown>, path = '/v1/chat/completions'): Promise<Record<string, unknown>[]> => {
    model.play([refusal, text('well'), text('well again')]);
    for (let turn = 0; turn < 2; turn++) {
      const response = await gateway.post(path, { model: 'openfusion/auto', ...body });
      assert.equal(response.status, 200, await response.text());
    }
    return model.requests.map(({ body: sent }) => sent);
  };

  it('teaches the name that a field has there', async () => {
    const refusal = status(400, { message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", param: 'max_tokens', code: 'unsupported_parameter' });
    const sent = await asked(refusal, { messages: [user], max_tokens: 9 });
    assert.deepEqual(sent.map(({ max_tokens: old, max_completion_tokens: now }) => [old, now]), [[9, undefined], [undefined, 9], [undefined, 9]]);
  });

  it('is remembered when the configuration changes', async () => {
    const refusal = status(400, { message: "Unsupported parameter: 'seed'", param: 'seed', code: 'unsupported_parameter' });
    await asked(refusal, { messages: [user], seed: 7 });
    gateway.configure({ upstream: { baseURL: model.baseURL, protocols: ['chat', 'messages'] }, fallback: 'never', trace: { maxTraces: 7 } });
    model.play(text('well'));
    const response = await gateway.post('/v1/chat/completions', { model: 'openfusion/auto', messages: [user], seed: 7 });
    assert.equal(response.status, 200, await response.text());
    assert.deepEqual(model.requests.map(({ body }) => body['seed']), [7, undefined, undefined, undefined]);
  });

  it('teaches to leave reasoning out of the history', async () => {
    const sent = await asked(status(400, { message: "'messages.1' : for 'role:assistant' the following must be satisfied[('messages.1' : property 'reasoning_content' is unsupported)]" }), { messages: LOOP, tools: TOOLS });
    assert.deepEqual(sent.map(({ messages }) => (messages as Messages)[1]?.['reasoning_content']), ['I have to look.', undefined, undefined]);
    assert.deepEqual(sent.map(({ messages }) => (messages as Messages)[1]?.['tool_calls']), [[CALL], [CALL], [CALL]]);
  });

  it('teaches to send reasoning back, with a placeholder where the client kept none', async () => {
    const [question, , ...rest] = LOOP;
    const messages = [question, { role: 'assistant', content: null, tool_calls: [CALL] }, ...rest];
    const sent = await asked(status(400, { message: 'thinking is enabled but reasoning_content is missing in assistant tool call message at index 1' }), { messages, tools: TOOLS });
    assert.deepEqual(sent.map(({ messages: history }) => (history as Messages)[1]?.['reasoning_content']), [undefined, '.', '.']);
  });

  it('teaches the dialect of its tool schemas', async () => {
    const sent = await asked(status(400, { message: `Invalid JSON payload received. Unknown name "$schema" at 'tools[0].function_declarations[0].parameters': Cannot find field.` }), { messages: [user], tools: TOOLS });
    assert.deepEqual(sent.map(({ tools }) => '$schema' in ((tools as typeof TOOLS)[0]?.function.parameters ?? {})), [true, false, false]);
  });

  it('teaches that earlier thinking cannot be read, for that session only', async () => {
    const thinking = { type: 'thinking', thinking: 'hm', signature: 'sig-of-another-provider' };
    const body = { max_tokens: 64, messages: [{ role: 'user', content: 'Hi' }, { role: 'assistant', content: [thinking, { type: 'text', text: 'Hello.' }] }, user] };
    // The scripted provider knows its own signatures, and refuses others as Anthropic does.
    const send = async (session: string): Promise<unknown> => {
      const response = await gateway.post('/v1/messages', { model: 'openfusion/auto', ...body }, { headers: { 'x-session-id': session } });
      assert.equal(response.status, 200, await response.text());
      return (model.requests.at(-1)?.body['messages'] as Messages)[1]?.['content'];
    };
    assert.deepEqual(await send('one'), [{ type: 'text', text: 'Hello.' }]);
    assert.equal(model.refused.length, 1);
    const { phases } = await gateway.lastTrace();
    assert.deepEqual(phases.flatMap(({ attempts }) => attempts.map(({ adapted }) => adapted)), [undefined, ['earlier reasoning left out']]);
    await send('one');
    assert.equal(model.refused.length, 1);
    await send('two');
    assert.equal(model.refused.length, 2);
  });

  it('is told to the client when the request cannot do without it', async () => {
    model.play(status(400, { message: "Unsupported parameter: 'response_format' is not supported with this model.", param: 'response_format' }));
    const response = await gateway.chat({ response_format: { type: 'json_object' } });
    const { error } = (await response.json()) as { error: { message: string; param: string } };
    assert.deepEqual([response.status, error.param, model.requests.length], [400, 'response_format', 1]);
  });
});
