import assert from 'node:assert/strict';
import type { ItemStep } from '../../../../src/clients/edit/data.ts';
import { yamlFormat as yaml } from '../../../../src/clients/edit/yaml.ts';
import { BrokenText } from '../../../../src/clients/edit/text.ts';

const OURS: ItemStep = { name: 'ours', matches: (value) => (value as { name?: string }).name === 'ours' };
const PATH = ['models', OURS] as const;

function assertRoundTrip(text: string, expected: string): void {
  const changed = yaml.set(text, PATH, { name: 'ours', roles: ['chat'] });
  assert.equal(changed, expected);
  assert.equal(yaml.remove(changed, PATH), text);
}

describe('YAML as text', () => {
  it('gets an element in front of its list, before the comments there', () => {
    assertRoundTrip(
      'a: 1 # one\nmodels: # all of them\n  # first\n  - name: theirs # t\n    text: |\n      long\n\n  - name: more\nz: &k foo\nq: *k\n',
      'a: 1 # one\nmodels: # all of them\n  - name: ours\n    roles:\n      - chat\n  # first\n  - name: theirs # t\n    text: |\n      long\n\n  - name: more\nz: &k foo\nq: *k\n',
    );
  });

  it('keeps to the indentation and the line ends that are there', () => {
    assertRoundTrip('models:\r\n- name: theirs\r\n', 'models:\r\n- name: ours\r\n  roles:\r\n    - chat\r\n- name: theirs\r\n');
    assertRoundTrip('models: # none yet\nb: 1\n', 'models: # none yet\n  - name: ours\n    roles:\n      - chat\nb: 1\n');
  });

  it('writes into a list on one line without breaking it up', () => {
    assertRoundTrip('models: [] # e\n', 'models: [{"name":"ours","roles":["chat"]}] # e\n');
    assertRoundTrip('models: [{name: theirs}] # e\n', 'models: [{"name":"ours","roles":["chat"]}, {name: theirs}] # e\n');
  });

  it('gets a key at the end, before an end mark', () => {
    assert.equal(yaml.set('a: 1\n# end\n', ['b'], 'x'), 'a: 1\n# end\nb: x\n');
    assert.equal(yaml.set('---\na: 1\n...\n', ['b'], 'x: y'), '---\na: 1\nb: "x: y"\n...\n');
    assert.equal(yaml.set('# only words\n', ['b'], false), '# only words\nb: false\n');
    assert.equal(yaml.set('', ['b'], 1), 'b: 1\n');
    assert.equal(yaml.set('a: 1', ['b'], 1), 'a: 1\nb: 1');
  });

  it('replaces a value and keeps the comment behind it', () => {
    assert.equal(yaml.set('a: old # why\n', ['a'], 'openai/x'), 'a: openai/x # why\n');
    assert.equal(yaml.set('a:\nb: 1\n', ['a'], 'x'), 'a: x\nb: 1\n');
    assert.equal(yaml.set('a: |\n  long\nb: 1\n', ['a'], 'x'), 'a: x\nb: 1\n');
  });

  it('puts a value back in its own words', () => {
    for (const text of ['a: "old" # why\n', 'a: >-\n  long\n  text\nb: 1\n', 'a:\nb: 1\n']) {
      assert.equal(yaml.restore(yaml.set(text, ['a'], 'x'), ['a'], yaml.raw(text, ['a']) ?? 'none'), text);
    }
  });

  it('treats a file that is JSON as JSON', () => {
    const text = '{"models": [{"name": "theirs"}]}';
    assert.equal(yaml.remove(yaml.set(text, PATH, { name: 'ours' }), PATH), text);
  });

  it('leaves values alone that others refer to', () => {
    assert.throws(() => yaml.set('a: &x old\nb: *x\n', ['a'], 'new'), /alias or has an anchor/);
    assert.throws(() => yaml.set('a: &x old\nb: *x\n', ['b'], 'new'), /alias or has an anchor/);
  });

  it('says where it is broken', () => {
    assert.throws(() => yaml.parse('a: 1\nb: [\n'), (error) => error instanceof BrokenText && error.line >= 2 && /is not valid YAML/.test(error.message));
    assert.throws(() => yaml.parse('a: 1\na: 2\n'), (error) => error instanceof BrokenText && error.line === 2);
    assert.throws(() => yaml.parse('a: 1\n---\nb: 2\n'), /several documents/);
    assert.throws(() => yaml.set('models: text\n', PATH, {}), /`models` is no list/);
  });
});
