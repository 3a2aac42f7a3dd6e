import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { status, text, toolCalls, toolResults, type ScriptedUsage } from '../support/scripted-upstream.ts';
import { startGateway } from '../support/gateway.ts';
import { CITY_SCHEMA, configFor, onEachUpstream, PNG, WEATHER_PARAMETERS, WEATHER_REPORT, weatherAgent, weatherIn } from './on-each-upstream.ts';

const MODEL = 'openfusion/auto';
const USAGE: ScriptedUsage = { promptTokens: 100, completionTokens: 20, cachedTokens: 60, reasoningTokens: 5 };
const tools: OpenAI.Responses.Tool[] = [{ type: 'function', name: 'weather', description: 'Tells the weather', parameters: WEATHER_PARAMETERS, strict: true }];
const ask = { model: MODEL, instructions: 'Be brief.', input: 'Say hello' };

onEachUpstream('the openai package, Responses,', (stage) => {
  const client = () => new OpenAI({ baseURL: stage().gateway.baseURL, apiKey: 'local', maxRetries: 0 });

  it('reads a plain answer with its usage', async () => {
    stage().model.play(text('Grüezi', { usage: USAGE }));
    const { output_text: said, usage, model, status: ended, id } = await client().responses.create(ask);
    assert.deepEqual([said, ended, model], ['Grüezi', 'completed', MODEL]);
    assert.match(id, /^resp_/);
    assert.deepEqual([usage?.input_tokens, usage?.output_tokens, usage?.total_tokens, usage?.input_tokens_details.cached_tokens, usage?.output_tokens_details.reasoning_tokens], [100, 20, 120, 60, 5]);
    assert.deepEqual(stage().model.requests.at(-1)?.conversation.turns.map(({ role, text: words }) => [role, words]), [['system', 'Be brief.'], ['user', 'Say hello']]);
  });

  it('reads a stream whose events are numbered and whose end holds what was told', async () => {
    stage().model.play(text(['Grüe', 'zi'], { usage: USAGE }));
    const stream = client().responses.stream(ask);
    const events: OpenAI.Responses.ResponseStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    assert.deepEqual(events.map(({ sequence_number: at }) => at), events.map((_, at) => at));
    assert.deepEqual([events[0]?.type, events.at(-1)?.type], ['response.created', 'response.completed']);
    const { output_text: said, usage } = await stream.finalResponse();
    assert.deepEqual([said, usage?.total_tokens], ['Grüezi', 120]);
  });

  for (const streamed of [true, false]) {
    it(`runs two tools in parallel and hands back what they said, ${streamed ? 'streamed' : 'plain'}`, async () => {
      stage().model.play(weatherAgent);
      const answer = (input: OpenAI.Responses.ResponseInput) => {
        const body = { ...ask, input, tools, store: false };
        return streamed ? client().responses.stream(body).finalResponse() : client().responses.create(body);
      };
      const asked: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'How is the weather?' }];
      const { output, output_text: said } = await answer(asked);
      assert.equal(said, 'Let me look.');
      const answered = await answer([...asked, ...sentBack(output), ...resultsOf(output)]);
      assert.equal(answered.output_text, WEATHER_REPORT);
    });
  }

  it('goes on from a previous response', async () => {
    stage().model.play(weatherAgent);
    const first = await client().responses.create({ ...ask, tools });
    const second = await client().responses.create({ model: MODEL, tools, previous_response_id: first.id, input: resultsOf(first.output) });
    assert.equal(second.output_text, WEATHER_REPORT);
    await assert.rejects(client().responses.create({ ...ask, previous_response_id: 'resp_gone' }), (error) => error instanceof OpenAI.NotFoundError && error.code === 'previous_response_not_found');
  });

  it('calls a freeform tool with the text as the model wrote it, and takes its output back', async () => {
    const patch = '*** Begin Patch\n@@ "größe" \\n\n*** End Patch';
    stage().model.play(({ conversation }) => (toolResults(conversation).length === 0 ? toolCalls([{ name: 'apply_patch', input: patch, fragments: 7 }]) : text(toolResults(conversation).join())));
    const freeform: OpenAI.Responses.Tool[] = [{ type: 'custom', name: 'apply_patch', description: 'Applies a patch' }];
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'Patch it' }];
    const { output } = await client().responses.stream({ ...ask, input, tools: freeform, store: false }).finalResponse();
    const call = output.find((item) => item.type === 'custom_tool_call') ?? assert.fail(JSON.stringify(output));
    assert.deepEqual([call.name, call.input], ['apply_patch', patch]);
    const answered = await client().responses.create({ ...ask, input: [...input, ...sentBack(output), { type: 'custom_tool_call_output', call_id: call.call_id, output: 'patched' }], tools: freeform, store: false });
    assert.equal(answered.output_text, 'patched');
  });

  it('gets reasoning and hands it back, sealed, with the next turn', async () => {
    stage().model.play(({ conversation }) => (toolResults(conversation).length === 0 ? toolCalls([{ name: 'weather', arguments: { city: 'Bern' } }], { reasoning: 'I must look it up.' }) : text('sunny')));
    const body = { ...ask, tools, store: false, reasoning: { effort: 'medium' as const, summary: 'auto' as const }, include: ['reasoning.encrypted_content' as const] };
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'How is the weather?' }];
    const { output } = await client().responses.stream({ ...body, input }).finalResponse();
    const [thought] = output;
    assert.ok(thought?.type === 'reasoning', JSON.stringify(output));
    assert.equal(thought.summary.map(({ text: words }) => words).join(''), 'I must look it up.');
    const answered = await client().responses.create({ ...body, input: [...input, ...sentBack(output), ...resultsOf(output)] });
    assert.equal(answered.output_text, 'sunny');
  });

  it('gets JSON by a schema, and the upstream is told of the schema', async () => {
    stage().model.play(text('{"city":"Bern","people":134794}'));
    const { output_parsed: parsed } = await client().responses.parse({ ...ask, text: { format: { type: 'json_schema', name: 'city', strict: true, schema: CITY_SCHEMA } } });
    assert.deepEqual(parsed, { city: 'Bern', people: 134794 });
    assert.ok(stage().model.requests.at(-1)?.rawBody.includes('"people":{"type":"number"}'));
  });

  it('shows an image', async () => {
    stage().model.play(({ conversation }) => text(`${String(conversation.turns.at(-1)?.images)} image`));
    const content: OpenAI.Responses.ResponseInputContent[] = [{ type: 'input_text', text: 'What is this?' }, { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${PNG}` }];
    assert.equal((await client().responses.create({ model: MODEL, input: [{ role: 'user', content }] })).output_text, '1 image');
  });

  it('hears response.failed when the upstream breaks off in the midst of a stream', async () => {
    stage().model.play(text(['half ', 'a sentence'], { ending: 'reset', chunkDelayMs: 20 }));
    const types: string[] = [];
    for await (const { type } of await client().responses.create({ ...ask, stream: true })) types.push(type);
    assert.equal(types.at(-1), 'response.failed');
    assert.ok(!types.includes('response.completed'));
  });

  it('throws the typed errors', async () => {
    await assert.rejects(client().responses.create({ ...ask, model: 'openfusion/nonesuch' }), (error) => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found');
    await assert.rejects(client().responses.create({ ...ask, input: 7 as unknown as string }), (error) => error instanceof OpenAI.BadRequestError && error.param === 'input');
    const { wire, model } = stage();
    const gateway = await startGateway(configFor(wire, model.baseURL, { auto: { candidates: [{ id: 'only', role: 'coder', model: 'vendor/only' }] } }));
    try {
      model.play(status(429, { retryAfterS: 7 }));
      const limited = new OpenAI({ baseURL: gateway.baseURL, apiKey: 'local', maxRetries: 0 });
      await assert.rejects(limited.responses.create({ ...ask, stream: true }), (error) => error instanceof OpenAI.RateLimitError && Number(error.headers.get('retry-after')) > 0);
    } finally {
      await gateway.close();
    }
  });
});

/** What a client without a memory on the server's side sends with the next turn. */
function sentBack(output: readonly OpenAI.Responses.ResponseOutputItem[]): OpenAI.Responses.ResponseInputItem[] {
  return output as OpenAI.Responses.ResponseInputItem[];
}

function resultsOf(output: readonly OpenAI.Responses.ResponseOutputItem[]): OpenAI.Responses.ResponseInputItem.FunctionCallOutput[] {
  return output.flatMap((item) => (item.type === 'function_call' ? [{ type: 'function_call_output' as const, call_id: item.call_id, output: weatherIn((JSON.parse(item.arguments) as { city: string }).city) }] : []));
}
