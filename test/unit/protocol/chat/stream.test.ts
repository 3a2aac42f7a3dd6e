import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createChatReader } from '../../../../src/protocol/chat/chunks.ts';
import { NativeChatStream } from '../../../../src/protocol/chat/native.ts';
import { readPlainAnswer } from '../../../../src/protocol/chat/plain.ts';
import { ChatStreamRenderer, completionBody } from '../../../../src/protocol/chat/render.ts';
import { CompletionCollector, NO_USAGE, completionOf, deltasOf } from '../../../../src/protocol/completion.ts';
import { openReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import { fitToolName } from '../../../../src/protocol/tool-names.ts';
import type { Completion, CompletionPart, ToolDefinition } from '../../../../src/protocol/types.ts';
import type { StreamEvent } from '../../../../src/protocol/wire.ts';

const head = '"id":"c1","object":"chat.completion.chunk","created":1,"model":"up/model"';
const text = (content: string) => `data: {${head},"choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}},"finish_reason":null}]}\n\n`;
const finish = `data: {${head},"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n`;
const usage = `data: {${head},"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\n\n`;
const done = 'data: [DONE]\n\n';

const options = { provider: 'up/', tools: null };
const read = (...pieces: (string | Uint8Array)[]): StreamEvent[] => {
  const reader = createChatReader(options);
  return [...pieces.flatMap((piece) => reader.push(Buffer.from(piece))), ...reader.end()];
};
const pass = (pieces: string[], { includeUsage = false, openfusion = {} as Record<string, unknown> | null } = {}) => {
  const reader = createChatReader(options);
  const native = new NativeChatStream({ model: 'openfusion/auto', openfusion: () => openfusion, estimate: () => ({ ...NO_USAGE, inputTokens: 9, estimated: true }) }, includeUsage);
  return [...pieces.map((piece) => native.push(reader.push(Buffer.from(piece)))), native.push(reader.end()), native.end()].join('');
};
const objects = (stream: string) => stream.split('\n\n').filter((event) => event.startsWith('data: {')).map((event) => JSON.parse(event.slice(6)) as Record<string, unknown>);

describe('reading a chat stream', () => {
  it('reads it the same whatever the framing', () => {
    const plain = text('Grüße') + finish + done;
    const expected = read(plain).map(({ data }) => data);
    for (const variant of [plain.replaceAll('\n', '\r\n'), `: comment\n\n${plain}`, `\uFEFF${plain}`, plain.trimEnd()]) {
      assert.deepEqual(read(variant).map(({ data }) => data), expected);
    }
  });

  it('reads it the same wherever the network cuts it', () => {
    const bytes = Buffer.from(text('数据 – ok') + text('🙂') + finish + usage + done);
    const expected = read(bytes).map(({ data }) => data);
    fc.assert(fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      assert.deepEqual(read(...pieces).map(({ data }) => data), expected);
    }));
  });

  it('knows content from what is not', () => {
    const role = `data: {${head},"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n`;
    const reasoning = `data: {${head},"choices":[{"index":0,"delta":{"reasoning_content":"hm"},"finish_reason":null}]}\n\n`;
    const tool = `data: {${head},"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]},"finish_reason":null}]}\n\n`;
    assert.deepEqual(read(role, text('x'), reasoning, tool, finish, usage, done).map(({ content }) => content), [false, true, true, true, false, false, false]);
  });

  it('sees an error object in the stream', () => {
    assert.deepEqual(read('data: {"error":{"message":"overloaded","code":529}}\n\n')[0]?.error, { message: 'overloaded', code: '529' });
  });

  it('throws on an event that is not JSON', () => {
    assert.throws(() => read('data: {oops\n\n'), /not JSON/);
  });
});

describe('passing a chat stream through', () => {
  it('changes the model, leaves the usage chunk out when nobody asked, and puts the object on the finishing chunk', () => {
    const out = pass([text('Hel'), text('lo'), finish, usage, done], { openfusion: { mode: 'auto' } });
    const seen = objects(out);
    assert.deepEqual(seen.map(({ model }) => model), Array(3).fill('openfusion/auto'));
    assert.deepEqual(seen.map(({ openfusion }) => openfusion), [undefined, undefined, { mode: 'auto' }]);
    assert.ok(out.endsWith(done));
    assert.ok(!out.includes('"usage"'));
  });

  it('passes the usage chunk on, with no choices, when it was asked for', () => {
    const seen = objects(pass([text('x'), finish, usage, done], { includeUsage: true }));
    assert.deepEqual(seen.at(-1)?.['choices'], []);
    assert.deepEqual(seen.at(-1)?.['usage'], { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 });
  });

  it('estimates usage, marked, when it was asked for and the upstream told none', () => {
    const seen = objects(pass([text('x'), finish, done], { includeUsage: true }));
    assert.deepEqual((seen.at(-1)?.['usage'] as Record<string, unknown>)['estimated'], true);
    assert.equal(seen.length, 3);
  });

  it('leaves the object out when the client said so', () => {
    assert.ok(!pass([text('x'), finish, done], { openfusion: null }).includes('"openfusion":'));
  });

  it('leaves content that looks like a model field alone', () => {
    const content = '{"model":"up/model"}';
    const [first] = objects(pass([text(content), finish, done]));
    assert.deepEqual(first?.['choices'], [{ index: 0, delta: { content }, finish_reason: null }]);
  });

  it('keeps fields that it does not know, byte for byte', () => {
    const odd = `data: {${head},"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}],"provider":"P","n":1.0}\n\n`;
    assert.ok(pass([odd, finish, done]).includes('"provider":"P","n":1.0}'));
  });
});

describe('a stream of several choices', () => {
  const choice = (index: number, content: string | null, end: string | null = null) => ({ index, delta: content === null ? {} : { content }, finish_reason: end });
  const several = (...choices: object[]) => `data: {${head},"choices":${JSON.stringify(choices)}}\n\n`;

  it('is read by its first one, wherever the others stand', () => {
    const collector = new CompletionCollector();
    for (const { deltas } of read(several(choice(0, 'a'), choice(1, 'b')) + several(choice(1, 'c'), choice(0, 'd')))) for (const delta of deltas) collector.add(delta);
    assert.equal(collector.text, 'ad');
  });

  it('is not over when another one is', () => {
    assert.deepEqual(read(several(choice(1, null, 'stop')) + several(choice(0, null, 'stop'))).map(({ finishes }) => finishes), [false, true]);
  });
});

describe('rendering deltas', () => {
  const call = fc.record({
    id: fc.uuid(), name: fc.string({ minLength: 1 }), arguments: fc.json(), custom: fc.constant(true as const), more: fc.constant({ extra_content: { google: { thought_signature: 'sig' } } }),
  }, { noNullPrototype: true, requiredKeys: ['id', 'name', 'arguments'] });
  const item = { wire: 'chat' as const, provider: 'up/', raw: { type: 'reasoning.encrypted', data: 'x', index: 0 } };
  // In the order in which a chat message has them.
  const completions = fc.record({
    reasoning: fc.string(), sealed: fc.boolean(), text: fc.string(), calls: fc.array(call, { maxLength: 3 }), finishReason: fc.constantFrom('stop' as const, 'tool_calls' as const, 'length' as const),
  }).map(({ reasoning, sealed, text: words, calls, finishReason }): Completion => completionOf([
    ...(reasoning === '' ? [] : [{ type: 'reasoning' as const, text: reasoning }]),
    ...(sealed ? [{ type: 'reasoning_item' as const, item }] : []),
    ...(words === '' ? [] : [{ type: 'text' as const, text: words }]),
    ...calls.map((one): CompletionPart => ({ type: 'tool_call', call: one })),
  ], finishReason, null));

  it('gives a stream that reads back as the same answer, no byte of a tool call lost or invented', () => {
    fc.assert(fc.property(completions, (completion) => {
      const renderer = new ChatStreamRenderer({ id: 'c', created: 1, model: 'm' }, true);
      const stream = deltasOf(completion).map((delta) => renderer.delta(delta)).join('') + renderer.end(NO_USAGE, {});
      const collector = new CompletionCollector();
      for (const chunk of read(stream)) for (const delta of chunk.deltas) collector.add(delta);
      assert.deepEqual(collector.result(), completion);
    }));
  });

  it('gives a plain answer that reads back as the same answer', () => {
    fc.assert(fc.property(completions, (completion) => {
      const plain = readPlainAnswer(Buffer.from(completionBody({ id: 'c', created: 1, model: 'm' }, completion, NO_USAGE, null)), options);
      assert.deepEqual(plain.ok && plain.completion, { ...completion, usage: NO_USAGE });
    }));
  });

  it('keeps parallel calls apart when a provider numbers them all 0', () => {
    const collector = new CompletionCollector();
    for (const id of ['a', 'b']) {
      collector.add({ type: 'tool_call', index: 0, id, name: `f_${id}`, arguments: '{' });
      collector.add({ type: 'tool_call', index: 0, arguments: '}' });
    }
    assert.deepEqual(collector.toolCalls, [{ id: 'a', name: 'f_a', arguments: '{}' }, { id: 'b', name: 'f_b', arguments: '{}' }]);
  });

  it('numbers calls anew when a provider numbers them all 0, and names those that have no id', () => {
    const renderer = new ChatStreamRenderer({ id: 'chatcmpl-t', created: 1, model: 'm' }, false);
    const sent = [{ id: 'a', name: 'f' }, { arguments: '1' }, { id: 'b', name: 'g' }, { arguments: '2' }, { index: 1, name: 'h' }, { index: 1, arguments: '3' }]
      .map((piece) => renderer.delta({ type: 'tool_call', index: 0, arguments: '', ...piece })).join('');
    const calls = new CompletionCollector();
    for (const { deltas } of read(sent)) for (const delta of deltas) calls.add(delta);
    assert.deepEqual(calls.toolCalls, [{ id: 'a', name: 'f', arguments: '1' }, { id: 'b', name: 'g', arguments: '2' }, { id: 'call_t_2', name: 'h', arguments: '3' }]);
    assert.deepEqual(objects(sent).map((object) => JSON.stringify(object).match(/"index":(\d),"(id|function)/)?.[1]), ['0', '0', '1', '1', '2', '2']);
  });

  it("seals another format's reasoning into one entry each, apart by index", () => {
    const item = (signature: string) => ({ wire: 'messages' as const, provider: 'a/', raw: { type: 'thinking', thinking: 't', signature } });
    const renderer = new ChatStreamRenderer({ id: 'c', created: 1, model: 'm' }, false);
    const entries = objects(['x', 'y'].map((signature) => renderer.delta({ type: 'reasoning_item', item: item(signature) })).join(''))
      .map(({ choices }) => (choices as { delta: { reasoning_details: { index: number; data: string }[] } }[])[0]?.delta.reasoning_details[0]);
    assert.deepEqual(entries.map((entry) => entry?.index), [0, 1]);
    assert.deepEqual(entries.map((entry) => openReasoning(entry?.data ?? '')), [[{ ...item('x'), carried: true }], [{ ...item('y'), carried: true }]]);
  });
});

describe('reasoning details in a stream', () => {
  const event = (delta: object, end: string | null = null) => `data: {${head},"choices":[${JSON.stringify({ index: 0, delta, finish_reason: end })}]}\n\n`;
  const meaning = (stream: string) => read(stream).flatMap(({ deltas }) => deltas).map((delta) => (delta.type === 'reasoning_item' ? delta.item.raw : delta));

  it('are whole with their signature', () => {
    const pieces = event({ reasoning: 'a', reasoning_details: [{ type: 'reasoning.text', text: 'a', index: 0 }] }) + event({ reasoning: 'b', reasoning_details: [{ type: 'reasoning.text', text: 'b', index: 0 }] })
      + event({ reasoning_details: [{ type: 'reasoning.text', signature: 'sig', index: 0 }] });
    assert.deepEqual(meaning(pieces), [{ type: 'reasoning', text: 'a' }, { type: 'reasoning', text: 'b' }, { type: 'reasoning.text', text: 'ab', signature: 'sig', index: 0 }]);
  });

  it('are whole when words follow, and stand before them', () => {
    const early = text('early') + text('again');
    const stream = early + event({ reasoning_details: [{ type: 'reasoning.summary', summary: 'a', index: 0 }] }) + event({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'd', index: 1 }] })
      + event({ reasoning_details: [{ type: 'reasoning.text', text: 'b', index: 2 }] }) + text('x');
    assert.deepEqual(meaning(stream).slice(2), [
      { type: 'reasoning', text: 'a' }, { type: 'reasoning.summary', summary: 'a', index: 0 }, { type: 'reasoning.encrypted', data: 'd', index: 1 },
      { type: 'reasoning', text: 'b' }, { type: 'reasoning.text', text: 'b', index: 2 }, { type: 'text', text: 'x' },
    ]);
  });

  it('are whole when the answer ends', () => {
    assert.deepEqual(meaning(event({ reasoning_details: [{ type: 'reasoning.text', text: 'b', index: 0 }] }) + finish).slice(1), [{ type: 'reasoning.text', text: 'b', index: 0 }, { type: 'finish', reason: 'stop' }]);
  });
});

describe('reading the answer to a translated request', () => {
  it('gives calls the names and the kind of the tools that the client knows', () => {
    const name = 'mcp__a.server__a_tool_whose_name_is_longer_than_any_provider_would_take_it';
    const tools: ToolDefinition[] = [{ kind: 'function', name, raw: {} }, { kind: 'custom', name: 'patch', raw: {} }];
    const calls = [{ id: 'a', function: { name: fitToolName(name), arguments: '{}' } }, { id: 'b', function: { name: 'patch', arguments: '{"input":"*** x\\n"}' } }];
    const stream = `data: {${head},"choices":[${JSON.stringify({ index: 0, delta: { tool_calls: calls.map((call, index) => ({ index, ...call })) }, finish_reason: 'tool_calls' })}]}\n\n`;
    const collector = new CompletionCollector();
    for (const { deltas } of createChatReader({ provider: 'up/', tools }).push(Buffer.from(stream))) for (const delta of deltas) collector.add(delta);
    const expected = [{ id: 'a', name, arguments: '{}' }, { id: 'b', name: 'patch', arguments: '*** x\n', custom: true }];
    assert.deepEqual(collector.toolCalls, expected);
    const whole = readPlainAnswer(Buffer.from(JSON.stringify({ choices: [{ message: { tool_calls: calls }, finish_reason: 'tool_calls' }] })), { provider: 'up/', tools });
    assert.deepEqual(whole.ok && whole.completion.toolCalls, expected);
  });
});
