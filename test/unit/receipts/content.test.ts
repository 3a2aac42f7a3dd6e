import assert from 'node:assert/strict';
import { excerpt, markContent, sha256 } from '../../../src/receipts/content.ts';

describe('what a receipt keeps of a text', () => {
  it('is the start of its SHA-256, so that the same text is recognised', () => {
    assert.equal(sha256('abc'), 'ba7816bf8f01cfea');
    assert.notEqual(sha256('abc'), sha256('abd'));
  });

  it('is one line of its start', () => {
    assert.equal(excerpt('first\n\n  second\tthird '), 'first second third');
  });

  it('is cut between code points, with a mark that something is missing', () => {
    assert.equal(excerpt('🦊🦊🦊🦊', 3), '🦊🦊…');
    assert.equal(excerpt('🦊🦊🦊', 3), '🦊🦊🦊');
  });

  it('says that something is missing when only white space fitted into the cut', () => {
    assert.equal(excerpt(`a${' '.repeat(100)}b`, 3).endsWith('…'), true);
  });

  it('is nothing for a text that is empty or was not kept', () => {
    assert.equal(markContent(''), null);
    assert.equal(markContent(null), null);
    assert.equal(markContent('four')?.chars, 4);
  });
});
