import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createChatReader } from '../../../../src/protocol/chat/chunks.ts';
import type { StreamEvent } from '../../../../src/protocol/wire.ts';

const newReader = () => createChatReader({ provider: 'up/', tools: null });
const meaning = ({ data, done, object, model, deltas, content, finishes, usage, error }: StreamEvent) => ({ data, done, object, model, deltas, content, finishes, usage, error });
/** Read in one stream, and each event by a reader that has seen no other. */
function bothWays(events: readonly string[]): { together: unknown; apart: unknown; chunks: StreamEvent[] } {
  const reader = newReader();
  const chunks = events.flatMap((event) => reader.pushText(`data: ${event}\n\n`));
  return { chunks, together: chunks.map(meaning), apart: events.flatMap((event) => newReader().pushText(`data: ${event}\n\n`)).map(meaning) };
}
const chunk = (delta: object, more: object = {}, finish: string | null = null) => ({ id: 'c', model: 'vendor/model', choices: [{ index: 0, delta, finish_reason: finish }], ...more });

describe('chunks that differ only in their words', () => {
  it('are read as if each were parsed, whatever stands in them', () => {
    const words = fc.oneof(fc.string(), fc.constantFrom('', 'a', ' b', '"', '\\', '\\n', '\n', '"}', '"content":"x"', 'content', 'ключ', '\u0001', '\u2028', '"},"finish_reason":"stop"}]}'));
    const delta = fc.oneof(
      { weight: 6, arbitrary: words.map((content) => ({ content })) },
      words.map((content) => ({ role: 'assistant', content })), words.map((content) => ({ content, reasoning: content })), words.map((text) => ({ content: [{ type: 'text', text }] })), words.map((refusal) => ({ refusal })),
    );
    const more = fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, fc.constantFrom({ content: 'a' }, { usage: { prompt_tokens: 1 } }, { error: 'x' }, { model: 'other' }, { type: 'content' }));
    const object = fc.record({ delta, more, finish: fc.constantFrom(null, null, null, 'stop'), index: fc.constantFrom(0, 0, 0, 1), indent: fc.constantFrom(0, 0, 0, 1) }).map(({ delta: inner, more: extra, finish, index, indent }) => {
      const value = chunk(inner, extra, finish);
      const json = JSON.stringify({ ...value, choices: value.choices.map((choice) => ({ ...choice, index })) }, null, indent);
      return json.replaceAll('\n', ' ');
    });
    fc.assert(fc.property(fc.array(object, { maxLength: 8 }), (events) => {
      const { together, apart } = bothWays(events);
      assert.deepEqual(together, apart);
    }), { numRuns: 1_000 });
  });

  it('are not parsed again', () => {
    const { chunks, together, apart } = bothWays(['one', ' two', ' three'].map((content) => JSON.stringify(chunk({ content }))));
    assert.deepEqual(together, apart);
    assert.notEqual(chunks[1]?.object, chunks[1]?.object);
    assert.equal(chunks[0]?.object, chunks[0]?.object);
  });
});
