import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FOLD_CHARACTERS, FOLD_LINES, folded, oneLine, prettyArguments, visible } from '../../../src/viewer/text.ts';

describe('text of models', () => {
  it('makes terminal escapes and other controls visible', () => {
    assert.equal(visible('\u001b[31mred\u0007\u0000\u007f\u009b'), '␛[31mred␇␀␡⟨U+009B⟩');
  });

  it('makes characters visible that turn a line around, and leaves right-to-left letters alone', () => {
    assert.equal(visible('safe\u202Egnp.exe'), 'safe⟨U+202E⟩gnp.exe');
    assert.equal(visible('שלום'), 'שלום');
  });

  it('keeps tabs and line ends', () => {
    assert.equal(visible('a\tb\r\nc\n'), 'a\tb\nc\n');
  });

  it('leaves no control and no bidirectional override in any text', () => {
    // eslint-disable-next-line no-control-regex
    const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !hidden.test(visible(text))));
  });

  it('folds long texts and texts of many lines, and no short ones', () => {
    assert.equal(folded('short'), null);
    assert.equal(folded('x'.repeat(FOLD_CHARACTERS + 500))?.length, FOLD_CHARACTERS);
    assert.equal(folded('line\n'.repeat(FOLD_LINES + 10))?.split('\n').length, FOLD_LINES);
    assert.equal(folded('line\n'.repeat(FOLD_LINES)), null);
    assert.equal(folded('x'.repeat(FOLD_CHARACTERS + 20)), null);
  });

  it('does not cut a character in two', () => {
    const start = folded('x'.repeat(FOLD_CHARACTERS - 1) + '🙂'.repeat(200));
    assert.equal(start, 'x'.repeat(FOLD_CHARACTERS - 1));
  });

  it('indents arguments that are JSON and leaves others as they are', () => {
    assert.equal(prettyArguments('{"a":1}'), '{\n  "a": 1\n}');
    assert.equal(prettyArguments('{"a":1'), '{"a":1');
    assert.equal(prettyArguments('"x"'), '"x"');
  });

  it('makes one line of bounded length', () => {
    assert.equal(oneLine(' a\n\tb ', 10), 'a b');
    assert.equal(oneLine('abcdefghij', 6), 'abcde…');
  });
});
