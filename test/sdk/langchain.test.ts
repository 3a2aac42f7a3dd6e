import assert from 'node:assert/strict';
import { HumanMessage, SystemMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import * as z from 'zod';
import { text, type ScriptedUsage } from '../support/scripted-upstream.ts';
import { onEachUpstream, PNG, WEATHER_PARAMETERS, WEATHER_REPORT, weatherAgent, weatherIn } from './on-each-upstream.ts';

const USAGE: ScriptedUsage = { promptTokens: 100, completionTokens: 20, cachedTokens: 60, reasoningTokens: 5 };

for (const useResponsesApi of [false, true]) {
  onEachUpstream(`LangChain by ${useResponsesApi ? 'Responses' : 'chat completions'}`, (stage) => {
    const model = (name = 'openfusion/auto') => new ChatOpenAI({ model: name, apiKey: 'local', useResponsesApi, maxRetries: 0, configuration: { baseURL: stage().gateway.baseURL } });
    const weather = tool(({ city }: { city: string }) => weatherIn(city), { name: 'weather', description: 'Tells the weather', schema: WEATHER_PARAMETERS });
    const hello = [new SystemMessage('Be brief.'), new HumanMessage('Say hello')];

    it('reads a plain answer and a stream, with usage', async () => {
      stage().model.play(text(['Grüe', 'zi'], { usage: USAGE }));
      const plain = await model().invoke(hello);
      assert.deepEqual([plain.text, plain.usage_metadata?.input_tokens, plain.usage_metadata?.output_tokens], ['Grüezi', 100, 20]);
      let streamed = '';
      let tokens = 0;
      for await (const chunk of await model().stream(hello)) {
        streamed += chunk.text;
        tokens += chunk.usage_metadata?.total_tokens ?? 0;
      }
      assert.deepEqual([streamed, tokens], ['Grüezi', 120]);
    });

    it('runs two tools in parallel and hands back what they said', async () => {
      stage().model.play(weatherAgent);
      const bound = model().bindTools([weather]);
      const messages: BaseMessage[] = [new HumanMessage('How is the weather?')];
      const called = await bound.invoke(messages);
      assert.deepEqual(called.tool_calls?.map(({ args }) => args as unknown), [{ city: 'Paris' }, { city: 'Zürich' }]);
      const results = (called.tool_calls ?? []).map(({ id = '', args }) => new ToolMessage({ tool_call_id: id, content: weatherIn((args as { city: string }).city) }));
      assert.equal((await bound.invoke([...messages, called, ...results])).text, WEATHER_REPORT);
    });

    it('gets an object by a schema', async () => {
      stage().model.play(text('{"city":"Bern","people":134794}'));
      const structured = model().withStructuredOutput(z.object({ city: z.string(), people: z.number() }), { name: 'city', method: 'jsonSchema', strict: true });
      assert.deepEqual(await structured.invoke('Name a city'), { city: 'Bern', people: 134794 });
      assert.match(stage().model.requests.at(-1)?.rawBody ?? '', /"people":\{[^}]*"type":"number"/);
    });

    it('shows an image', async () => {
      stage().model.play(({ conversation }) => text(`${String(conversation.turns.at(-1)?.images)} image`));
      const content = [{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }];
      assert.equal((await model().invoke([new HumanMessage({ content })])).text, '1 image');
    });

    it('throws with the status when the request is refused', async () => {
      await assert.rejects(model('openfusion/nonesuch').invoke(hello), (error) => (error as { status?: number }).status === 404);
    });
  });
}
