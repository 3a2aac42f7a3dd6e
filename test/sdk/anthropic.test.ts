import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { status, text, toolCalls, toolResults, type ScriptedUsage } from '../support/scripted-upstream.ts';
import { startGateway } from '../support/gateway.ts';
import { configFor, onEachUpstream, PNG, WEATHER_PARAMETERS, WEATHER_REPORT, weatherAgent, weatherIn } from './on-each-upstream.ts';

const MODEL = 'openfusion/auto';
const USAGE: ScriptedUsage = { promptTokens: 100, completionTokens: 20, cachedTokens: 60, reasoningTokens: 5 };
const tools: Anthropic.Tool[] = [{ name: 'weather', description: 'Tells the weather', input_schema: WEATHER_PARAMETERS }];
const hello: Anthropic.MessageParam[] = [{ role: 'user', content: 'Say hello' }];
const ask = { model: MODEL, max_tokens: 4000, messages: hello };

onEachUpstream('the Anthropic SDK', (stage) => {
  const client = () => new Anthropic({ baseURL: stage().gateway.origin, apiKey: 'local', maxRetries: 0 });

  it('reads a plain answer with its usage', async () => {
    stage().model.play(text('Grüezi', { usage: USAGE }));
    const { content, stop_reason: reason, usage, model, role } = await client().messages.create({ ...ask, system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] });
    assert.deepEqual([content.map((block) => block.type === 'text' && block.text), reason, model, role], [['Grüezi'], 'end_turn', MODEL, 'assistant']);
    assert.deepEqual([usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens], [40, 60, 20]);
    assert.deepEqual(stage().model.requests.at(-1)?.conversation.turns.map(({ role: who, text: said }) => [who, said]), [['system', 'Be brief.'], ['user', 'Say hello']]);
  });

  it('reads a stream, and its usage at the end', async () => {
    stage().model.play(text(['Grüe', 'zi'], { usage: USAGE }));
    const stream = client().messages.stream(ask);
    const pieces: string[] = [];
    stream.on('text', (piece) => pieces.push(piece));
    const { usage, stop_reason: reason } = await stream.finalMessage();
    assert.deepEqual([pieces.join(''), reason, usage.output_tokens, usage.cache_read_input_tokens], ['Grüezi', 'end_turn', 20, 60]);
  });

  for (const streamed of [true, false]) {
    it(`runs two tools in parallel and hands back what they said, ${streamed ? 'streamed' : 'plain'}`, async () => {
      stage().model.play(weatherAgent);
      const answer = (messages: Anthropic.MessageParam[]) => streamed ? client().messages.stream({ ...ask, messages, tools }).finalMessage() : client().messages.create({ ...ask, messages, tools });
      const { content, stop_reason: reason } = await answer(hello);
      assert.deepEqual([reason, content[0]], ['tool_use', { ...content[0], type: 'text', text: 'Let me look.' }]);
      const answered = await answer([...hello, { role: 'assistant', content }, { role: 'user', content: resultsOf(content) }]);
      assert.deepEqual(answered.content.map((block) => block.type === 'text' && block.text), [WEATHER_REPORT]);
    });
  }

  it('gets thinking with a signature and hands it back with the results', async () => {
    stage().model.play(({ conversation }) => (toolResults(conversation).length === 0 ? toolCalls([{ name: 'weather', arguments: { city: 'Bern' } }], { reasoning: 'I must look it up.' }) : text('sunny')));
    const thinking = { ...ask, tools, thinking: { type: 'enabled' as const, budget_tokens: 2000 } };
    const { content } = await client().messages.stream(thinking).finalMessage();
    const [thought] = content;
    assert.ok(thought?.type === 'thinking', JSON.stringify(content));
    assert.equal(thought.thinking, 'I must look it up.');
    assert.ok(thought.signature);
    const answered = await client().messages.create({ ...thinking, messages: [...hello, { role: 'assistant', content }, { role: 'user', content: resultsOf(content) }] });
    assert.deepEqual(answered.content.map((block) => block.type === 'text' && block.text), ['sunny']);
  });

  it('shows an image', async () => {
    stage().model.play(({ conversation }) => text(`${String(conversation.turns.at(-1)?.images)} image`));
    const content: Anthropic.ContentBlockParam[] = [{ type: 'text', text: 'What is this?' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }];
    const { content: said } = await client().messages.create({ ...ask, messages: [{ role: 'user', content }] });
    assert.deepEqual(said.map((block) => block.type === 'text' && block.text), ['1 image']);
  });

  it('counts tokens', async () => {
    const { input_tokens: few } = await client().messages.countTokens({ model: MODEL, messages: hello });
    const { input_tokens: many } = await client().messages.countTokens({ model: MODEL, messages: [{ role: 'user', content: 'word '.repeat(1000) }] });
    assert.ok(few > 0 && many > few + 500, `${String(few)}, ${String(many)}`);
  });

  it('hears an error when the upstream breaks off in the midst of a stream', async () => {
    stage().model.play(text(['half ', 'a sentence'], { ending: 'reset', chunkDelayMs: 20 }));
    await assert.rejects(client().messages.stream(ask).finalMessage(), Anthropic.APIError);
  });

  it('throws the typed errors', async () => {
    await assert.rejects(client().messages.create({ ...ask, model: 'openfusion/nonesuch' }), (error) => error instanceof Anthropic.NotFoundError && error.type === 'not_found_error');
    await assert.rejects(client().messages.create({ ...ask, messages: 'hello' as unknown as [] }), (error) => error instanceof Anthropic.BadRequestError && error.type === 'invalid_request_error');
    const { wire, model } = stage();
    const gateway = await startGateway(configFor(wire, model.baseURL, { auto: { candidates: [{ id: 'only', role: 'coder', model: 'vendor/only' }] } }));
    try {
      model.play(status(429, { retryAfterS: 7 }));
      const limited = new Anthropic({ baseURL: gateway.origin, apiKey: 'local', maxRetries: 0 });
      await assert.rejects(limited.messages.create({ ...ask, stream: true }), (error) => error instanceof Anthropic.RateLimitError && error.type === 'rate_limit_error' && Number(error.headers.get('retry-after')) > 0);
    } finally {
      await gateway.close();
    }
  });
});

describe('the Anthropic SDK', () => {
  it('lists and finds the models, and takes its key either way', async () => {
    const gateway = await startGateway({ server: { token: '${env:LOCAL_TOKEN}' } }, { sources: { env: { LOCAL_TOKEN: 'secret-token' }, secrets: {} }, forceDryRun: true });
    try {
      const byKey = new Anthropic({ baseURL: gateway.origin, apiKey: 'secret-token', maxRetries: 0 });
      const byBearer = new Anthropic({ baseURL: gateway.origin, apiKey: null, authToken: 'secret-token', maxRetries: 0 });
      for (const client of [byKey, byBearer]) {
        const { data } = await client.models.list();
        assert.ok(data.some(({ id, type }) => id === 'openfusion/auto' && type === 'model'));
      }
      assert.equal((await byKey.models.retrieve('openfusion/coder')).id, 'openfusion/coder');
      await assert.rejects(new Anthropic({ baseURL: gateway.origin, apiKey: 'wrong', maxRetries: 0 }).messages.create(ask), Anthropic.AuthenticationError);
    } finally {
      await gateway.close();
    }
  });
});

function resultsOf(content: readonly Anthropic.ContentBlock[]): Anthropic.ToolResultBlockParam[] {
  return content.flatMap((block) => (block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: weatherIn((block.input as { city: string }).city) }] : []));
}
