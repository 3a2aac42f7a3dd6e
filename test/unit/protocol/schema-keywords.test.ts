import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withoutKeywords } from '../../../src/protocol/schema-keywords.ts';

describe('leaving keywords out of a JSON Schema', () => {
  it('finds them at any depth', () => {
    const schema = { $schema: 'x', properties: { a: { type: 'array', items: { format: 'uri', anyOf: [{ format: 'x' }, { type: 'null' }] } } }, $defs: { d: { format: 'y' } } };
    assert.deepEqual(withoutKeywords(schema, ['$schema', 'format']), { properties: { a: { type: 'array', items: { anyOf: [{}, { type: 'null' }] } } }, $defs: { d: {} } });
  });

  it('leaves properties of that name and values alone', () => {
    const schema = { properties: { format: { type: 'string', enum: ['format'], default: { format: 1 } } }, required: ['format'] };
    assert.equal(withoutKeywords(schema, ['format']), schema);
  });
});
