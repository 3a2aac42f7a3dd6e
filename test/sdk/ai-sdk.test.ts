import assert from 'node:assert/strict';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, isStepCount, jsonSchema, Output, streamText, tool } from 'ai';
import { status, text, type ScriptedUsage } from '../support/scripted-upstream.ts';
import { CITY_SCHEMA, onEachUpstream, PNG, WEATHER_PARAMETERS, WEATHER_REPORT, weatherAgent, weatherIn } from './on-each-upstream.ts';

const USAGE: ScriptedUsage = { promptTokens: 100, completionTokens: 20, cachedTokens: 60, reasoningTokens: 5 };

onEachUpstream('the AI SDK', (stage) => {
  const model = () => createOpenAICompatible({ name: 'openfusion', baseURL: stage().gateway.baseURL, apiKey: 'local', includeUsage: true, supportsStructuredOutputs: true })('openfusion/auto');
  const weather = tool({ description: 'Tells the weather', inputSchema: jsonSchema<{ city: string }>(WEATHER_PARAMETERS), execute: ({ city }) => weatherIn(city) });

  it('reads a plain answer and a stream, with usage', async () => {
    stage().model.play(text(['Grüe', 'zi'], { usage: USAGE }));
    const plain = await generateText({ model: model(), prompt: 'Say hello' });
    const streamed = streamText({ model: model(), prompt: 'Say hello' });
    assert.deepEqual([plain.text, await streamed.text, plain.finishReason, await streamed.finishReason], ['Grüezi', 'Grüezi', 'stop', 'stop']);
    for (const usage of [plain.usage, await streamed.usage]) assert.deepEqual([usage.inputTokens, usage.outputTokens, usage.totalTokens], [100, 20, 120]);
  });

  it('runs two tools in parallel and goes on with what they said, plain and streamed', async () => {
    stage().model.play(weatherAgent);
    const loop = { model: model(), prompt: 'How is the weather?', tools: { weather }, stopWhen: isStepCount(5) };
    const plain = await generateText(loop);
    const streamed = streamText(loop);
    assert.deepEqual([plain.text, await streamed.text], [WEATHER_REPORT, WEATHER_REPORT]);
    assert.deepEqual([plain.steps.length, (await streamed.steps).length], [2, 2]);
    assert.deepEqual(plain.steps[0]?.toolCalls.map(({ input }) => input), [{ city: 'Paris' }, { city: 'Zürich' }]);
  });

  it('gets an object by a schema', async () => {
    stage().model.play(text('{"city":"Bern","people":134794}'));
    const { output } = await generateText({ model: model(), prompt: 'Name a city', output: Output.object({ schema: jsonSchema<{ city: string; people: number }>(CITY_SCHEMA) }) });
    assert.deepEqual(output, { city: 'Bern', people: 134794 });
    assert.ok(stage().model.requests.at(-1)?.rawBody.includes('"people":{"type":"number"}'));
  });

  it('shows an image', async () => {
    stage().model.play(({ conversation }) => text(`${String(conversation.turns.at(-1)?.images)} image`));
    const { text: said } = await generateText({ model: model(), messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, { type: 'file', data: Buffer.from(PNG, 'base64'), mediaType: 'image/png' }] }] });
    assert.equal(said, '1 image');
  });

  it('throws with the status when the request is refused', async () => {
    const missing = createOpenAICompatible({ name: 'openfusion', baseURL: stage().gateway.baseURL, apiKey: 'local' })('openfusion/nonesuch');
    await assert.rejects(generateText({ model: missing, prompt: 'Say hello', maxRetries: 0 }), (error) => APICallError.isInstance(error) && error.statusCode === 404);
  });

  it('reports an error when the upstream breaks off in the midst of a stream', async () => {
    stage().model.play(text(['half ', 'a sentence'], { ending: 'reset', chunkDelayMs: 20 }));
    const errors: unknown[] = [];
    const { fullStream } = streamText({ model: model(), prompt: 'Say hello', maxRetries: 0, onError: ({ error }) => { errors.push(error); } });
    const types: string[] = [];
    try {
      for await (const { type } of fullStream) types.push(type);
    } catch (error) {
      errors.push(error);
    }
    assert.ok(errors.length > 0, types.join());
  });

  it('knows that it may try again after a 500 that no candidate could make good', async () => {
    stage().model.play(status(500));
    await assert.rejects(generateText({ model: model(), prompt: 'Say hello', maxRetries: 0 }), (error) => APICallError.isInstance(error) && error.isRetryable);
  });
});
