import assert from 'node:assert/strict';
import { Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, tool } from '@openai/agents';
import OpenAI from 'openai';
import { text, type ScriptFunction } from '../support/scripted-upstream.ts';
import { CITY_SCHEMA, onEachUpstream, WEATHER_PARAMETERS, WEATHER_REPORT, weatherAgent, weatherIn } from './on-each-upstream.ts';

for (const Model of [OpenAIChatCompletionsModel, OpenAIResponsesModel]) {
  onEachUpstream(`OpenAI Agents by ${Model === OpenAIResponsesModel ? 'Responses' : 'chat completions'}`, (stage) => {
    const model = () => new Model(new OpenAI({ baseURL: stage().gateway.baseURL, apiKey: 'local', maxRetries: 0 }), 'openfusion/auto');
    const runner = new Runner({ tracingDisabled: true });
    const weather = tool({ name: 'weather', description: 'Tells the weather', parameters: WEATHER_PARAMETERS as never, strict: true, execute: (input) => weatherIn((input as { city: string }).city) });

    it('runs two tools in parallel and answers with what they said, plain and streamed', async () => {
      stage().model.play(weatherAgent);
      const agent = new Agent({ name: 'Weather', instructions: 'Be brief.', model: model(), tools: [weather] });
      assert.equal((await runner.run(agent, 'How is the weather?')).finalOutput, WEATHER_REPORT);
      const streamed = await runner.run(agent, 'How is the weather?', { stream: true });
      let told = '';
      for await (const piece of streamed.toTextStream()) told += piece;
      await streamed.completed;
      assert.equal(streamed.finalOutput, WEATHER_REPORT);
      assert.ok(told.endsWith(WEATHER_REPORT), told);
    });

    it('hands over to another agent, who answers', async () => {
      const play: ScriptFunction = ({ conversation }) => {
        const handOver = conversation.tools.find(({ name }) => name.startsWith('transfer_to'));
        // Who has nobody to hand over to may still be shown the tools that the history calls.
        return handOver === undefined || !conversation.mayCall ? text('Bonjour') : { ...text(''), toolCalls: [{ name: handOver.name }] };
      };
      stage().model.play(play);
      const french = new Agent({ name: 'French', instructions: 'Speak French.', model: model() });
      const triage = new Agent({ name: 'Triage', instructions: 'Hand over.', model: model(), handoffs: [french] });
      const { finalOutput, lastAgent } = await runner.run(triage, 'Bonjour');
      assert.deepEqual([finalOutput, lastAgent?.name], ['Bonjour', 'French']);
    });

    it('gets an object by a schema', async () => {
      stage().model.play(text('{"city":"Bern","people":134794}'));
      const agent = new Agent({ name: 'Cities', instructions: 'Name a city.', model: model(), outputType: { type: 'json_schema', name: 'city', strict: true, schema: CITY_SCHEMA as never } });
      assert.deepEqual((await runner.run(agent, 'Name a city')).finalOutput, { city: 'Bern', people: 134794 });
    });
  });
}
