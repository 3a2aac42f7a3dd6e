import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createChatReader } from '../../../../src/protocol/chat/chunks.ts';
import { NativeChatStream } from '../../../../src/protocol/chat/native.ts';
import { readPlainAnswer } from '../../../../src/protocol/chat/plain.ts';
import { ChatStreamRenderer, completionBody } from '../../../../src/protocol/chat/render.ts';
import { CompletionCollector, NO_USAGE, completionOf, deltasOf } from '../../../../src/protocol/completion.ts';
import type { Completion, CompletionPart } from '../../../../src/protocol/types.ts';
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
});
