import assert from 'node:assert/strict';
import type { ItemStep } from '../../../../src/clients/edit/data.ts';
import { jsonFormat as json } from '../../../../src/clients/edit/json.ts';
import { BrokenText } from '../../../../src/clients/edit/text.ts';

const OURS: ItemStep = { name: 'ours', matches: (value) => (value as { id?: string }).id === 'ours' };

/** What is set can be taken out again, and leaves nothing behind. */
function assertRoundTrip(text: string, path: Parameters<typeof json.set>[1], expected: string): void {
  const changed = json.set(text, path, { id: 'ours' });
  assert.equal(changed, expected);
  assert.equal(json.remove(changed, path), text);
}

describe('JSON as text', () => {
  it('gets a new key in front, so that no other line changes', () => {
    assertRoundTrip('{\n  "a": 1 // one\n}\n', ['b'], '{\n  "b": { "id": "ours" },\n  "a": 1 // one\n}\n');
  });

  it('keeps a comment behind the brace, and `$schema`, where they stand', () => {
    assertRoundTrip('{ // mine\n  "a": 1\n}', ['b'], '{ // mine\n  "b": { "id": "ours" },\n  "a": 1\n}');
    assertRoundTrip('{\n  "$schema": "s", // kept\n  "a": 1\n}', ['b'], '{\n  "$schema": "s", // kept\n  "b": { "id": "ours" },\n  "a": 1\n}');
  });

  it('takes over tabs, CRLF and what is on one line', () => {
    assertRoundTrip('{\r\n\t"a": 1\r\n}\r\n', ['b'], '{\r\n\t"b": { "id": "ours" },\r\n\t"a": 1\r\n}\r\n');
    assertRoundTrip('{ "a": 1 }', ['b'], '{\n  "b": { "id": "ours" }, "a": 1 }');
    assertRoundTrip('{}', ['b'], '{\n  "b": { "id": "ours" }\n}');
  });

  it('makes the containers that are missing', () => {
    assert.deepEqual(json.parse(json.set('{"x": {}}', ['x', 'y', 'z'], 1)), Object.assign(Object.create(null), { x: Object.assign(Object.create(null), { y: Object.assign(Object.create(null), { z: 1 }) }) }));
  });

  it('puts an element in front of its list and finds it again by what it says', () => {
    const text = '{\n  "list": [\n    { "id": "theirs" }, // t\n  ]\n}\n';
    assertRoundTrip(text, ['list', OURS], '{\n  "list": [\n    { "id": "ours" },\n    { "id": "theirs" }, // t\n  ]\n}\n');
    assertRoundTrip('[]\n', [OURS], '[\n  { "id": "ours" }\n]\n');
  });

  it('replaces a value and nothing around it', () => {
    assert.equal(json.set('{ "a": /* x */ "old" /* y */ }', ['a'], 'new'), '{ "a": /* x */ "new" /* y */ }');
  });

  it('puts a value back in its own words', () => {
    const text = '{ "a": [1,2 , 3] }';
    assert.equal(json.restore(json.set(text, ['a'], 'new'), ['a'], json.raw(text, ['a']) ?? ''), text);
  });

  it('takes the last of several members out with the comma before it', () => {
    assert.equal(json.remove('{\n  "a": 1, // one\n  "b": 2\n}', ['b']), '{\n  "a": 1 // one\n}');
    assert.equal(json.remove('{\n  // about b\n  "b": 2, "a": 1\n}', ['b']), '{\n  // about b\n   "a": 1\n}');
  });

  it('says where it is broken', () => {
    assert.throws(() => json.parse('{\n  "a": 1,\n  "b"\n}'), (error) => error instanceof BrokenText && error.line === 4 && /is not valid JSON: colon expected/.test(error.message));
    assert.throws(() => json.parse(''), /it is empty/);
  });

  it('refuses what it could not change alone', () => {
    assert.throws(() => json.set('{ "a": 1, "a": 2 }', ['a'], 3), /has `a` twice/);
    assert.throws(() => json.set('{ "a": "text" }', ['a', 'b'], 3), /`a` is no object/);
    assert.throws(() => json.set('[]', ['a'], 3), /the file is no object/);
  });

  it('reads keys that mean something to JavaScript as any other', () => {
    assert.equal(json.set('{ "__proto__": { "a": 1 } }', ['__proto__', 'a'], 2), '{ "__proto__": { "a": 2 } }');
  });
});
