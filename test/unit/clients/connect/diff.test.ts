import assert from 'node:assert/strict';
import { diffOf } from '../../../../src/clients/connect/diff.ts';

describe('the diff of a file', () => {
  it('is unified, as other tools read it', () => {
    assert.equal(diffOf('/x/a', 'a\nb\nc\n', 'a\nB\nc\n'), '--- /x/a\n+++ /x/a\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n');
    assert.match(diffOf('/x/a', null, 'a\n'), /^--- \/dev\/null\n\+\+\+ \/x\/a\n/);
    assert.match(diffOf('/x/a', 'a\n', null), /^--- \/x\/a\n\+\+\+ \/dev\/null\n/);
  });

  it('is empty where nothing changes', () => assert.equal(diffOf('/x/a', 'a', 'a'), ''));
});
