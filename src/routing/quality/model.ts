import { familyOf } from './family.ts';
import { bytesOf, floatsOf, signedBytesOf } from './base64.ts';
import { readFeatures, SHAPE_NAMES } from './features.ts';
import { createForest, type ForestWeights, treeInputs } from './trees.ts';

/**
 * How much of what was learned is believed, the rest being the prior: of what the networks say of how hard the prompt is for everybody (`level`), of whom
 * it sets apart by ability (`ability`), and of what a family's own abilities do to it (`own`); of what the trees say of all three (`trees`); and of the length.
 */
export interface Trust { level: number; ability: number; own: number; trees: number; length: number }

/** A trained model as it ships: numbers only, byte arrays in base64. What each array means stands at {@link createQualityModel}. */
export interface QualityWeights {
  version: 2;
  /** How many small networks are averaged, and how many hidden units each has. */
  nets: number;
  hidden: number;
  /** How much of what was learned is believed: of a prompt most of whose grams are known (`to` and more), of one that is strange (`from` and less). */
  trust: { familiar: Trust; strange: Trust; from: number; to: number };
  /** Long prompts set strong and weak models apart, wherever it was measured: logits of (θ − `pivot`) for each e-fold of characters from `middle` on. */
  length: { slope: number; pivot: number; middle: number };
  /** Families whose own abilities were learned, in the order of `own`. */
  families: string[];
  /** Known grams, 3 bytes each (little endian), and how telling each is (a byte, 1/64). */
  grams: string;
  telling: string;
  /** For each net: one row of `hidden` signed bytes for each gram, and what one step is worth. */
  embeddings: { bytes: string; step: number }[];
  /** For each net, 32-bit floats: shape → hidden, bias; generic ability (3 rows: constant, by θ, by θ²/4), its bias (3), the same by shape alone (3 rows), own abilities by family. */
  dense: string[];
  /** 32-bit floats: mean of each shape, then one by its spread. */
  shape: string;
  trees: ForestWeights;
}

/** What the networks made of one prompt: the same for every candidate. */
export interface PromptReading {
  hidden: Float32Array;
  /** What the trees are asked about: shape and cues of the prompt. */
  inputs: Float32Array;
  /** Share of the prompt's grams that were met in training: what is little like it is left to prior and length. */
  familiarity: number;
  trust: Trust;
  /** What the prompt does to every candidate, in logits: `level + slope × θ + bend × θ²/4`. Never turns the order of two priors round. */
  level: number;
  slope: number;
  bend: number;
}

export interface QualityCandidate {
  /** The name of its model, with or without its maker. */
  name: string;
  /** Chance that it gets the usual request of this workload right, 0..1: what benchmarks or its configuration say. */
  prior: number;
}

export interface QualityPrediction {
  /** Chance that it gets this request right, 0..1. */
  quality: number;
  /** By how much the prompt moved it from its prior, in logits. */
  shift: number;
  /** Were abilities of its family learned, or is it judged by its prior alone? */
  known: boolean;
}

export interface QualityModel {
  /** Reads a prompt once for all candidates. Pure; reads at most 3000 characters whatever the length. */
  read(prompt: string): PromptReading;
  /** The chance that a candidate gets this request right. */
  predict(reading: PromptReading, candidate: QualityCandidate): QualityPrediction;
  /** P(strong is right) − P(weak is right), −1..1: what a dearer model is worth here. */
  gain(reading: PromptReading, strong: QualityCandidate, weak: QualityCandidate): number;
}

const SHAPES = SHAPE_NAMES.length;
/** Priors nearer to certainty than this say no more. */
const SUREST = 0.98;
/** No shape counts as more unusual than this many standard deviations. */
const FARTHEST = 4;
const TELLING_STEP = 1 / 64;
/** Beyond this many e-folds of length nothing more is concluded. */
const MOST_FOLDS = 2.5;
/** The logit of the surest prior, and by how much of θ itself the generic part may fall. */
const FARTHEST_THETA = Math.log(SUREST / (1 - SUREST)), MOST_FALL = 0.9;

/** The logit of a prior, kept away from certainty. */
export function abilityOf(prior: number): number {
  const kept = Number.isFinite(prior) ? Math.min(SUREST, Math.max(1 - SUREST, prior)) : 0.5;
  return Math.log(kept / (1 - kept));
}

interface Net { embeddings: Int8Array; step: number; shape: Float32Array; bias: Float32Array; ability: Float32Array; abilityBias: Float32Array; abilityByShape: Float32Array; own: Float32Array }

function readNet({ hidden, families }: QualityWeights, embeddings: { bytes: string; step: number }, dense: string): Net {
  const floats = floatsOf(dense);
  let at = 0;
  const take = (count: number): Float32Array => floats.subarray(at, at += count);
  const net = { shape: take(SHAPES * hidden), bias: take(hidden), ability: take(3 * hidden), abilityBias: take(3), abilityByShape: take(3 * SHAPES), own: take(families.length * hidden) };
  if (at !== floats.length) throw new Error(`The quality weights hold ${String(floats.length)} numbers where ${String(at)} belong: train them again for these features.`);
  return { ...net, embeddings: signedBytesOf(embeddings.bytes), step: embeddings.step };
}

/** Grams and their places, in an open table: a lookup costs a multiplication and mostly one comparison. */
function gramTable(grams: Uint8Array): (gram: number) => number {
  const count = grams.length / 3;
  let size = 1 << 10;
  while (size < count * 3) size <<= 1;
  const keys = new Uint32Array(size), places = new Int32Array(size).fill(-1), mask = size - 1;
  const slotOf = (gram: number): number => (Math.imul(gram, 0x9e3779b1) >>> 8) & mask;
  for (let place = 0; place < count; place++) {
    const gram = (grams[3 * place] ?? 0) | ((grams[3 * place + 1] ?? 0) << 8) | ((grams[3 * place + 2] ?? 0) << 16);
    let slot = slotOf(gram);
    while ((keys[slot] ?? 0) !== 0) slot = (slot + 1) & mask;
    keys[slot] = gram; places[slot] = place;
  }
  return (gram) => {
    let slot = slotOf(gram);
    for (let key = keys[slot] ?? 0; key !== 0; key = keys[slot] ?? 0) {
      if (key === gram) return places[slot] ?? -1;
      slot = (slot + 1) & mask;
    }
    return -1;
  };
}

/**
 * Makes a predictor of trained weights.
 *
 * Each net: `h = tanh(mean of the grams' embeddings (by how telling they are, to length 1) + shape × W + bias)`;
 * `shift = bias(θ) + shape · V(θ) + h · (ability(θ) + own abilities of the family)` with θ the logit of the prior, `ability(θ) = a + bθ + cθ²/4`;
 * `quality = 1 / (1 + exp(−(θ + mean of the nets' shifts)))`, each part of a shift times the trust in it. Decision trees over shape and cues of the prompt
 * add to all parts (see trees.ts). A candidate of no known family has the generic part alone.
 */
export function createQualityModel(weights: QualityWeights): QualityModel {
  const { hidden } = weights;
  const families = new Map(weights.families.map((family, i) => [family, i] as const));
  const find = gramTable(bytesOf(weights.grams)), telling = bytesOf(weights.telling);
  const nets = weights.embeddings.map((embeddings, i) => readNet(weights, embeddings, weights.dense[i] ?? ''));
  const usual = floatsOf(weights.shape);
  const forest = createForest(weights.trees, weights.families.length);
  const familyAt = new Map<string, number>();

  /** The place of a model's family, −1 when nothing was learned of it; remembered, for pools ask for the same names again and again. */
  const placeOf = (name: string): number => {
    let place = familyAt.get(name);
    if (place === undefined) {
      place = families.get(familyOf(name)) ?? -1;
      if (familyAt.size < 4_096) familyAt.set(name, place);
    }
    return place;
  };

  const read = (prompt: string): PromptReading => {
    const features = readFeatures(prompt), { grams, shape: plain } = features, shape = standardised(plain, usual);
    const places = new Int32Array(grams.length), shares = new Float32Array(grams.length);
    let met = 0, squares = 1e-6;
    for (const gram of grams) {
      const place = find(gram);
      if (place < 0) continue;
      const share = (telling[place] ?? 0) * TELLING_STEP;
      places[met] = place; shares[met++] = share; squares += share * share;
    }
    const familiarity = met / Math.max(1, grams.length), trust = trustIn(weights, familiarity);
    const scale = 1 / Math.sqrt(squares), all = new Float32Array(nets.length * hidden);
    nets.forEach((net, n) => {
      const sums = all.subarray(n * hidden, (n + 1) * hidden);
      addEmbeddings(sums, net, places, shares, met, scale * net.step);
      addShape(sums, net, shape);
      for (let k = 0; k < hidden; k++) sums[k] = Math.tanh(sums[k] ?? 0);
    });
    const inputs = treeInputs(features), said = forest.all(inputs);
    return { hidden: all, inputs, familiarity, trust, ...effectOnAll({ nets, all, shape }, weights, trust, prompt.length, { level: trust.trees * said.level, slope: trust.trees * said.slope }) };
  };

  const shiftOf = ({ hidden: all, inputs, trust, level, slope, bend }: PromptReading, theta: number, place: number): number => {
    const shift = level + slope * theta + (bend * theta * theta) / 4;
    if (place < 0) return shift;
    let sum = 0, at = 0;
    for (const { own } of nets) for (let k = 0; k < hidden; k++, at++) sum += (all[at] ?? 0) * (own[place * hidden + k] ?? 0);
    return shift + (trust.own * sum) / nets.length + trust.trees * forest.own(inputs, place);
  };

  const predict = (reading: PromptReading, { name, prior }: QualityCandidate): QualityPrediction => {
    const theta = abilityOf(prior), place = placeOf(name), shift = shiftOf(reading, theta, place);
    return { quality: 1 / (1 + Math.exp(-theta - shift)), shift, known: place >= 0 };
  };

  return { read, predict, gain: (reading, strong, weak) => predict(reading, strong).quality - predict(reading, weak).quality };
}

/** Between strange and familiar the trust grows evenly. */
function trustIn({ trust: { familiar, strange, from, to } }: QualityWeights, familiarity: number): Trust {
  const share = Math.max(0, Math.min(1, (familiarity - from) / (to - from)));
  const between = (part: keyof Trust): number => strange[part] + share * (familiar[part] - strange[part]);
  return { level: between('level'), ability: between('ability'), own: between('own'), trees: between('trees'), length: between('length') };
}

/** The generic part, which is the same function of θ for every candidate; kept rising in θ, since a better model is never the worse choice for it. */
function effectOnAll(
  { nets, all, shape }: { nets: readonly Net[]; all: Float32Array; shape: Float32Array }, { length }: QualityWeights, trust: Trust, chars: number, trees: { level: number; slope: number },
): Pick<PromptReading, 'level' | 'slope' | 'bend'> {
  const sums = [0, 1, 2].map((row) => {
    let sum = 0, at = 0;
    for (const { ability, abilityBias, abilityByShape, bias: { length: hidden } } of nets) {
      sum += abilityBias[row] ?? 0;
      for (let i = 0; i < SHAPES; i++) sum += (shape[i] ?? 0) * (abilityByShape[row * SHAPES + i] ?? 0);
      for (let k = 0; k < hidden; k++, at++) sum += (all[at] ?? 0) * (ability[row * hidden + k] ?? 0);
    }
    return ((row === 0 ? trust.level : trust.ability) * sum) / nets.length;
  });
  const tilt = trust.length * length.slope * Math.max(-MOST_FOLDS, Math.min(MOST_FOLDS, Math.log(chars + 1) - length.middle));
  const [level = 0, learnedSlope = 0, bend = 0] = sums, slope = learnedSlope + tilt + trees.slope;
  const fall = Math.max(0, -slope) + (Math.abs(bend) * FARTHEST_THETA) / 2;
  const kept = fall > MOST_FALL ? MOST_FALL / fall : 1;
  return { level: level + trees.level - length.pivot * tilt, slope: slope * kept, bend: bend * kept };
}

function addEmbeddings(sums: Float32Array, { embeddings }: Net, places: Int32Array, shares: Float32Array, met: number, scale: number): void {
  const hidden = sums.length;
  for (let i = 0; i < met; i++) {
    const share = (shares[i] ?? 0) * scale, from = (places[i] ?? 0) * hidden;
    for (let k = 0; k < hidden; k++) sums[k] = (sums[k] ?? 0) + share * (embeddings[from + k] ?? 0);
  }
}

/** By how many spreads each number of a shape differs from the usual one. */
const standardised = (shape: Float32Array, usual: Float32Array): Float32Array =>
  shape.map((value, i) => Math.max(-FARTHEST, Math.min(FARTHEST, (value - (usual[i] ?? 0)) * (usual[SHAPES + i] ?? 0))));

function addShape(sums: Float32Array, net: Net, shape: Float32Array): void {
  const hidden = sums.length;
  for (let k = 0; k < hidden; k++) sums[k] = (sums[k] ?? 0) + (net.bias[k] ?? 0);
  for (let i = 0; i < SHAPES; i++) {
    const value = shape[i] ?? 0;
    for (let k = 0; k < hidden; k++) sums[k] = (sums[k] ?? 0) + value * (net.shape[i * hidden + k] ?? 0);
  }
}
