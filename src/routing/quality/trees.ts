import { bytesOf, floatsOf, signedBytesOf } from './base64.ts';
import { CUE_NAMES } from './cues.ts';
import { type PromptFeatures, SHAPE_NAMES } from './features.ts';

/**
 * Symmetric decision trees: every node of one depth asks the same question, "is input f greater than its cut c?"; the answers, first question first,
 * are the bits of the leaf's number.
 */
export interface TreeWeights {
  depth: number;
  /** Two bytes for each question, `depth` questions for each tree: which input, which of its cuts (255: a question that is always answered no). */
  questions: string;
  /** Signed bytes, 2 ** depth for each tree and kind of leaf, and what one step is worth. */
  leaves: { bytes: string; step: number }[];
}

export interface ForestWeights {
  /** How many cuts each input has (a byte each), and all of them, 32-bit floats. */
  cutCounts: string;
  cuts: string;
  /** What a prompt does to every candidate: leaves of `level` and of `slope`, as in a reading. */
  all: TreeWeights;
  /** What it does to one family: as many trees as `ownCounts` says for each family in turn. Leaves of one kind, in logits. */
  own: TreeWeights;
  ownCounts: number[];
}

export interface Forest {
  all(inputs: Float32Array): { level: number; slope: number };
  /** Logits for the family at a place. */
  own(inputs: Float32Array, family: number): number;
}

export const TREE_INPUTS = SHAPE_NAMES.length + CUE_NAMES.length;
const NEVER = 255;

/** What trees are asked about: the shape of a prompt, then its cues. */
export function treeInputs({ shape, cues }: PromptFeatures): Float32Array {
  const inputs = new Float32Array(TREE_INPUTS);
  inputs.set(shape);
  inputs.set(cues, SHAPE_NAMES.length);
  return inputs;
}

interface Trees { depth: number; count: number; features: Uint8Array; cuts: Float32Array; leaves: Float32Array[] }

function readTrees({ depth, questions, leaves }: TreeWeights, cutOf: (feature: number, cut: number) => number): Trees {
  const bytes = bytesOf(questions), asked = bytes.length / 2;
  const features = Uint8Array.from({ length: asked }, (_, i) => bytes[2 * i] ?? 0);
  const cuts = Float32Array.from({ length: asked }, (_, i) => cutOf(features[i] ?? 0, bytes[2 * i + 1] ?? NEVER));
  return { depth, count: asked / depth, features, cuts, leaves: leaves.map(({ bytes: values, step }) => Float32Array.from(signedBytesOf(values), (value) => value * step)) };
}

/** The place of the leaf that an input reaches in a tree, among the leaves of all trees. */
function leafOf({ depth, features, cuts }: Trees, tree: number, inputs: Float32Array): number {
  let leaf = tree;
  for (let i = tree * depth; i < (tree + 1) * depth; i++) leaf = leaf * 2 + ((inputs[features[i] ?? 0] ?? 0) > (cuts[i] ?? 0) ? 1 : 0);
  return leaf;
}

export function createForest(weights: ForestWeights, families: number): Forest {
  const counts = bytesOf(weights.cutCounts), values = floatsOf(weights.cuts), starts: number[] = [];
  let start = 0;
  for (const count of counts) { starts.push(start); start += count; }
  if (counts.length !== TREE_INPUTS || start !== values.length || weights.ownCounts.length !== families) {
    throw new Error(`The trees ask about ${String(counts.length)} inputs of ${String(TREE_INPUTS)}: train them again for these features.`);
  }
  const cutOf = (feature: number, cut: number): number => (cut === NEVER ? Infinity : values[(starts[feature] ?? 0) + cut] ?? Infinity);
  const all = readTrees(weights.all, cutOf), own = readTrees(weights.own, cutOf);
  const ownFrom = [0];
  for (const count of weights.ownCounts) ownFrom.push((ownFrom.at(-1) ?? 0) + count);

  /** The sum of one kind of leaves over some of the trees. No objects are made: large pools ask hundreds of times. */
  const sumOf = (trees: Trees, kind: number, from: number, to: number, inputs: Float32Array): number => {
    const leaves = trees.leaves[kind];
    let sum = 0;
    if (leaves !== undefined) for (let tree = from; tree < to; tree++) sum += leaves[leafOf(trees, tree, inputs)] ?? 0;
    return sum;
  };
  return {
    all: (inputs) => ({ level: sumOf(all, 0, 0, all.count, inputs), slope: sumOf(all, 1, 0, all.count, inputs) }),
    own: (inputs, family) => sumOf(own, 0, ownFrom[family] ?? 0, ownFrom[family + 1] ?? 0, inputs),
  };
}
