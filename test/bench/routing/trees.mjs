// Gradient boosting of symmetric decision trees (every node of one depth asks the same question), seeded, on one core.
// A leaf holds two numbers: what it does to the chance of every candidate (`level`), and by ability (`slope`).

const NEVER = 255;

export const TREE_DEFAULTS = {
  trees: 350, depth: 4, rate: 0.07, bins: 32,
  /** Share of the examples and of the features that one tree sees. */
  rows: 0.5, columns: 0.2,
  /** Shrinkage of a leaf: as many prompts' worth of "nothing" are added to it. */
  shrinkLevel: 8, shrinkSlope: 8,
  /** A leaf of fewer examples than this is not wanted. */
  minRows: 10, gainWeight: 1,
};

/** Quantiles of each feature as thresholds, at most `bins - 1`. */
export function thresholdsOf(columns, bins) {
  return columns.map((values) => {
    const sorted = Float32Array.from(values).sort(), cuts = [];
    for (let b = 1; b < bins; b++) {
      const at = Math.floor((b * sorted.length) / bins), cut = Math.fround((sorted[at - 1] + sorted[at]) / 2);
      if (sorted[at] > sorted[at - 1] && cut !== cuts.at(-1)) cuts.push(cut);
    }
    // A rare feature: any of it at all.
    if (cuts.length === 0 && sorted.at(-1) > sorted[0]) cuts.push(Math.fround((sorted.at(-1) + sorted[0]) / 2));
    return cuts;
  });
}

const binOf = (cuts, value) => { let b = 0; while (b < cuts.length && value > cuts[b]) b++; return b; };

/**
 * `examples`: `{ inputs, theta, y, weight }`. Returns `{ cuts, trees: [{ features, bins, level, slope }] }`;
 * a leaf's number is the answers "is greater" from the first question (highest bit) on.
 */
export function growTrees(examples, options, random) {
  const o = { ...TREE_DEFAULTS, ...options }, N = examples.length, F = examples[0].inputs.length;
  const columns = Array.from({ length: F }, (_, f) => Float32Array.from(examples, ({ inputs }) => inputs[f]));
  const cuts = thresholdsOf(columns, o.bins);
  const binned = columns.map((values, f) => Uint8Array.from(values, (value) => binOf(cuts[f], value)));
  const usable = cuts.map((list, f) => [list.length, f]).filter(([length]) => length > 0).map(([, f]) => f);
  const F0 = new Float64Array(N), F1 = new Float64Array(N), stats = new Float32Array(5 * N), leaf = new Uint8Array(N), trees = [];
  for (let t = 0; t < o.trees; t++) {
    const rows = [];
    for (let i = 0; i < N; i++) if (random() < o.rows) { rows.push(i); addStats(examples[i], F0[i], F1[i], stats, 5 * i, o.gainWeight); }
    const features = usable.filter(() => random() < o.columns);
    const tree = growTree({ rows: Int32Array.from(rows), features, binned, cuts, stats, leaf }, o);
    if (tree === undefined) continue;
    trees.push(tree);
    for (let i = 0; i < N; i++) {
      let at = 0;
      for (let d = 0; d < tree.features.length; d++) at = at * 2 + (binned[tree.features[d]][i] > tree.bins[d] ? 1 : 0);
      F0[i] += tree.level[at]; F1[i] += tree.slope[at];
    }
  }
  return { cuts, trees };
}

/** Gradient (2) and curvature (3) of the loss of one prompt by level and slope. */
function addStats({ theta, y, weight }, level, slope, stats, at, gainWeight) {
  const count = y.length, w = weight / count, among = count > 1 ? (2 * count) / (count - 1) : 0;
  let meanError = 0;
  for (let j = 0; j < count; j++) meanError += (1 / (1 + Math.exp(-(theta[j] + level + slope * theta[j]))) - y[j]) / count;
  let g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
  for (let j = 0; j < count; j++) {
    const t = theta[j], q = 1 / (1 + Math.exp(-(t + level + slope * t))), v = q * (1 - q), error = q - y[j];
    const g = w * (error + gainWeight * among * (error - meanError) * v), h = w * (v + gainWeight * among * (1 - 1 / count) * v * v);
    g0 += g; g1 += g * t; h00 += h; h01 += h * t; h11 += h * t * t;
  }
  stats[at] = g0; stats[at + 1] = g1; stats[at + 2] = h00; stats[at + 3] = h01; stats[at + 4] = h11;
}

/** What a leaf of these sums would win: half of Gᵀ (H + shrinkage)⁻¹ G. */
function worth(g0, g1, h00, h01, h11, o) {
  const a = h00 + 0.2 * o.shrinkLevel, c = h11 + 0.2 * o.shrinkSlope;
  return (c * g0 * g0 - 2 * h01 * g0 * g1 + a * g1 * g1) / (a * c - h01 * h01);
}

function growTree({ rows, features, binned, cuts, stats, leaf }, o) {
  const B = o.bins, tree = { features: [], bins: [], level: [], slope: [] };
  for (const i of rows) leaf[i] = 0;
  for (let depth = 0; depth < o.depth; depth++) {
    const leaves = 1 << depth, sums = new Float64Array(leaves * B * 6);
    let best = { gain: 0 };
    for (const f of features) {
      const gain = bestCut(f, { rows, column: binned[f], cuts: cuts[f].length, stats, leaf, leaves, sums, B }, o);
      if (gain.gain > best.gain + 1e-12) best = gain;
    }
    if (best.feature === undefined) break;
    tree.features.push(best.feature); tree.bins.push(best.bin);
    const column = binned[best.feature];
    for (const i of rows) leaf[i] = leaf[i] * 2 + (column[i] > best.bin ? 1 : 0);
  }
  if (tree.features.length === 0) return undefined;
  const leaves = 1 << tree.features.length, total = new Float64Array(leaves * 5);
  for (const i of rows) for (let k = 0; k < 5; k++) total[leaf[i] * 5 + k] += stats[5 * i + k];
  for (let l = 0; l < leaves; l++) {
    const [g0, g1, h00, h01, h11] = total.subarray(l * 5, l * 5 + 5), a = h00 + 0.2 * o.shrinkLevel, c = h11 + 0.2 * o.shrinkSlope, d = a * c - h01 * h01;
    tree.level.push((-o.rate * (c * g0 - h01 * g1)) / d);
    tree.slope.push((-o.rate * (a * g1 - h01 * g0)) / d);
  }
  return tree;
}

function bestCut(feature, { rows, column, cuts, stats, leaf, leaves, sums, B }, o) {
  sums.fill(0);
  for (const i of rows) {
    const at = (leaf[i] * B + column[i]) * 6, from = 5 * i;
    sums[at] += stats[from]; sums[at + 1] += stats[from + 1]; sums[at + 2] += stats[from + 2]; sums[at + 3] += stats[from + 3]; sums[at + 4] += stats[from + 4]; sums[at + 5]++;
  }
  const gains = new Float64Array(cuts);
  for (let l = 0; l < leaves; l++) {
    const from = l * B * 6;
    let t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, tn = 0;
    for (let b = 0; b <= cuts; b++) { const at = from + b * 6; t0 += sums[at]; t1 += sums[at + 1]; t2 += sums[at + 2]; t3 += sums[at + 3]; t4 += sums[at + 4]; tn += sums[at + 5]; }
    if (tn < 2 * o.minRows) continue;
    const whole = worth(t0, t1, t2, t3, t4, o);
    let a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, n = 0;
    for (let b = 0; b < cuts; b++) {
      const at = from + b * 6;
      a0 += sums[at]; a1 += sums[at + 1]; a2 += sums[at + 2]; a3 += sums[at + 3]; a4 += sums[at + 4]; n += sums[at + 5];
      if (n < o.minRows || tn - n < o.minRows) continue;
      gains[b] += worth(a0, a1, a2, a3, a4, o) + worth(t0 - a0, t1 - a1, t2 - a2, t3 - a3, t4 - a4, o) - whole;
    }
  }
  let best = { gain: 0 };
  for (let b = 0; b < cuts; b++) if (gains[b] > best.gain) best = { gain: gains[b], feature, bin: b };
  return best;
}

/**
 * Trees for what a prompt does to the models of one family beside the rest: `examples` `{ inputs, offset, y, weight }` with one logit and one outcome each.
 * The thresholds are those of the others.
 */
export function growOwnTrees(examples, cuts, options, random) {
  const o = { ...TREE_DEFAULTS, ...options }, N = examples.length, trees = [];
  const binned = cuts.map((list, f) => Uint8Array.from(examples, ({ inputs }) => binOf(list, inputs[f])));
  const usable = cuts.map((list, f) => [list.length, f]).filter(([length]) => length > 0).map(([, f]) => f);
  const F0 = new Float64Array(N), stats = new Float32Array(5 * N), leaf = new Uint8Array(N);
  for (let t = 0; t < o.trees; t++) {
    const rows = [];
    for (let i = 0; i < N; i++) {
      if (random() >= o.rows) continue;
      rows.push(i);
      const { offset, y, weight } = examples[i], q = 1 / (1 + Math.exp(-(offset + F0[i])));
      stats[5 * i] = weight * (q - y); stats[5 * i + 2] = weight * q * (1 - q);
    }
    const tree = growTree({ rows: Int32Array.from(rows), features: usable.filter(() => random() < o.columns), binned, cuts, stats, leaf }, o);
    if (tree === undefined) continue;
    trees.push(tree);
    for (let i = 0; i < N; i++) {
      let at = 0;
      for (let d = 0; d < tree.features.length; d++) at = at * 2 + (binned[tree.features[d]][i] > tree.bins[d] ? 1 : 0);
      F0[i] += tree.level[at];
    }
  }
  return trees;
}

/** Logit of one outcome by what the trees for all say of it. */
const logitOf = (theta, { level, slope }) => theta + level + slope * theta;

function outputOf({ cuts, trees }, inputs) {
  let level = 0, slope = 0;
  for (const { features, bins, level: l, slope: s } of trees) {
    let at = 0;
    for (let d = 0; d < features.length; d++) at = at * 2 + (inputs[features[d]] > cuts[features[d]][bins[d]] ? 1 : 0);
    level += l[at]; slope += s[at];
  }
  return { level, slope };
}

/**
 * The whole forest as it ships (ForestWeights) from `examples` `{ inputs, theta, own, y, weight, ownWeight }`, with `own` the place of each candidate's family.
 * A family of n outcomes is believed n / (n + `ownHalf`).
 */
export function growForest(examples, familyCount, { all, own: ownOptions, ownHalf }, random) {
  const grown = growTrees(examples, all, random), offsets = examples.map(({ inputs }) => outputOf(grown, inputs));
  const ownTrees = [], ownCounts = [];
  for (let family = 0; family < familyCount; family++) {
    const outcomes = examples.flatMap(({ inputs, theta, own, y, ownWeight }, i) => [...own].flatMap((place, j) => (
      place === family ? [{ inputs, offset: logitOf(theta[j], offsets[i]), y: y[j], weight: ownWeight }] : [])));
    const trees = growOwnTrees(outcomes, grown.cuts, ownOptions, random), belief = outcomes.length / (outcomes.length + ownHalf);
    ownTrees.push(...trees.map((tree) => ({ ...tree, level: tree.level.map((value) => value * belief) })));
    ownCounts.push(trees.length);
  }
  return {
    cutCounts: base64(Uint8Array.from(grown.cuts, ({ length }) => length)), cuts: base64(Float32Array.from(grown.cuts.flat())),
    all: pack(grown.trees, { ...TREE_DEFAULTS, ...all }.depth, ['level', 'slope']), own: pack(ownTrees, { ...TREE_DEFAULTS, ...ownOptions }.depth, ['level']), ownCounts,
  };
}

const base64 = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');

/** A tree of fewer questions than `depth` is filled up with questions that are always answered no. */
function pack(trees, depth, kinds) {
  const questions = trees.flatMap(({ features, bins }) => Array.from({ length: depth }, (_, d) => (d < features.length ? [features[d], bins[d]] : [0, NEVER])).flat());
  const leaves = kinds.map((kind) => {
    const values = trees.flatMap((tree) => Array.from({ length: 1 << depth }, (_, leaf) => tree[kind][leaf >> (depth - tree.features.length)]));
    const step = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6) / 127;
    return { bytes: base64(Int8Array.from(values, (value) => Math.round(value / step))), step: Number(step.toPrecision(6)) };
  });
  return { depth, questions: base64(Uint8Array.from(questions)), leaves };
}
