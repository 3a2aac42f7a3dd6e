import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { CompletionCollector, deltasOf } from '../../../../src/protocol/completion.ts';
import { openReasoning } from '../../../../src/protocol/reasoning-carrier.ts';
import { responsesWire } from '../../../../src/protocol/responses/wire.ts';
import type { ChatDelta, CompletionPart } from '../../../../src/protocol/types.ts';
import type { StreamEvent } from '../../../../src/protocol/wire.ts';
import { HEAD, eventsOf, readEvents, rendered } from './events.ts';
import { AGENT_TURN, read } from './shapes.ts';

const REQUEST = read(AGENT_TURN);
const words = fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.constantFrom('\n\n', '"}', '\\u0000', 'data: [DONE]', 'é🙂数', '\u2028'));
const pieces = fc.array(words, { minLength: 1, maxLength: 4 });
const name = fc.constantFrom('shell', 'agents__spawn', 'unknown_tool');

/** One thing that a model says, as the deltas that it comes in; `id` sets apart what must be told apart. */
const said = (id: number): fc.Arbitrary<ChatDelta[]> => fc.oneof(
  pieces.map((texts) => texts.map((text): ChatDelta => ({ type: 'text', text }))),
  pieces.map((texts) => texts.map((text): ChatDelta => ({ type: 'refusal', text }))),
  pieces.map((texts) => texts.map((text): ChatDelta => ({ type: 'reasoning', text }))),
  pieces.map((texts): ChatDelta[] => [
    ...texts.map((text): ChatDelta => ({ type: 'reasoning', text, itemId: `rs_${id}` })),
    { type: 'reasoning_item', item: { wire: 'responses', provider: 'up/', raw: { type: 'reasoning', id: `rs_${id}`, summary: [{ type: 'summary_text', text: texts.join('') }], encrypted_content: `seal ${id}` } } },
  ]),
  words.map((signature): ChatDelta[] => [{ type: 'reasoning_item', item: { wire: 'messages', provider: 'up/', raw: { type: 'thinking', thinking: '', signature } } }]),
  fc.tuple(name, pieces).map(([tool, args]): ChatDelta[] => args.map((text, at) => ({ type: 'tool_call', index: id, ...(at === 0 ? { id: `c${id}`, name: tool } : {}), arguments: text }))),
  pieces.map((input): ChatDelta[] => input.map((text, at) => ({ type: 'tool_call', index: id, ...(at === 0 ? { id: `c${id}`, name: 'apply_patch', custom: true } : {}), arguments: text }))),
);

/** An answer: one thing after the other, but for calls, whose pieces may come in turns with whatever follows. */
const answer = fc.tuple(fc.array(fc.nat(), { maxLength: 8 }), fc.infiniteStream(fc.nat(9))).chain(([ids, turns]) => fc.tuple(...ids.map((_, index) => said(index))).map((all) => mixed(all, turns)));

function mixed(all: ChatDelta[][], turns: Iterator<number>): ChatDelta[] {
  const late: ChatDelta[][] = [], out: ChatDelta[] = [];
  for (const deltas of all) {
    const isCall = deltas[0]?.type === 'tool_call';
    out.push(...(isCall ? deltas.slice(0, 1) : deltas));
    if (isCall) late.push(deltas.slice(1));
    for (const waiting of late) if (turns.next().value as number > 4) out.push(...waiting.splice(0, 1));
  }
  return [...out, ...late.flat(), { type: 'finish', reason: all.some(([first]) => first?.type === 'tool_call') ? 'tool_calls' : 'stop' }];
}

/** The parts of an answer without what only one format needs: ids of reasoning, and envelopes, which are opened. */
function partsOf(deltas: readonly ChatDelta[]): CompletionPart[] {
  const collector = new CompletionCollector();
  for (const delta of deltas) collector.add(delta.type === 'reasoning' ? { type: 'reasoning', text: delta.text } : delta);
  return collector.result().parts.flatMap((part): CompletionPart[] => {
    const { encrypted_content: sealed } = part.type === 'reasoning_item' ? part.item.raw : {};
    const ours = typeof sealed === 'string' ? openReasoning(sealed) : null;
    return ours === null ? [part] : ours.map(({ carried: _, ...item }) => ({ type: 'reasoning_item', item }));
  });
}

/** Reasoning and its seals may be gathered into one item of theirs: what counts is each one's own order. */
const apart = (parts: CompletionPart[]): unknown => ({
  said: merged(parts.filter(({ type }) => type !== 'reasoning' && type !== 'reasoning_item')),
  reasoning: parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''),
  items: parts.flatMap((part) => (part.type === 'reasoning_item' ? [part.item] : [])),
});

function merged(parts: CompletionPart[]): CompletionPart[] {
  const out: CompletionPart[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if ((part.type === 'text' || part.type === 'refusal') && last?.type === part.type) out[out.length - 1] = { type: part.type, text: last.text + part.text };
    else out.push(part);
  }
  return out;
}

/** Calls come back by the names that the reader gives them: those of namespaces flattened. */
const readBack = (events: readonly StreamEvent[]): ChatDelta[] => events.flatMap(({ deltas }) => deltas);

describe('any answer in the Responses format', () => {
  it('reads back as the same answer, no byte of a call lost or invented, wherever the network cuts it', () => {
    fc.assert(fc.property(answer, fc.array(fc.nat(), { maxLength: 10 }), (deltas, cuts) => {
      const bytes = Buffer.from(rendered(deltas, { request: REQUEST }));
      const ends = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const events = readEvents(...ends.slice(1).map((end, index) => bytes.subarray(ends[index], end)));
      assert.deepEqual(apart(partsOf(readBack(events))), apart(partsOf(deltas)));
      assert.equal(events.at(-1)?.finishes, true);
      assert.deepEqual(readBack(events).at(-1), deltas.at(-1));
    }), { numRuns: 300 });
  });

  it('is numbered without a gap, and adds each item before it ends it, once', () => {
    fc.assert(fc.property(answer, (deltas) => {
      const events = eventsOf(rendered(deltas, { request: REQUEST }));
      assert.deepEqual(events.map(({ sequence_number: number }) => number), events.map((_, index) => index));
      const open = new Map<unknown, unknown>();
      const finished: unknown[] = [];
      for (const { type, output_index: index, item, item_id: itemId } of events) {
        const id = (item as { id?: unknown } | undefined)?.id ?? itemId;
        if (type === 'response.output_item.added') { assert.equal(index, open.size); open.set(index, id); } else if (index !== undefined) {
          assert.equal(open.get(index), id, `${type} of an item that is not there`);
          assert.ok(!finished.includes(index), `${type} after the item's end`);
        }
        if (type === 'response.output_item.done') finished.push(index);
      }
      assert.equal(finished.length, open.size);
      const response = events.at(-1)?.['response'] as { output: { id: string }[] };
      assert.deepEqual(response.output.map(({ id }) => id), [...open.values()]);
    }), { numRuns: 200 });
  });

  it('is the same as a plain answer', () => {
    fc.assert(fc.property(answer, (deltas) => {
      const collector = new CompletionCollector();
      deltas.forEach((delta) => { collector.add(structuredClone(delta)); });
      const completion = collector.result();
      const usage = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 0, reasoningTokens: 0, estimated: false };
      const whole = responsesWire.renderWhole(HEAD, REQUEST, { completion, usage, openfusion: null });
      const back = responsesWire.readWhole(Buffer.from(whole.text), { provider: 'up/', tools: null });
      assert.ok(back.ok);
      assert.deepEqual(apart(partsOf(deltasOf(back.completion))), apart(partsOf(deltas)));
      assert.deepEqual(back.completion.usage, usage);
    }), { numRuns: 200 });
  });
});
