import assert from 'node:assert/strict';
import fc from 'fast-check';
import { code, oneLine, plain, table } from '../../../src/receipts/render/markdown.ts';

/** Cells of a table row as GitHub splits them: at pipes that no backslash stands before, pairs of backslashes apart. */
function cellsOf(row: string): string[] {
  const marked = row.replace(/\\./gsu, '..');
  return marked.split('|').slice(1, -1);
}

const hostile = fc.string({ unit: fc.constantFrom('|', '\\', '`', '\n', '\r', ' ', 'a', '<', '*', '_', '[', '@', '\u001b', '\u2028'), maxLength: 20 });

describe('Markdown of model text', () => {
  it('stays in its cell, whatever it holds', () => {
    fc.assert(fc.property(hostile, hostile, (first, second) => {
      for (const shown of [code, plain]) {
        const rows = table(['A', 'B'], [[shown(first), shown(second)]]).split('\n');
        assert.equal(rows.length, 3);
        assert.equal(cellsOf(rows[2] ?? '').length, 2);
      }
    }));
  });

  it('is fenced by more backticks than it holds in a row', () => {
    assert.equal(code('plain'), '`plain`');
    assert.equal(code('a ` b'), '``a ` b``');
    assert.equal(code('``x``'), '``` ``x`` ```');
  });

  it('cannot end its own code span', () => {
    fc.assert(fc.property(hostile, (text) => {
      const shown = code(text);
      if (oneLine(text) === '') return;
      const fence = /^`+/u.exec(shown)?.[0] ?? '';
      const inside = shown.slice(fence.length, -fence.length);
      assert.equal([...inside.matchAll(/`+/gu)].some(([run]) => run === fence), false);
    }));
  });

  it('loses control characters and marks of text direction', () => {
    assert.equal(oneLine('a\u001b[31mb\u0007\u202ec'), 'a [31mb c');
  });

  it('brings no mark-up, tag or mention to life', () => {
    assert.equal(plain('*a* [b](c) <img> `d`'), '\\*a\\* \\[b\\](c) \\<img> \\`d\\`');
    assert.equal(plain('see @someone'), 'see @\u200bsomeone');
  });

  it('leaves names with underscores readable', () => {
    assert.equal(plain('set OPENROUTER_API_KEY'), 'set OPENROUTER_API_KEY');
    assert.equal(plain('_emphasis_'), '\\_emphasis\\_');
  });

  it('shows a dash for an empty text', () => {
    assert.equal(code('  \n'), '-');
  });
});
