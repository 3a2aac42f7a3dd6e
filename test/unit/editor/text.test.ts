import assert from 'node:assert/strict';
import { headline, oneLine } from '../../../src/editor/text.ts';
import { inEnglish } from '../../../src/editor/translate.ts';

describe('text of others', () => {
  it('stands on one line without control characters and icons', () => assert.equal(oneLine(' a\r\n\u001b[1mb $(bug) '), 'a [1mb (bug)'));

  it('is told by its first line, and how many more there are', () => {
    assert.equal(headline('one\n', inEnglish), 'one');
    assert.equal(headline('one\n\ntwo\nthree', inEnglish), 'one (and 2 more, see the log)');
  });
});
