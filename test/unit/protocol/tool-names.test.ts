import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fitToolName, ToolNameReader } from '../../../src/protocol/tool-names.ts';

describe('names of tools', () => {
  it('are fit for every provider, and are the client\'s again in the answer', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('a.b', 'a_b', 'a/b', 'x'.repeat(65), 'x'.repeat(66)))), (names) => {
      const fit = names.map(fitToolName);
      for (const name of fit) assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/);
      const reader = new ToolNameReader(names.map((name) => ({ kind: 'function', name, raw: {} })));
      const back = reader.push(fit.map((name, index) => ({ type: 'tool_call', index, name, arguments: '' }))).map((delta) => delta.type === 'tool_call' && delta.name);
      assert.deepEqual(back, names);
    }));
  });

  it('stay as they are where they are fit', () => {
    assert.equal(fitToolName('mcp__server__tool-1'), 'mcp__server__tool-1');
  });
});
