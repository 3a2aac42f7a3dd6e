import assert from 'node:assert/strict';
import { Agent, OpenAIResponsesModel, Runner, setTracingDisabled, tool } from '@openai/agents';
import { describe, it } from 'mocha';
import OpenAI from 'openai';
import { apiError } from '../../../../src/protocol/errors.ts';
import { CompletionCollector } from '../../../../src/protocol/completion.ts';
import { responsesWire } from '../../../../src/protocol/responses/wire.ts';
import type { ChatDelta } from '../../../../src/protocol/types.ts';
import { HEAD, rendered } from './events.ts';
import { AGENT_TURN, read } from './shapes.ts';

/** What an agent's turn may hold: reasoning of two kinds, words, parallel calls in turns, a custom call, a namespace's. */
const TURN: ChatDelta[] = [
  { type: 'reasoning', text: 'Hm, ' }, { type: 'reasoning', text: 'so.' }, { type: 'reasoning_item', item: { wire: 'messages', provider: 'up/', raw: { type: 'thinking', thinking: 'Hm, so.', signature: 's' } } },
  { type: 'reasoning', text: 'And.', itemId: 'rs_up' }, { type: 'reasoning_item', item: { wire: 'responses', provider: 'up/', raw: { id: 'rs_up', type: 'reasoning', summary: [{ type: 'summary_text', text: 'And.' }], encrypted_content: 'x' } } },
  { type: 'text', text: 'I look' }, { type: 'text', text: ' first.' },
  { type: 'tool_call', index: 0, id: 'a', name: 'shell', arguments: '{"cmd"' }, { type: 'tool_call', index: 1, id: 'b', name: 'agents__spawn', arguments: '{' },
  { type: 'tool_call', index: 0, arguments: ':"ls"}' }, { type: 'tool_call', index: 1, arguments: '}' },
  { type: 'tool_call', index: 2, id: 'c', name: 'apply_patch', arguments: '*** Begin', custom: true }, { type: 'text', text: 'There.' }, { type: 'refusal', text: 'No.' },
  { type: 'finish', reason: 'tool_calls' },
];

/** The SDK in front of streams that we rendered, one a request. */
function clientOf(...streams: string[]): { client: OpenAI; bodies: Record<string, unknown>[] } {
  const bodies: Record<string, unknown>[] = [];
  const fetch = (_url: unknown, init?: { body?: unknown }): Promise<Response> => {
    bodies.push(JSON.parse(String(init?.body)) as Record<string, unknown>);
    return Promise.resolve(new Response(streams.shift() ?? '', { headers: { 'content-type': 'text/event-stream' } }));
  };
  return { client: new OpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1/v1', maxRetries: 0, fetch }), bodies };
}

describe('the openai SDK in front of our Responses streams', () => {
  it('puts together the response that we rendered, event by event', async () => {
    const request = read(AGENT_TURN);
    const { client } = clientOf(rendered(TURN, { request }));
    const stream = client.responses.stream({ model: 'openfusion/auto', input: 'x' });
    const seen: string[] = [];
    stream.on('event', ({ type }) => { seen.push(type); });
    const { output } = await stream.finalResponse();
    assert.equal(seen.at(-1), 'response.completed');
    assert.deepEqual(output.map(({ type }) => type), ['reasoning', 'reasoning', 'message', 'function_call', 'function_call', 'custom_tool_call', 'message']);
    assert.deepEqual(output.flatMap((item) => (item.type === 'function_call' ? [[item.call_id, item.namespace, item.name, item.arguments]] : [])), [['a', undefined, 'shell', '{"cmd":"ls"}'], ['b', 'agents', 'spawn', '{}']]);
    assert.deepEqual(output.flatMap((item) => (item.type === 'custom_tool_call' ? [item.input] : [])), ['*** Begin']);
  });

  it('says the same of a plain answer', async () => {
    const request = read({ ...AGENT_TURN, stream: false });
    const collector = new CompletionCollector();
    for (const delta of TURN) collector.add(delta);
    const { text } = responsesWire.renderWhole(HEAD, request, { completion: collector.result(), usage: { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, reasoningTokens: 0, estimated: false }, openfusion: null });
    const client = new OpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1/v1', fetch: () => Promise.resolve(new Response(text, { headers: { 'content-type': 'application/json' } })) });
    const response = await client.responses.create({ model: 'openfusion/auto', input: 'x' });
    assert.equal(response.output_text, 'I look first.There.');
    assert.equal(response.status, 'completed');
  });

  it('reads a stream that failed as failed', async () => {
    const renderer = responsesWire.createRenderer(HEAD, read({ input: 'x', stream: true }));
    const { client } = clientOf(renderer.delta({ type: 'text', text: 'A' }) + (renderer.fail(apiError(502, 'The upstream broke off.')) ?? ''));
    const response = await client.responses.stream({ model: 'openfusion/auto', input: 'x' }).finalResponse();
    assert.deepEqual([response.status, response.error?.message], ['failed', 'The upstream broke off.']);
  });
});

describe('@openai/agents in front of our Responses streams', () => {
  it('calls its tools and sends their results, with everything that we gave it, back', async () => {
    setTracingDisabled(true);
    const first: ChatDelta[] = [{ type: 'reasoning', text: 'Hm.' }, { type: 'tool_call', index: 0, id: 'a', name: 'shell', arguments: '{"cmd":' }, { type: 'tool_call', index: 1, id: 'b', name: 'shell', arguments: '{"cmd":"pwd"}' }, { type: 'tool_call', index: 0, arguments: '"ls"}' }, { type: 'finish', reason: 'tool_calls' }];
    const { client, bodies } = clientOf(rendered(first), rendered([{ type: 'text', text: 'Done.' }, { type: 'finish', reason: 'stop' }]));
    const ran: string[] = [];
    const shell = tool({ name: 'shell', description: 'Runs.', strict: false, parameters: { type: 'object', properties: { cmd: { type: 'string' } }, required: ['cmd'], additionalProperties: true }, execute: (args) => { ran.push(JSON.stringify(args)); return 'ok'; } });
    const agent = new Agent({ name: 'a', model: new OpenAIResponsesModel(client, 'openfusion/auto'), tools: [shell] });
    const result = await new Runner().run(agent, 'Go.', { stream: true });
    await result.completed;
    assert.equal(result.finalOutput, 'Done.');
    assert.deepEqual(ran.sort(), ['{"cmd":"ls"}', '{"cmd":"pwd"}']);
    const { messages, hasReasoningItems } = read(bodies[1] ?? {});
    assert.deepEqual(messages.map(({ role, toolCallId, toolCalls }) => [role, toolCallId ?? toolCalls?.map(({ id, arguments: args }) => id + args)]), [
      ['user', undefined], ['assistant', ['a{"cmd":"ls"}', 'b{"cmd":"pwd"}']], ['tool', 'a'], ['tool', 'b'],
    ]);
    assert.equal(hasReasoningItems, true);
  });
});
