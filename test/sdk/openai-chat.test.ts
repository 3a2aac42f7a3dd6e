import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { gate, status, text, type ScriptedUsage } from '../support/scripted-upstream.ts';
import { startGateway } from '../support/gateway.ts';
import { CITY_SCHEMA, configFor, onEachUpstream, PNG, WEATHER_PARAMETERS, WEATHER_REPORT, weatherAgent, weatherIn } from './on-each-upstream.ts';

const MODEL = 'openfusion/auto';
const USAGE: ScriptedUsage = { promptTokens: 100, completionTokens: 20, cachedTokens: 60, reasoningTokens: 5 };
const tools: OpenAI.Chat.ChatCompletionTool[] = [{ type: 'function', function: { name: 'weather', description: 'Tells the weather', parameters: WEATHER_PARAMETERS } }];
const hello: OpenAI.Chat.ChatCompletionMessageParam[] = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Say hello' }];

onEachUpstream('the openai package, chat completions,', (stage) => {
  const client = (key = 'local') => new OpenAI({ baseURL: stage().gateway.baseURL, apiKey: key, maxRetries: 0 });

  it('reads a plain answer with its usage', async () => {
    stage().model.play(text('Grüezi', { usage: USAGE }));
    const { choices, usage, model, object } = await client().chat.completions.create({ model: MODEL, messages: hello });
    assert.deepEqual([choices[0]?.message.content, choices[0]?.finish_reason, model, object], ['Grüezi', 'stop', MODEL, 'chat.completion']);
    assert.deepEqual([usage?.prompt_tokens, usage?.completion_tokens, usage?.total_tokens, usage?.prompt_tokens_details?.cached_tokens, usage?.completion_tokens_details?.reasoning_tokens], [100, 20, 120, 60, 5]);
    assert.deepEqual(stage().model.requests.at(-1)?.conversation.turns.map(({ role, text: said }) => [role, said]), [['system', 'Be brief.'], ['user', 'Say hello']]);
  });

  it('reads a stream piece by piece, with a usage chunk without choices only when it asked for one', async () => {
    stage().model.play(text(['Grüe', 'zi'], { usage: USAGE }));
    for (const asked of [true, false]) {
      const chunks = await all(await client().chat.completions.create({ model: MODEL, messages: hello, stream: true, ...(asked && { stream_options: { include_usage: true } }) }));
      assert.equal(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), 'Grüezi');
      assert.equal(chunks.filter(({ choices }) => choices[0]?.finish_reason === 'stop').length, 1);
      const reported = chunks.filter(({ usage }) => usage != null);
      assert.deepEqual(reported.map(({ choices, usage }) => [choices, usage?.total_tokens]), asked ? [[[], 120]] : []);
    }
  });

  for (const streamed of [true, false]) {
    it(`runs two tools in parallel and hands back what they said, ${streamed ? 'streamed' : 'plain'}`, async () => {
      stage().model.play(weatherAgent);
      const ask = async (messages: OpenAI.Chat.ChatCompletionMessageParam[]) => streamed
        ? (await client().chat.completions.stream({ model: MODEL, messages, tools }).finalChatCompletion()).choices[0]
        : (await client().chat.completions.create({ model: MODEL, messages, tools })).choices[0];
      const called = await ask(hello);
      const { content, tool_calls: calls = [] } = called?.message ?? assert.fail();
      assert.deepEqual([called?.finish_reason, content], ['tool_calls', 'Let me look.']);
      const results = calls.map((call) => {
        assert.ok(call.type === 'function');
        return { role: 'tool' as const, tool_call_id: call.id, content: weatherIn((JSON.parse(call.function.arguments) as { city: string }).city) };
      });
      assert.equal(new Set(calls.map(({ id }) => id)).size, 2);
      const answered = await ask([...hello, { role: 'assistant', content, tool_calls: calls }, ...results]);
      assert.equal(answered?.message.content, WEATHER_REPORT);
    });
  }

  it('runs the tools by its own loop', async () => {
    stage().model.play(weatherAgent);
    const weather = { name: 'weather', description: 'Tells the weather', parameters: WEATHER_PARAMETERS, parse: JSON.parse as (args: string) => { city: string }, function: ({ city }: { city: string }) => weatherIn(city) };
    const runner = client().chat.completions.runTools({ model: MODEL, messages: hello, tools: [{ type: 'function', function: weather }] });
    assert.equal(await runner.finalContent(), WEATHER_REPORT);
  });

  it('gets JSON by a schema, and the upstream is told of the schema', async () => {
    stage().model.play(text('{"city":"Bern","people":134794}'));
    const format = { type: 'json_schema' as const, json_schema: { name: 'city', strict: true, schema: CITY_SCHEMA } };
    const { choices } = await client().chat.completions.parse({ model: MODEL, messages: hello, response_format: format });
    assert.deepEqual(JSON.parse(choices[0]?.message.content ?? ''), { city: 'Bern', people: 134794 });
    assert.ok(stage().model.requests.at(-1)?.rawBody.includes('"people":{"type":"number"}'));
  });

  it('shows an image', async () => {
    stage().model.play(({ conversation }) => text(`${String(conversation.turns.at(-1)?.images)} image`));
    const content: OpenAI.Chat.ChatCompletionContentPart[] = [{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }];
    const { choices } = await client().chat.completions.create({ model: MODEL, messages: [{ role: 'user', content }] });
    assert.equal(choices[0]?.message.content, '1 image');
    assert.ok(stage().model.requests.at(-1)?.rawBody.includes(PNG));
  });

  it('ends the call of the upstream when it aborts a stream', async () => {
    const never = gate();
    stage().model.play(text(['first ', never, 'second']));
    const aborts = stage().model.requests.filter(({ aborted }) => aborted).length;
    const stream = await client().chat.completions.create({ model: MODEL, messages: hello, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'first ') break;
    await stage().model.waitForAbort(aborts + 1);
  });

  it('throws when the upstream breaks off in the midst of a stream, rather than to end as if all was said', async () => {
    stage().model.play(text(['half ', 'a sentence'], { ending: 'reset', chunkDelayMs: 20 }));
    const stream = await client().chat.completions.create({ model: MODEL, messages: hello, stream: true });
    await assert.rejects(all(stream));
  });

  it('throws NotFoundError with the code for a model that there is not', async () => {
    await assert.rejects(client().chat.completions.create({ model: 'openfusion/nonesuch', messages: hello }), (error) => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found');
  });

  it('throws BadRequestError with the field for a request that is none', async () => {
    await assert.rejects(client().chat.completions.create({ model: MODEL, messages: 'hello' as unknown as [] }), (error) => error instanceof OpenAI.BadRequestError && error.param === 'messages');
  });

  it('throws RateLimitError with Retry-After, also for a stream, when every candidate is limited', async () => {
    const { wire, model } = stage();
    const gateway = await startGateway(configFor(wire, model.baseURL, { auto: { candidates: [{ id: 'only', role: 'coder', model: 'vendor/only' }] } }));
    try {
      model.play(status(429, { retryAfterS: 7 }));
      for (const stream of [true, false]) {
        const asked = new OpenAI({ baseURL: gateway.baseURL, apiKey: 'local', maxRetries: 0 }).chat.completions.create({ model: MODEL, messages: hello, stream });
        await assert.rejects(asked, (error) => error instanceof OpenAI.RateLimitError && Number(error.headers.get('retry-after')) > 0 && Number(error.headers.get('retry-after')) <= 7);
      }
    } finally {
      await gateway.close();
    }
  });
});

describe('the openai package', () => {
  it('lists and finds the models, and is refused without the token', async () => {
    const gateway = await startGateway({ server: { token: '${env:LOCAL_TOKEN}' } }, { sources: { env: { LOCAL_TOKEN: 'secret-token' }, secrets: {} }, forceDryRun: true });
    try {
      const client = (apiKey: string) => new OpenAI({ baseURL: gateway.baseURL, apiKey, maxRetries: 0 });
      const ids = (await all(client('secret-token').models.list())).map(({ id }) => id);
      assert.ok(ids.includes('openfusion/auto') && ids.includes('openfusion/fusion') && ids.includes('openfusion/coder'));
      assert.equal((await client('secret-token').models.retrieve('openfusion/coder')).id, 'openfusion/coder');
      await assert.rejects(client('wrong').models.list(), OpenAI.AuthenticationError);
      await assert.rejects(client('wrong').chat.completions.create({ model: MODEL, messages: hello }), OpenAI.AuthenticationError);
    } finally {
      await gateway.close();
    }
  });
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const item of items) read.push(item);
  return read;
}
