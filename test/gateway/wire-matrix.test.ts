import assert from 'node:assert/strict';
import type { WireFormat } from '../../src/protocol/types.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startScriptedUpstream, text, toolCalls, toolResults, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { bodyOf, FORMATS, PATHS, readBack, type Asked, type ReadBack } from '../support/wire-client.ts';

const USAGE = { promptTokens: 120, completionTokens: 30, cachedTokens: 100, reasoningTokens: 0 };

for (const client of FORMATS) for (const upstream of FORMATS) {
  describe(`a ${client} client on a ${upstream} upstream`, () => {
    let model: ScriptedUpstream, gateway: TestGateway;
    const ask = async (asked: Asked, wire: WireFormat = client): Promise<ReadBack & { body: string; headers: Headers }> => {
      const response = await gateway.post(PATHS[wire], bodyOf(wire, asked));
      const body = await response.text();
      assert.equal(response.status, 200, body);
      return { ...readBack(wire, body, asked.stream === true), body, headers: response.headers };
    };
    before(async () => {
      model = await startScriptedUpstream({ script: text('hello'), wires: [upstream] });
      gateway = await startGateway({ upstream: { baseURL: model.baseURL, protocols: [upstream] } });
    });
    afterEach(() => { assert.deepEqual(model.refused, []); });
    after(async () => { await gateway.close(); await model.close(); });

    for (const stream of [false, true]) {
      const how = stream ? 'a stream' : 'a whole answer';

      it(`reads text and usage in ${how}, and who answered`, async () => {
        model.play(text('Grüße, 世界 🌍', { usage: USAGE }));
        const { completion, openfusion, finished, model: named, headers } = await ask({ stream, more: client === 'chat' && stream ? { stream_options: { include_usage: true } } : {} });
        assert.equal(completion.text, 'Grüße, 世界 🌍');
        assert.equal(completion.finishReason, 'stop');
        assert.ok(finished);
        assert.deepEqual({ ...completion.usage, cacheWriteTokens: 0 }, { inputTokens: 120, outputTokens: 30, cachedInputTokens: 100, cacheWriteTokens: 0, reasoningTokens: 0, estimated: false });
        assert.equal(named, 'openfusion/auto');
        assert.equal(openfusion?.['model'], headers.get('x-openfusion-model'));
        assert.equal(model.requests.at(-1)?.model, headers.get('x-openfusion-model'));
      });

      it(`reads text and parallel tool calls in ${how}, each byte of them`, async () => {
        const args = ['{"path": "a b\\n\\"c\\".ts"}', '{"path":"世界/\\u00fc.ts"}'] as const;
        model.play(toolCalls([{ name: 'read', arguments: args[0], fragments: 5 }, { name: 'read', arguments: args[1], fragments: 1 }], { say: 'Let me look.' }));
        const { completion } = await ask({ stream, tools: true });
        assert.equal(completion.text, 'Let me look.');
        assert.equal(completion.finishReason, 'tool_calls');
        assert.deepEqual(completion.toolCalls.map(({ name }) => name), ['read', 'read']);
        // A whole Messages answer holds arguments as an object, so only its meaning can be kept.
        const exact = !(!stream && (client === 'messages' || upstream === 'messages'));
        completion.toolCalls.forEach((call, index) => {
          if (exact) assert.equal(call.arguments, args[index]);
          assert.deepEqual(JSON.parse(call.arguments), JSON.parse(args[index] ?? ''));
        });
        assert.equal(new Set(completion.toolCalls.map(({ id }) => id)).size, 2);
      });

      it(`reads why ${how} ended early`, async () => {
        model.play(text('cut off', { finishReason: 'length' }));
        assert.equal((await ask({ stream })).completion.finishReason, 'length');
      });
    }

    it('carries a tool loop: the call, its result, the next answer', async () => {
      model.play(text('It is there.'));
      await ask({ stream: true, tools: true, turns: [{ call: { id: 'call_1', name: 'read', arguments: '{"path":"a.ts"}' }, result: 'line 1\nline 2' }] });
      const { conversation } = model.requests.at(-1) ?? assert.fail();
      assert.deepEqual(conversation.turns.flatMap(({ calls }) => calls.map(({ name, arguments: args }) => [name, JSON.parse(args) as unknown])), [['read', { path: 'a.ts' }]]);
      assert.deepEqual(toolResults(conversation), ['line 1\nline 2']);
    });

    it('gets the synthesis of a panel, judged and streamed', async () => {
      model.play(({ conversation }) => {
        const said = JSON.stringify(conversation.turns.at(-1));
        if (said.includes('one JSON object')) return text('{"best":"A","consensus":[]}');
        return text(said.includes('Write the one final reply') ? 'the synthesis' : 'a panel answer');
      });
      const { completion, openfusion } = await ask({ model: 'openfusion/fusion', stream: true });
      assert.equal(completion.text, 'the synthesis');
      assert.equal((openfusion?.['panel'] as unknown[]).length > 1, true);
      const total = (openfusion?.['usage'] as Record<string, number>)['input_tokens'] ?? 0;
      assert.ok(total > 0);
    });

    it('gets one proposal of a panel on a tool turn, its calls untouched', async () => {
      model.play(({ conversation }) => (JSON.stringify(conversation.turns.at(-1)).includes('one JSON object') ? text('{"best":"B"}') : toolCalls([{ name: 'run', arguments: '{"command":"ls  -la"}' }], { say: 'First' })));
      const { completion } = await ask({ model: 'openfusion/fusion', stream: true, tools: true });
      assert.equal(completion.text, 'First');
      assert.deepEqual(completion.toolCalls.map(({ name, arguments: args }) => ({ name, args })), [{ name: 'run', args: '{"command":"ls  -la"}' }]);
    });
  });
}
