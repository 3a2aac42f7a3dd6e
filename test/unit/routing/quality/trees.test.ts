import assert from 'node:assert/strict';
import { createForest, type ForestWeights, TREE_INPUTS } from '../../../../src/routing/quality/trees.ts';

const base64 = (bytes: ArrayBufferView): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** One tree for all of two questions (input 0 above 5, input 1 above 1), and for the second of two families one question (input 0 above 5, then a filled-up one). */
function forestWeights(): ForestWeights {
  const counts = new Uint8Array(TREE_INPUTS);
  counts[0] = 1; counts[1] = 1;
  return {
    cutCounts: base64(counts), cuts: base64(Float32Array.of(5, 1)),
    all: { depth: 2, questions: base64(Uint8Array.of(0, 0, 1, 0)), leaves: [{ bytes: base64(Int8Array.of(1, 2, 3, -4)), step: 0.5 }, { bytes: base64(Int8Array.of(0, 10, 20, 30)), step: 0.1 }] },
    own: { depth: 2, questions: base64(Uint8Array.of(0, 0, 0, 255)), leaves: [{ bytes: base64(Int8Array.of(7, 0, 9, 0)), step: 1 }] },
    ownCounts: [0, 1],
  };
}

const inputs = (...values: number[]): Float32Array => { const all = new Float32Array(TREE_INPUTS); all.set(values); return all; };
const near = (actual: number, expected: number): void => { assert.ok(Math.abs(actual - expected) < 1e-6, `${String(actual)} instead of ${String(expected)}`); };

describe('decision trees', () => {
  const forest = createForest(forestWeights(), 2);

  it('follow the answers to the leaf, the first question first', () => {
    for (const [first, second, level, slope] of [[5, 1, 0.5, 0], [5, 2, 1, 1], [6, 1, 1.5, 2], [6, 2, -2, 3]] as const) {
      const said = forest.all(inputs(first, second));
      near(said.level, level);
      near(said.slope, slope);
    }
  });

  it('answer a question that only fills up a tree with no', () => {
    near(forest.own(inputs(5), 1), 7);
    near(forest.own(inputs(6), 1), 9);
  });

  it('say nothing of a family without trees', () => { assert.equal(forest.own(inputs(6), 0), 0); });

  it('refuse to be asked about other inputs, or other families, than they were grown for', () => {
    assert.throws(() => createForest({ ...forestWeights(), cutCounts: base64(new Uint8Array(3)) }, 2), /train them again/);
    assert.throws(() => createForest(forestWeights(), 3), /train them again/);
  });
});
