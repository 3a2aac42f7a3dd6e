import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createRedactor } from '../../../src/trace/redact.ts';
import { maskOf } from '../../../src/trace/redact-stream.ts';
import type { StreamRedactor } from '../../../src/trace/redact-stream.ts';

const KEY = 'sk-test-0123456789';
const bytesOf = (text: string) => Buffer.from(text);
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** Everything that comes out for these pieces. */
function run<T extends string | Uint8Array>(redactor: StreamRedactor<T>, pieces: readonly T[]): string {
  const out = [...pieces.map((piece) => redactor.push(piece)), redactor.flush()];
  return out.every((piece) => typeof piece === 'string') ? out.join('') : Buffer.concat(out.map((piece) => Buffer.from(piece))).toString();
}

describe('stream redactor', () => {
  const redactor = createRedactor([KEY]);

  it('passes the very same buffer on when nothing matches', () => {
    const stream = redactor.createStreamRedactor();
    const chunk = bytesOf('data: {"delta":"hello"}\n\n');
    assert.equal(stream.push(chunk), chunk);
    const plain = new Uint8Array([104, 105, 10]);
    assert.equal(stream.push(plain), plain);
  });

  it('masks a key by as many bytes, so that a declared length stays true', () => {
    const out = redactor.createStreamRedactor().push(bytesOf(`<${KEY}>`));
    assert.equal(textOf(out), `<${maskOf(KEY.length)}>`);
    assert.equal(out.length, KEY.length + 2);
  });

  it('does not write into the buffer that it was given', () => {
    const chunk = bytesOf(`<${KEY}>`);
    redactor.createStreamRedactor().push(chunk);
    assert.equal(textOf(chunk), `<${KEY}>`);
  });

  it('finds a key that is cut anywhere between two pieces', () => {
    for (let cut = 1; cut < KEY.length; cut++) {
      const out = run(redactor.createStreamRedactor(), [bytesOf(`a${KEY.slice(0, cut)}`), bytesOf(`${KEY.slice(cut)}b`)]);
      assert.equal(out, `a${maskOf(KEY.length)}b`, `cut at ${cut}`);
    }
  });

  it('finds a key that comes byte by byte, plain, URL-encoded and in base64', () => {
    const odd = 'key/with+signs=1234';
    const encoded = [odd, encodeURIComponent(odd), Buffer.from(odd).toString('base64')];
    for (const form of encoded) {
      const out = run(createRedactor([odd]).createStreamRedactor(), [...bytesOf(`<<${form}>>`)].map((byte) => new Uint8Array([byte])));
      assert.ok(out.includes('[redacted') && !out.includes(form), form);
    }
  });

  it('holds back only what could still become a key', () => {
    const stream = redactor.createStreamRedactor();
    assert.equal(textOf(stream.push(bytesOf('answer: sk-te'))), 'answer: ');
    assert.equal(textOf(stream.push(bytesOf('rrific!'))), 'sk-terrific!');
    assert.equal(textOf(stream.flush()), '');
  });

  it('lets the start of a key go at the end of the stream', () => {
    const stream = redactor.createStreamRedactor();
    stream.push(bytesOf('sk-te'));
    assert.equal(textOf(stream.flush()), 'sk-te');
  });

  it('masks both a short key and the longer one that begins with it, in pieces', () => {
    const both = createRedactor(['sk-12345678', 'sk-12345678-live-abcdef']);
    for (const text of ['a sk-12345678 b', 'a sk-12345678-live-abcdef b', 'a sk-12345678-live-nothing', 'sk-12345678', 'xsk-12345678-live-abcde']) {
      const out = run(both.createStreamRedactor(), [...bytesOf(text)].map((byte) => new Uint8Array([byte])));
      assert.equal(out.length, text.length);
      assert.ok(!out.includes('sk-12345678'), `${text} became ${out}`);
    }
  });

  it('is the identity without secrets', () => {
    const chunk = bytesOf(KEY);
    assert.equal(createRedactor([]).createStreamRedactor().push(chunk), chunk);
  });

  it('finds a key whose pieces are deltas of one text', () => {
    const out = run(redactor.createTextStreamRedactor(), ['the key is sk-', 'test-01', '23456789', ', keep it']);
    assert.equal(out, `the key is ${maskOf(KEY.length)}, keep it`);
  });

  it('leaves split surrogate pairs whole', () => {
    assert.equal(run(redactor.createTextStreamRedactor(), ['a\ud83d', '\ude00b']), 'a😀b');
  });
});

describe('stream redactor, whatever comes', () => {
  // Few letters, so that keys overlap themselves and each other; none of those that a mask is made of.
  const key = fc.string({ unit: fc.constantFrom('x', 'y', 'z'), minLength: 8, maxLength: 12 });
  const noise = fc.string({ unit: fc.constantFrom('x', 'y', 'z', 'ü'), maxLength: 10 });
  const stream = fc.tuple(fc.array(key, { minLength: 1, maxLength: 3 }), fc.array(fc.tuple(noise, fc.nat(2)), { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }))
    .map(([keys, parts, sizes]) => ({ keys, text: parts.map(([before, index]) => before + (keys[index % keys.length] ?? '')).join(''), sizes }));

  function cut<T extends { length: number }>(whole: T, sizes: readonly number[], slice: (start: number, end: number) => T): T[] {
    const pieces: T[] = [];
    for (let at = 0, turn = 0; at < whole.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1;
      pieces.push(slice(at, at + size));
      at += size;
    }
    return pieces;
  }

  it('lets the same out for bytes in pieces as for all at once, and no key', () => {
    fc.assert(fc.property(stream, ({ keys, text, sizes }) => {
      const redactor = createRedactor(keys);
      const whole = bytesOf(text);
      const inPieces = run(redactor.createStreamRedactor(), cut(whole, sizes, (start, end) => whole.subarray(start, end)));
      assert.equal(inPieces.replaceAll(/[^xyzü]/g, '*'), maskedLetters(text, keys));
      assert.equal(bytesOf(inPieces).length, whole.length);
    }), { numRuns: 500 });
  });

  it('does the same for text in pieces', () => {
    fc.assert(fc.property(stream, ({ keys, text, sizes }) => {
      const inPieces = run(createRedactor(keys).createTextStreamRedactor(), cut(text, sizes, (start, end) => text.slice(start, end)));
      assert.equal(inPieces.replaceAll(/[^xyzü]/g, '*'), maskedLetters(text, keys));
    }), { numRuns: 500 });
  });

  /** The plain way: every letter that belongs to a key becomes a star. The masks' own letters are made stars before they are compared. */
  function maskedLetters(text: string, keys: readonly string[]): string {
    const hidden = new Set<number>();
    for (const one of keys) {
      for (let at = text.indexOf(one); at !== -1; at = text.indexOf(one, at + 1)) for (let n = 0; n < one.length; n++) hidden.add(at + n);
    }
    return [...text].map((letter, index) => (hidden.has(index) ? '*' : letter)).join('');
  }
});
