import assert from 'node:assert/strict';
import { tomlFormat as toml } from '../../../../src/clients/edit/toml.ts';
import { BrokenText } from '../../../../src/clients/edit/text.ts';

describe('TOML as text', () => {
  it('gets a key behind the last one at the top, before the tables', () => {
    const text = '# mine\na = 1 # one\nlist = [\n  1, # first\n]\n\n[t]\nb = 2\n';
    const changed = toml.set(text, ['c'], 'x');
    assert.equal(changed, '# mine\na = 1 # one\nlist = [\n  1, # first\n]\nc = "x"\n\n[t]\nb = 2\n');
    assert.equal(toml.remove(changed, ['c']), text);
  });

  it('gets a key at the very top where only tables are', () => {
    assert.equal(toml.set('# t\n[t]\n', ['c'], true), 'c = true\n# t\n[t]\n');
  });

  it('gets a table as a block of its own at the end', () => {
    for (const eol of ['\n', '\r\n']) {
      const text = `a = 1${eol}[[list]]${eol}a = 2${eol}`;
      const changed = toml.set(text, ['x', 'y z'], { k: 'v', n: [1, 2] });
      assert.equal(changed, `${text}${eol}[x."y z"]${eol}k = "v"${eol}n = [1, 2]${eol}`);
      assert.equal(toml.remove(changed, ['x', 'y z']), text);
    }
  });

  it('replaces a value and keeps the comment behind it', () => {
    assert.equal(toml.set("a = 'old' # why\n", ['a'], 'C:\\x'), 'a = "C:\\\\x" # why\n');
    assert.equal(toml.set('[x.y]\nk = """\nlong\n""" # why\n', ['x', 'y', 'k'], 'v'), '[x.y]\nk = "v" # why\n');
  });

  it('puts a value back in its own words', () => {
    const text = "a = '''\nlong''' # why\n";
    assert.equal(toml.restore(toml.set(text, ['a'], 'x'), ['a'], toml.raw(text, ['a']) ?? ''), text);
  });

  it('adds to a table that is there', () => {
    assert.equal(toml.set('[x.y] # ours\nk = 1 # k\n# end\n[z]\n', ['x', 'y', 'm'], 2), '[x.y] # ours\nk = 1 # k\nm = 2\n# end\n[z]\n');
  });

  it('does not take a key of a table of tables for one at the top', () => {
    assert.equal(toml.raw('[[p]]\nmodel = "x"\n', ['model']), undefined);
  });

  it('manages tables that are written inside of a line', () => {
    const changed = toml.set('x = { a = { n = 1 } } # kept\nb = 1979-05-27\n', ['x', 'y'], { k: 'v' });
    assert.match(changed, /^x = \{.*\} # kept\nb = 1979-05-27\n$/);
    assert.equal(toml.raw(changed, ['b']), '1979-05-27');
    assert.deepEqual(toml.parse(toml.remove(changed, ['x', 'y'])), toml.parse('x = { a = { n = 1 } }\nb = 1979-05-27\n'));
  });

  it('takes tables below ours out with it, and no others', () => {
    assert.equal(toml.remove('[x.y]\nk = 1\n[x.y.headers]\nh = "1"\n\n[x.z]\nk = 2\n', ['x', 'y']), '\n[x.z]\nk = 2\n');
  });

  it('says where it is broken', () => {
    assert.throws(() => toml.parse('a = 1\nb = = 2\n'), (error) => error instanceof BrokenText && error.line === 2 && /is not valid TOML/.test(error.message));
    assert.throws(() => toml.parse('a = 1\na = 2\n'), (error) => error instanceof BrokenText && error.line === 2);
  });
});
