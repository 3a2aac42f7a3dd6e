import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { columns, forTerminal, oneLine, usd, write } from '../../../src/cli/output.ts';

describe('text of others on a terminal', () => {
  it('cannot move the cursor, set the title or hide its direction', () => {
    assert.equal(forTerminal('a\u001b[2Jb\u001b]0;title\u0007c\u009b31m\rd\u202e\u2066e\bf'), 'a[2Jb]0;titlec31mdef');
  });

  it('keeps lines, tabs and every script', () => {
    assert.equal(forTerminal('a\r\n\tb — 修复 ü 👍\n'), 'a\n\tb — 修复 ü 👍\n');
  });

  it('fits on one line where only one is wanted', () => {
    assert.equal(oneLine('  a\n b\t\tc  '), 'a b c');
    assert.equal(oneLine('abcdef', 4), 'abc…');
  });
});

describe('numbers and tables', () => {
  it('show the digits of a price that matter', () => {
    assert.deepEqual([usd(0), usd(0.000123), usd(0.0123), usd(1.5), usd(null), usd(undefined)], ['$0', '$0.00012', '$0.012', '$1.500', '?', '?']);
  });

  it('pad columns to their widest cell', () => {
    assert.equal(columns([['a', 'bb', 'c'], ['aaa', 'b', '']]), 'a    bb  c\naaa  b');
  });
});

describe('writing', () => {
  it('waits while the reader is slow', async () => {
    const stream = new PassThrough({ highWaterMark: 4 });
    let done = false;
    const written = write(stream, 'more than four').then(() => (done = true));
    await Promise.resolve();
    assert.equal(done, false);
    stream.resume();
    await written;
  });
});
