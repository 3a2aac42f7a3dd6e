import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { NO_USAGE } from '../../../../src/protocol/completion.ts';
import { messagesWire } from '../../../../src/protocol/messages/wire.ts';
import { openReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import type { ChatDelta, Completion } from '../../../../src/protocol/types.ts';
import { hasEscapedName } from '../../../support/json-names.ts';
import { completionOf, eventsOf, readAll, request, type Fields } from './samples.ts';

type CallDelta = Extract<ChatDelta, { type: 'tool_call' }>;

const HEAD = { id: 'msg_1', created: 1, model: 'm' };
const asked = request({ stream: true });
const words = fc.string({ minLength: 1, unit: 'grapheme' });
const pieces = (text: string, cuts: readonly number[]): string[] => {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, index) => text.slice(at[index], end));
};
const cuts = fc.array(fc.nat(1000), { maxLength: 4 });

const saying = (type: 'text' | 'refusal') => fc.tuple(words, cuts).map(([text, at]) => pieces(text, at).map((piece): ChatDelta => ({ type, text: piece })));
const thinking = fc.tuple(words, cuts, fc.option(fc.string({ minLength: 1 }))).map(([text, at, signature]): ChatDelta[] => [
  ...pieces(text, at).map((piece): ChatDelta => ({ type: 'reasoning', text: piece })),
  // Words that nobody sealed have no end of their own: something else follows.
  ...(signature === null ? [{ type: 'text' as const, text: 'so' }] : [{ type: 'reasoning_item' as const, item: { wire: 'messages' as const, provider: 'up/', raw: { type: 'thinking', thinking: text, signature } } }]),
]);
const silent = fc.string({ minLength: 1 }).map((data): ChatDelta[] => [{ type: 'reasoning_item', item: { wire: 'messages', provider: 'up/', raw: { type: 'redacted_thinking', data } } }]);

/** As models write them: objects in any shape, and text that is none. An object that is whole is not followed by anything but the next piece of the answer. */
const object = fc.tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2)).map(([value, indent]) => JSON.stringify(value, null, indent)).filter((text) => !hasEscapedName(text));
const args = fc.oneof(object, fc.string().filter((text) => !text.includes('{')), fc.constant(''));
/** Calls whose pieces come interleaved, with words between them. */
const calling = fc.tuple(fc.array(fc.record({ args, cuts, name: fc.stringMatching(/^[a-z]{1,8}$/) }), { minLength: 1, maxLength: 4 }), fc.array(fc.nat(3), { maxLength: 12 }), fc.array(fc.tuple(fc.nat(8), words), { maxLength: 2 }), fc.string());
const interleaved = calling.map(([calls, order, between, seed]) => {
  const queues = calls.map(({ args: text, cuts: at, name }, index): CallDelta[] => [
    { type: 'tool_call', index, id: `c_${seed.length}_${index}_${name}`, name, arguments: '' }, ...pieces(text, at).map((piece): CallDelta => ({ type: 'tool_call', index, arguments: piece })),
  ]);
  const out: ChatDelta[] = [];
  for (const next of order) { const piece = queues[next % queues.length]?.shift(); if (piece !== undefined) out.push(piece); }
  out.push(...queues.flat());
  for (const [at, text] of between) out.splice(at % (out.length + 1), 0, { type: 'text', text });
  return out;
});
/** Each group of calls has indexes of its own, as the places of a real answer do. */
const answer = fc.array(fc.oneof(saying('text'), saying('refusal'), thinking, silent, interleaved), { maxLength: 6 }).map((groups) => {
  let base = 0;
  return groups.flatMap((group, place) => {
    const from = base;
    base += new Set(group.flatMap((delta) => (delta.type === 'tool_call' ? [delta.index] : []))).size;
    return group.map((delta) => (delta.type === 'tool_call' ? { ...delta, index: delta.index + from, ...(delta.id === undefined ? {} : { id: `${delta.id}_${place}` }) } : delta));
  });
});

const render = (deltas: readonly ChatDelta[]): string => {
  const renderer = messagesWire.createRenderer(HEAD, asked);
  return deltas.map((delta) => renderer.delta(delta)).join('') + renderer.end(NO_USAGE, null);
};

/** What was said, in order: words of one kind in a row are one, a refusal is words, our own signatures are nobody's. */
function said({ parts }: Pick<Completion, 'parts'>): unknown[] {
  const all: [string, string][] = [];
  for (const part of parts) {
    if (part.type === 'reasoning_item') {
      const { signature } = part.item.raw;
      if (typeof signature === 'string' && openReasoning(signature) !== null) continue;
      all.push(['item', JSON.stringify(part.item.raw)]);
    } else if (part.type === 'tool_call') all.push(['call', JSON.stringify([part.call.id, part.call.name, part.call.arguments === '' ? '{}' : part.call.arguments])]);
    else {
      const kind = part.type === 'refusal' ? 'text' : part.type, last = all.at(-1);
      if (part.text === '') continue;
      if (last?.[0] === kind) last[1] += part.text;
      else all.push([kind, part.text]);
    }
  }
  return all;
}

/** Each block opens behind the one before, is written alone, and is closed. */
function assertSequential(events: readonly Fields[]): void {
  let open: unknown = null, next = 0;
  for (const { type, index } of events) {
    if (type === 'content_block_start') { assert.equal(open, null); assert.equal(index, next++); open = index; }
    if (type === 'content_block_delta') assert.equal(index, open);
    if (type === 'content_block_stop') { assert.equal(index, open); open = null; }
  }
  assert.equal(open, null);
  assert.deepEqual([events[0]?.['type'], events.at(-2)?.['type'], events.at(-1)?.['type']], ['message_start', 'message_delta', 'message_stop']);
}

describe('an answer through the Messages format', () => {
  it('comes out as it went in, whatever was said and wherever the network cuts it', () => {
    fc.assert(fc.property(answer, fc.array(fc.nat(100_000), { maxLength: 8 }), (deltas, at) => {
      const bytes = Buffer.from(render(deltas));
      const ends = [...at.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const read = completionOf(readAll(...ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))).flatMap((event) => event.deltas));
      assert.deepEqual(said(read), said(completionOf(deltas)));
    }), { numRuns: 400 });
  });

  it('is a stream of blocks one after the other, whatever was said', () => {
    fc.assert(fc.property(answer, (deltas) => { assertSequential(eventsOf(render(deltas))); }), { numRuns: 200 });
  });

  it('is the same as a plain message, but for the spelling of arguments', () => {
    const plainArgs = (text: string): string => { try { const value: unknown = JSON.parse(text); return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : JSON.stringify({ input: text }); } catch { return text.trim() === '' ? '{}' : JSON.stringify({ input: text }); } };
    fc.assert(fc.property(answer, (deltas) => {
      const completion = completionOf(deltas);
      const { text } = messagesWire.renderWhole(HEAD, asked, { completion, usage: NO_USAGE, openfusion: null });
      const read = messagesWire.readWhole(Buffer.from(text), { provider: 'up/', tools: null });
      assert.ok(read.ok);
      const parts = completion.parts.map((part) => (part.type === 'tool_call' ? { ...part, call: { ...part.call, arguments: plainArgs(part.call.arguments) } } : part));
      assert.deepEqual(said(read.completion), said({ parts }));
    }), { numRuns: 200 });
  });
});
