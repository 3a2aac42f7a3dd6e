import assert from 'node:assert/strict';
import { capText, createCappedText } from '../../../src/trace/capped-text.ts';

describe('capped text', () => {
  it('keeps a text up to the limit as it is', () => {
    assert.equal(capText('x'.repeat(100), 100), 'x'.repeat(100));
    const text = createCappedText(10);
    for (const piece of ['abc', 'defg', 'hij']) text.append(piece);
    assert.equal(text.value(), 'abcdefghij');
  });

  it('keeps head and tail of a longer one and says how much is missing', () => {
    assert.equal(capText('head0' + 'x'.repeat(90) + 'tail9', 10), 'head0\n[… 90 characters left out …]\ntail9');
  });

  it('comes to the same in pieces as at once', () => {
    const whole = Array.from({ length: 5_000 }, (_, n) => String(n)).join(' ');
    const text = createCappedText(1_000);
    for (let at = 0; at < whole.length; at += 7) text.append(whole.slice(at, at + 7));
    assert.equal(text.value(), capText(whole, 1_000));
    assert.equal(text.value(), text.value());
  });

  it('never ends in half a character', () => {
    assert.ok(capText('😀'.repeat(100), 11).isWellFormed());
  });
});
