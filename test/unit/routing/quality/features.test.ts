import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFeatures, SHAPE_NAMES } from '../../../../src/routing/quality/features.ts';

describe('what the quality model sees of a prompt', () => {
  it('is the same for the same text', () => {
    const text = 'Fix `parse()` in src/a.ts:\n\n- it drops the last line\n- 3 tests fail';
    assert.deepEqual(readFeatures(text), readFeatures(text));
  });

  it('tells texts apart by their words and by the order of their words', () => {
    const grams = (text: string): string => [...readFeatures(text).grams].sort((a, b) => a - b).join();
    assert.notEqual(grams('rename the file'), grams('delete the file'));
    assert.notEqual(grams('map the key to the value'), grams('map the value to the key'));
    assert.equal(grams('Rename The File'), grams('rename the file'), 'case alone does not make another word');
  });

  it('gives every number of the shape a finite value between 0 and 2, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 4_000 }), (text) => {
      const { shape, grams } = readFeatures(text);
      assert.equal(shape.length, SHAPE_NAMES.length);
      for (const [i, value] of shape.entries()) assert.ok(value >= 0 && value <= 2, `${String(SHAPE_NAMES[i])} is ${String(value)}`);
      assert.equal(new Set(grams).size, grams.length, 'each gram once');
      for (const gram of grams) assert.ok(gram > 0 && gram < 2 ** 24);
    }), { numRuns: 200 });
  });

  it('reads Chinese character by character', () => {
    const { grams, shape } = readFeatures('修复登录页面的错误');
    assert.ok(grams.length > 9);
    assert.ok((shape[SHAPE_NAMES.indexOf('wide')] ?? 0) > 0.2);
    assert.equal(shape[SHAPE_NAMES.indexOf('words')], 0);
  });

  it('reads head and tail of a long text and nothing between', () => {
    const long = (middle: string): string => `${'begin here. '.repeat(400)}${middle}${' and the end.'.repeat(400)}`;
    assert.deepEqual(readFeatures(long('secret sauce')), readFeatures(long('hidden words')));
    assert.notDeepEqual(readFeatures(`other start ${long('')}`).grams, readFeatures(long('')).grams);
  });

  it('is bounded for a text that never repeats itself', () => {
    const text = Array.from({ length: 60_000 }, (_, i) => `w${i.toString(36)}x`).join(' ');
    assert.ok(readFeatures(text).grams.length <= 2_000);
  });
});
