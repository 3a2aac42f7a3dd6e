import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { ChatDelta } from '../../../src/protocol/types.ts';
import type { StreamEvent } from '../../../src/protocol/wire.ts';
import { createRedactor } from '../../../src/trace/redact.ts';
import { maskOf } from '../../../src/trace/redact-stream.ts';
import type { SpreadMask } from '../../../src/trace/spread-keys.ts';

const KEY = 'sk-or-v1-0123456789abcdef0123456789abcdef';
const said = (text: string): ChatDelta => ({ type: 'text', text });
const called = (text: string, index = 0): ChatDelta => ({ type: 'tool_call', index, arguments: text });
const wordsOf = (deltas: readonly ChatDelta[]): string => deltas.map((delta) => (delta.type === 'tool_call' ? delta.arguments : 'text' in delta ? delta.text : '')).join('');
/** In pieces of so many characters. */
const pieces = (text: string, size: number): string[] => Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));

function deltaMask(keys = [KEY]): SpreadMask<ChatDelta> {
  const mask = createRedactor(keys).createDeltaMask();
  assert.ok(mask !== null);
  return mask;
}

const all = <Item>(mask: SpreadMask<Item>, items: readonly Item[]): Item[] => [...items.flatMap((item) => [...mask.push([item])]), ...mask.flush()];

describe('the mask over deltas', () => {
  it('finds a key in pieces of any size; at most its first three characters have gone out before it was seen', () => {
    for (const size of [1, 2, 3, 4, 7, 20, 40]) {
      const out = wordsOf(all(deltaMask(), pieces(`The key is ${KEY}, keep it.`, size).map(said)));
      assert.equal(out.length, `The key is ${KEY}, keep it.`.length);
      assert.ok(!out.includes(KEY.slice(4, 12)), `pieces of ${size}: ${out}`);
      assert.match(out, /^The key is [sk-]{0,3}.*, keep it\.$/u);
    }
  });

  it('finds its other forms in pieces too', () => {
    for (const form of [encodeURIComponent('key/with+signs=1234'), Buffer.from('key/with+signs=1234').toString('base64')]) {
      const out = wordsOf(all(deltaMask(['key/with+signs=1234']), pieces(`<<${form}>>`, 2).map(said)));
      assert.ok(!out.includes(form.slice(4, 16)), out);
    }
  });

  it('finds it in reasoning, refusals and the arguments of tool calls', () => {
    for (const delta of [(text: string): ChatDelta => ({ type: 'reasoning', text }), (text: string): ChatDelta => ({ type: 'refusal', text }), called]) {
      assert.ok(!wordsOf(all(deltaMask(), pieces(`{"k":"${KEY}"}`, 5).map((text) => delta(text)))).includes(KEY.slice(4)));
    }
  });

  it('gives back the very same list, at once, while nothing looks like a key', () => {
    const mask = deltaMask();
    for (const words of ['Hello', ' s', 'k', 'ip this', ' sk-', 'ateboard', '']) {
      const items = [said(words)];
      assert.equal(mask.push(items), items, words);
    }
    assert.deepEqual(mask.flush(), []);
  });

  it('holds back only what could still become a key, and lets it go unchanged when it does not', () => {
    const mask = deltaMask();
    const [first, second] = [said('see sk-or-'), said('acle docs')];
    assert.deepEqual(mask.push([first]), []);
    const out = mask.push([second]);
    assert.equal(out[0], first);
    assert.equal(out[1], second);
  });

  it('keeps the order of what has no words', () => {
    const finish: ChatDelta = { type: 'finish', reason: 'stop' };
    const out = all(deltaMask(), [said('a sk-or'), { type: 'tool_call', index: 0, id: 'c', name: 'f', arguments: '' }, said('d'), finish]);
    assert.deepEqual(out.map(({ type }) => type), ['text', 'tool_call', 'text', 'finish']);
  });

  it('waits no longer once other words begin or the answer ends', () => {
    const mask = deltaMask();
    mask.push([said('ends in sk-or')]);
    assert.equal(wordsOf(mask.push([called('{')])), 'ends in sk-or{');
    mask.push([called('sk-or')]);
    assert.equal(wordsOf(mask.push([{ type: 'finish', reason: 'tool_calls' }])), 'sk-or');
  });

  it('masks the better part of a key that breaks off, and no less than that', () => {
    assert.equal(wordsOf(all(deltaMask(), [said(KEY.slice(0, 10)), said(KEY.slice(10, 30))])), maskOf(30));
    assert.equal(wordsOf(all(deltaMask(), [said(KEY.slice(0, 10))])), KEY.slice(0, 10));
  });

  it('is not there without keys', () => {
    assert.equal(createRedactor([]).createDeltaMask(), null);
    assert.equal(createRedactor([]).createEventMask(), null);
  });

  it('lets through what is no key and masks what is one, whatever the keys and the pieces are', () => {
    const letters = fc.constantFrom('x', 'y', 'z');
    const key = fc.string({ unit: letters, minLength: 8, maxLength: 12 });
    const stream = fc.tuple(fc.array(key, { minLength: 1, maxLength: 3 }), fc.array(fc.tuple(fc.string({ unit: letters, maxLength: 10 }), fc.nat(2)), { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }));
    fc.assert(fc.property(stream, ([keys, parts, sizes]) => {
      const text = parts.map(([before, index]) => before + (keys[index % keys.length] ?? '')).join('');
      const deltas: ChatDelta[] = [];
      for (let at = 0, turn = 0; at < text.length; turn++) { const size = sizes[turn % sizes.length] ?? 1; deltas.push(said(text.slice(at, at + size))); at += size; }
      const out = wordsOf(all(deltaMask(keys), deltas));
      assert.equal(out.length, text.length);
      for (const [at, letter] of [...out].entries()) {
        const inside = keys.some((one) => { for (let from = text.indexOf(one); from !== -1; from = text.indexOf(one, from + 1)) if (from + 3 <= at && at < from + one.length) return true; return false; });
        if (inside) assert.ok(!/[xyz]/u.test(letter), `${out} of ${text}`);
        const touched = keys.some((one) => { for (let from = text.indexOf(one); from !== -1; from = text.indexOf(one, from + 1)) if (from <= at && at < from + one.length) return true; return false; });
        if (!touched) assert.equal(letter, text[at]);
      }
    }), { numRuns: 500 });
  });
});

describe('the mask over the events of a passed stream', () => {
  const eventOf = (object: Record<string, unknown>, deltas: ChatDelta[]): StreamEvent => ({ event: null, data: JSON.stringify(object), done: false, object, model: null, deltas, content: deltas.length > 0, finishes: false, usage: null, error: null });
  const chat = (content: string): StreamEvent => eventOf({ choices: [{ index: 0, delta: { content } }], system_fingerprint: 'text' }, [said(content)]);
  const responses = (delta: string): StreamEvent => eventOf({ type: 'response.output_text.delta', delta }, [said(delta)]);
  const messages = (text: string): StreamEvent => eventOf({ type: 'content_block_delta', delta: { type: 'text_delta', text } }, [said(text)]);
  const unknown = (words: string): StreamEvent => eventOf({ spoken: `<${words}>` }, [said(words)]);
  const eventMask = (): SpreadMask<StreamEvent> => {
    const mask = createRedactor([KEY]).createEventMask();
    assert.ok(mask !== null);
    return mask;
  };

  it('rewrites the words and nothing else, in every format', () => {
    for (const make of [chat, responses, messages, unknown]) {
      const events = pieces(`my ${KEY}!`, 6).map(make);
      const out = all(eventMask(), events);
      assert.equal(out.length, events.length);
      const written = out.map(({ data }) => data).join('');
      assert.ok(pieces(KEY.slice(6), 6).slice(0, 3).every((piece) => !written.includes(piece)), written);
      assert.deepEqual(out.map(({ object }) => Object.keys(object ?? {})), events.map(({ object }) => Object.keys(object ?? {})));
    }
  });

  it('rewrites only the words, where a field of another meaning says the same', () => {
    const out = all(eventMask(), [chat('a sk-or-v1-012'), eventOf({ type: 'text', choices: [{ delta: { content: '3456789abcdef0123456789abcdef' } }], id: '3456789abcdef0123456789abcdef' }, [said('3456789abcdef0123456789abcdef')])]);
    assert.equal(out[1]?.object?.['id'], '3456789abcdef0123456789abcdef');
    assert.equal(out[1]?.object?.['type'], 'text');
    assert.match(out[1]?.data ?? '', /"content":"\*{28}\]"/u);
  });

  it('passes the very same events on when it was no key', () => {
    const events = [chat('look: sk-or-'), eventOf({ type: 'ping' }, []), chat('anges')];
    const mask = eventMask();
    assert.deepEqual(events.slice(0, 2).flatMap((event) => [...mask.push([event])]), []);
    const out = mask.push(events.slice(2));
    assert.ok(out.every((event, at) => event === events[at]));
    assert.equal(out.length, 3);
  });

  it('hands over a batch as it came', () => {
    const batch = [chat('a'), chat('b'), { ...chat('c'), finishes: true }];
    assert.equal(eventMask().push(batch), batch);
  });
});
