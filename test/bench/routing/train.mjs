// Trains the quality model (src/routing/quality): small networks over hashed words and the shape of a prompt, averaged, and boosted decision trees
// over the shape and the cues of a prompt.
// Plain stochastic gradient descent on one core, seeded: the same data and options give the same weights.
// As a command: node test/bench/routing/train.mjs --data <folder> [--out src/routing/quality/weights.ts]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { familyOf } from '../../../src/routing/quality/family.ts';
import { readFeatures, SHAPE_NAMES } from '../../../src/routing/quality/features.ts';
import { abilityOf } from '../../../src/routing/quality/model.ts';
import { treeInputs } from '../../../src/routing/quality/trees.ts';
import { argument, dataFolder, loadSets, SHIPPABLE, UNLEARNABLE } from './data.mjs';
import { growForest } from './trees.mjs';

export const DEFAULTS = {
  seed: 1,
  /** Networks that are averaged, hidden units of each, passes over the data, step size at the start (falls to 0). */
  nets: 6, hidden: 8, epochs: 5, rate: 0.01,
  /** Shrinkage of what grams, the rest, and single families learned. */
  gramDecay: 0.05, decay: 1e-4, shapeDecay: 0.01, knownDecay: 1e-3,
  /** Weight of the error of gains (differences between candidates) against that of each candidate. */
  gainWeight: 1,
  /** Share of grams, and of families' own abilities, left out at random in each step. */
  dropGram: 0.2, dropFamily: 0.3,
  /** A gram must stand in this many prompts; the most frequent ones are kept. */
  minRows: 4, mostGrams: 11_000,
  /** A set of n prompts weighs n ** power. */
  setPower: 0.5,
  /** See `trust` of the weights. */
  trust: {
    familiar: { level: 0.36, ability: 0.3, own: 0.33, trees: 0.65, length: 0.5 },
    strange: { level: 0.24, ability: 0.2, own: 0.11, trees: 0, length: 1.3 },
    from: 0.45, to: 0.65,
  },
  /** See `length` of the weights. */
  length: { slope: 0.12, pivot: 2, middle: 5.5 },
  /** The decision trees: for all candidates, for each family, and how many outcomes of a family make half of the belief in its own trees. */
  forest: { all: {}, own: { trees: 30, depth: 3, rate: 0.1, shrinkLevel: 30, columns: 0.15 }, ownHalf: 1_000 },
};
const S = SHAPE_NAMES.length, BATCH = 16, FARTHEST = 4;

/** mulberry32 by Tommy Ettinger (public domain). */
function randomOf(seed) {
  let s = seed >>> 0;
  return () => { s = (s + 0x6d2b79f5) >>> 0; let t = Math.imul(s ^ (s >>> 15), 1 | s); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32; };
}

const remembered = new Map();
function featuresOf(prompt) {
  let features = remembered.get(prompt);
  if (features === undefined) remembered.set(prompt, features = readFeatures(prompt));
  return features;
}

/** Weights (see QualityWeights) learned from sets `{ name, rows }`. */
export function train(sets, options = {}) {
  const o = { ...DEFAULTS, ...options };
  const filled = sets.filter(({ name, rows }) => rows.length > 0 && !UNLEARNABLE.includes(name));
  const vocabulary = vocabularyOf(filled, o), families = [...new Set(filled.flatMap(({ rows }) => Object.keys(rows[0].scores).map(familyOf)))].sort();
  const examples = examplesOf(filled, vocabulary, families, o);
  const usual = usualShape(examples);
  for (const example of examples) {
    example.x = Float32Array.from(example.shape, (value, i) => Math.max(-FARTHEST, Math.min(FARTHEST, (value - usual[i]) * usual[S + i])));
  }
  const nets = Array.from({ length: o.nets }, (_, n) => trainNet(examples, vocabulary.telling, families.length, o, o.seed * 1000 + n));
  const forest = growForest(examples, families.length, o.forest, randomOf(o.seed * 1000 + 500));
  return pack(nets, vocabulary, families, usual, o, forest);
}

/** The grams that are worth an embedding, most frequent first, and how telling each is: half the log of how rare. */
function vocabularyOf(sets, { minRows, mostGrams }) {
  const count = new Map();
  let total = 0;
  for (const { rows } of sets) for (const { prompt } of rows) { total++; for (const gram of featuresOf(prompt).grams) count.set(gram, (count.get(gram) ?? 0) + 1); }
  const kept = [...count].filter(([, n]) => n >= minRows).sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, mostGrams);
  return { grams: kept.map(([gram]) => gram), place: new Map(kept.map(([gram], i) => [gram, i])), telling: Float32Array.from(kept, ([, n]) => Math.max(1, Math.round(64 * Math.min(3, Math.log(total / n) / 2))) / 64) };
}

function examplesOf(sets, { place }, families, { setPower }) {
  const at = new Map(families.map((family, i) => [family, i]));
  return sets.flatMap(({ rows }) => {
    const models = Object.keys(rows[0].scores);
    const theta = Float32Array.from(models, (model) => abilityOf(rows.reduce((sum, row) => sum + row.scores[model], 0) / rows.length));
    const own = Int32Array.from(models, (model) => at.get(familyOf(model)));
    const weight = (rows.length / 1000) ** (setPower - 1);
    return rows.map(({ prompt, scores }) => {
      const features = featuresOf(prompt), { grams, shape } = features;
      return { shape, inputs: treeInputs(features), theta, own, weight, ownWeight: weight, grams: Int32Array.from([...grams].map((gram) => place.get(gram) ?? -1).filter((i) => i >= 0)), y: Float32Array.from(models, (model) => scores[model]) };
    });
  });
}

/** Mean of each shape, then one by its spread. */
function usualShape(examples) {
  const usual = new Float32Array(2 * S);
  for (const { shape } of examples) for (let i = 0; i < S; i++) usual[i] += shape[i] / examples.length;
  for (const { shape } of examples) for (let i = 0; i < S; i++) usual[S + i] += (shape[i] - usual[i]) ** 2 / examples.length;
  for (let i = 0; i < S; i++) usual[S + i] = 1 / Math.sqrt(usual[S + i] + 1e-4);
  return usual;
}

/** Adam with decoupled decay; `gradient` is filled by the caller and emptied by `step`. */
function adam(weights, rate, decay) {
  const mean = new Float32Array(weights.length), square = new Float32Array(weights.length), gradient = new Float32Array(weights.length);
  let steps = 0;
  return { gradient, step(pace) {
    steps++;
    const c1 = 1 - 0.9 ** steps, c2 = 1 - 0.999 ** steps;
    for (let i = 0; i < weights.length; i++) {
      mean[i] = 0.9 * mean[i] + 0.1 * gradient[i]; square[i] = 0.999 * square[i] + 0.001 * gradient[i] * gradient[i];
      weights[i] -= pace * rate * (mean[i] / c1 / (Math.sqrt(square[i] / c2) + 1e-8) + decay * weights[i]);
      gradient[i] = 0;
    }
  } };
}

function trainNet(examples, telling, familyCount, o, seed) {
  const H = o.hidden, random = randomOf(seed);
  const normal = (spread) => spread * (random() + random() + random() - 1.5) * 2;
  const filled = (count, spread) => Float32Array.from({ length: count }, () => normal(spread));
  const E = filled(telling.length * H, 0.1), D = filled(S * H, 0.15), b = new Float32Array(H), A = filled(3 * H, 0.3), B = new Float32Array(3), L = new Float32Array(3 * S), U = filled(familyCount * H, 0.05);
  A.fill(0, 2 * H);
  const squares = new Float32Array(E.length).fill(1e-3);
  const oD = adam(D, o.rate, o.decay), ob = adam(b, o.rate, o.decay), oA = adam(A, o.rate, o.decay), oB = adam(B, o.rate * 0.3, o.decay), oL = adam(L, o.rate * 0.3, o.shapeDecay), oU = adam(U, o.rate, o.knownDecay);
  const order = Array.from(examples, (_, i) => i), kept = new Int32Array(4096), drop = Math.round(o.dropGram * 1024);
  const h = new Float32Array(H), gh = new Float32Array(H), q = new Float32Array(256), useOwn = new Uint8Array(256);
  const total = Math.ceil(examples.length / BATCH) * o.epochs;
  let dice = Math.imul(seed, 2654435761) | 1, step = 0;

  const learn = ({ grams, x, theta, own, y, weight }, pace) => {
    let norm = 1e-6, K = 0;
    for (const gram of grams) {
      dice ^= dice << 13; dice ^= dice >>> 17; dice ^= dice << 5;
      if ((dice & 1023) < drop) continue;
      kept[K++] = gram; norm += telling[gram] * telling[gram];
    }
    const scale = 1 / Math.sqrt(norm);
    h.set(b);
    for (let i = 0; i < K; i++) { const v = scale * telling[kept[i]], at = kept[i] * H; for (let k = 0; k < H; k++) h[k] += v * E[at + k]; }
    for (let i = 0; i < S; i++) for (let k = 0; k < H; k++) h[k] += x[i] * D[i * H + k];
    for (let k = 0; k < H; k++) { h[k] = Math.tanh(h[k]); gh[k] = 0; }

    let l0 = B[0], l1 = B[1], l2 = B[2];
    for (let i = 0; i < S; i++) { l0 += x[i] * L[i]; l1 += x[i] * L[S + i]; l2 += x[i] * L[2 * S + i]; }
    const count = y.length;
    let g0 = 0, g1 = 0, g2 = 0;
    let meanError = 0;
    for (let j = 0; j < count; j++) {
      const t = theta[j], t2 = (t * t) / 4, u = own[j] * H;
      useOwn[j] = random() < o.dropFamily ? 0 : 1;
      let z = t + l0 + l1 * t + l2 * t2;
      for (let k = 0; k < H; k++) z += h[k] * (A[k] + A[H + k] * t + A[2 * H + k] * t2 + (useOwn[j] ? U[u + k] : 0));
      q[j] = 1 / (1 + Math.exp(-z)); meanError += (q[j] - y[j]) / count;
    }
    for (let j = 0; j < count; j++) {
      // Cross entropy of each candidate, and the squared error of the differences between candidates: the gains.
      const error = q[j] - y[j], among = count > 1 ? (2 * count) / (count - 1) : 0;
      const g = (weight / BATCH / count) * (error + o.gainWeight * among * (error - meanError) * q[j] * (1 - q[j]));
      const t = theta[j], t2 = (t * t) / 4, u = own[j] * H;
      g0 += g; g1 += g * t; g2 += g * t2;
      for (let k = 0; k < H; k++) {
        gh[k] += g * (A[k] + A[H + k] * t + A[2 * H + k] * t2 + (useOwn[j] ? U[u + k] : 0));
        oA.gradient[k] += g * h[k]; oA.gradient[H + k] += g * h[k] * t; oA.gradient[2 * H + k] += g * h[k] * t2;
        if (useOwn[j]) oU.gradient[u + k] += g * h[k];
      }
    }
    oB.gradient[0] += g0; oB.gradient[1] += g1; oB.gradient[2] += g2;
    for (let i = 0; i < S; i++) { oL.gradient[i] += g0 * x[i]; oL.gradient[S + i] += g1 * x[i]; oL.gradient[2 * S + i] += g2 * x[i]; }
    for (let k = 0; k < H; k++) { gh[k] *= 1 - h[k] * h[k]; ob.gradient[k] += gh[k]; }
    for (let i = 0; i < S; i++) for (let k = 0; k < H; k++) oD.gradient[i * H + k] += x[i] * gh[k];
    // Embeddings: AdaGrad, on the rows that were met.
    const shrink = 1 - pace * o.rate * o.gramDecay;
    for (let i = 0; i < K; i++) {
      const v = scale * telling[kept[i]] * BATCH, at = kept[i] * H;
      for (let k = 0; k < H; k++) { const g = v * gh[k]; squares[at + k] += g * g; E[at + k] = E[at + k] * shrink - (pace * o.rate * g) / Math.sqrt(squares[at + k]); }
    }
  };

  for (let epoch = 0; epoch < o.epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) { const j = Math.floor(random() * (i + 1)); [order[i], order[j]] = [order[j], order[i]]; }
    for (let at = 0; at < order.length; at += BATCH) {
      const pace = Math.min(1, (step + 1) / 50) * (1 - step / total);
      step++;
      for (let n = at; n < Math.min(order.length, at + BATCH); n++) learn(examples[order[n]], pace);
      for (const part of [oD, ob, oA, oB, oL, oU]) part.step(pace);
    }
  }
  return { E, dense: [D, b, A, B, L, U] };
}

const base64 = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');

/** Weights as they ship: embeddings in one byte each, the rest (a few thousand numbers) as 32-bit floats. */
function pack(nets, { grams, telling }, families, usual, { hidden, trust, length }, trees) {
  const embeddings = nets.map(({ E }) => {
    const step = E.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6) / 127;
    return { bytes: base64(Int8Array.from(E, (value) => Math.round(value / step))), step: Number(step.toPrecision(6)) };
  });
  const dense = nets.map((net) => base64(Float32Array.from(net.dense.flatMap((part) => [...part]))));
  return {
    version: 2, nets: nets.length, hidden, trust, length, families,
    grams: base64(Uint8Array.from(grams.flatMap((gram) => [gram & 255, (gram >>> 8) & 255, gram >>> 16]))),
    telling: base64(Uint8Array.from(telling, (value) => Math.round(value * 64))),
    embeddings, dense, shape: base64(usual), trees,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sets = loadSets(dataFolder()).filter(({ name }) => SHIPPABLE.includes(name));
  const began = performance.now(), weights = train(sets);
  const text = `/** Made by \`node test/bench/routing/train.mjs --data <folder>\`; do not edit. Learned from: ${sets.map(({ name }) => name).join(', ')}. */\nimport type { QualityWeights } from './model.ts';\n\nexport const QUALITY_WEIGHTS: QualityWeights = ${JSON.stringify(weights, null, 1).replaceAll(/"(\w+)":/g, '$1:').replaceAll('"', '\'')};\n`;
  const out = argument('out') ?? fileURLToPath(new URL('../../../src/routing/quality/weights.ts', import.meta.url));
  writeFileSync(out, text);
  console.log(`${out}: ${(text.length / 1e6).toFixed(2)} MB from ${String(sets.reduce((sum, { rows }) => sum + rows.length, 0))} prompts in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}
