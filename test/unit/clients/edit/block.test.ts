import assert from 'node:assert/strict';
import { linesIn, withBlock, withoutBlock } from '../../../../src/clients/edit/block.ts';

describe('lines of ours in a script', () => {
  it('stand between markers at the end and can be taken out again', () => {
    for (const text of ['', '# mine\nset -e\n', 'a\r\nb\r\n']) {
      const changed = withBlock(text, ['one', 'two']);
      assert.deepEqual(linesIn(changed), ['one', 'two']);
      assert.ok(changed.startsWith(text));
      assert.equal(withoutBlock(changed), text);
    }
  });

  it('are replaced where they stand', () => {
    const changed = withBlock(`${withBlock('a\n', ['old'])}b\n`, ['new', 'lines']);
    assert.equal(changed, 'a\n\n# >>> openfusion\nnew\nlines\n# <<< openfusion\nb\n');
  });

  it('are none where there is no marker', () => {
    assert.equal(linesIn('# openfusion\n'), null);
    assert.equal(withoutBlock('x\n'), 'x\n');
  });

  it('are not guessed when a marker is missing', () => {
    assert.throws(() => withBlock('a\n# >>> openfusion\nx\n', []), /without/);
  });
});
