import assert from 'node:assert/strict';
import { allKeys, configJsonSchema, knownKeys } from '../../../src/config/json-schema.ts';
import type { JsonSchema } from '../../../src/config/json-schema.ts';

function at(schema: JsonSchema, key: string): JsonSchema {
  const found = schema.properties?.[key];
  assert.ok(found, `no ${key}`);
  return found;
}

describe('the JSON Schema', () => {
  const schema = configJsonSchema();

  it('is in the draft that editors understand and allows comments', () => {
    assert.equal(schema.$schema, 'http://json-schema.org/draft-07/schema#');
    assert.equal(schema.allowComments, true);
  });

  it('requires nothing at the top, because everything has a default', () => {
    assert.equal(schema.required, undefined);
    assert.equal(schema.additionalProperties, false);
  });

  it('describes every key', () => {
    const undescribed = (part: JsonSchema, path: string): string[] =>
      [part, ...(part.anyOf ?? [])].flatMap(({ properties, additionalProperties, items }) => [
        ...Object.entries(properties ?? {}).flatMap(([key, value]) => [...(value.description === undefined ? [`${path}.${key}`] : []), ...undescribed(value, `${path}.${key}`)]),
        ...(typeof additionalProperties === 'object' ? undescribed(additionalProperties, `${path}.*`) : []),
        ...(items === undefined ? [] : undescribed(items, `${path}[]`)),
      ]);
    assert.deepEqual(undescribed(schema, ''), []);
  });

  it('tells defaults', () => {
    assert.equal(at(at(schema, 'server'), 'port').default, 8787);
    assert.equal(at(at(schema, 'auto'), 'tools').default, 'route');
  });

  it('lists the places of all keys', () => {
    const keys = allKeys(schema);
    for (const key of ['upstream.baseURL', 'upstreams.*.timeouts.firstByteMs', 'roles.*.pricing.inputUsdPer1M', 'auto.candidates[].performance.latency.p90']) assert.ok(keys.includes(key), key);
  });

  it('knows what may stand inside named and listed things', () => {
    assert.ok(knownKeys(['roles', 'anything'], 'config').includes('model'));
    assert.ok(knownKeys(['auto', 'candidates', 7], 'config').includes('benchmarks'));
    assert.ok(knownKeys([3], 'pool').includes('benchmarks'));
    assert.deepEqual(knownKeys(['roles'], 'config'), []);
  });
});
