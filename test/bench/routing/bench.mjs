// npm run bench:routing -- --data <folder> --eval <eval.mjs> [--json <file>] [--keep <folder>]: how well the shipped code predicts who gets a prompt right.
// Trains weights per fold and per left-out set, runs the evaluator through router.mjs, prints one table for each.
// With --keep trained weights stay in that folder and are used again: training is most of the time.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { argument, dataFolder, FOLDS, foldOf, isLeftOut, loadSets, SHIPPABLE } from './data.mjs';
import { calibrationError } from './calibration.mjs';
import { measureLatency } from './latency.mjs';
import { train } from './train.mjs';

// Two measurements of their own: what whole sessions cost, and what a plan takes.
for (const other of ['sessions', 'planning']) {
  if (!process.argv.includes(`--${other}`)) continue;
  await import(`./${other}.mjs`);
  process.exit();
}

const data = dataFolder();
const evaluator = argument('eval') ?? process.env.OPENFUSION_ROUTING_EVAL;
if (evaluator === undefined || !existsSync(evaluator)) {
  console.error('The routing evaluator is not part of this repository: name its eval.mjs with --eval <file> or OPENFUSION_ROUTING_EVAL.');
  process.exit(2);
}
const ROUTER = fileURLToPath(new URL('router.mjs', import.meta.url));
const sets = loadSets(data), measured = sets.filter(({ pairMetrics }) => pairMetrics);
const work = mkdtempSync(join(tmpdir(), 'openfusion-routing-'));
const boot = argument('boot') ?? '300';
const kept = argument('keep') ?? work;
mkdirSync(kept, { recursive: true });

function trainOnce(name, sets) {
  const file = join(kept, `${name}.json`);
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(train(sets)));
}

function evaluate(how, datasets = measured.map(({ name }) => name)) {
  const json = join(work, 'result.json');
  const run = spawnSync(process.execPath, [evaluator, '--data', data, '--split', 'dev', '--datasets', datasets.join(','), '--boot', boot, '--quiet', '--json', json, ...how], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (run.status !== 0) throw new Error(`the evaluator ended with ${String(run.status)}`);
  return JSON.parse(readFileSync(json, 'utf8')).results;
}

function route(label, datasets, ...args) {
  const log = join(work, `${label}.jsonl`);
  writeFileSync(log, '');
  const words = [process.execPath, ROUTER, '--log', log, ...args].map((word) => `"${word}"`).join(' ');
  const results = evaluate(['--cmd', words], datasets);
  const answers = readFileSync(log, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  for (const result of results) {
    const set = sets.find(({ name }) => name === result.dataset);
    result.ece = calibrationError(set, answers.filter(({ dataset }) => dataset === set.name));
  }
  return results;
}

const lengths = evaluate(['--builtin', 'length']), oracles = evaluate(['--builtin', 'oracle']);
const fixed = (value, digits = 3) => (Number.isFinite(value) ? value.toFixed(digits) : '-');
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function table(title, results) {
  console.log(`\n### ${title}\n`);
  console.log('| set | n | APGR | 95 % | length | oracle | AIQ | mix | over mix | length over mix | cost for 99 % | mix | ECE (chance) |\n|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|');
  const rows = results.map((result) => {
    const of = (others) => others.find(({ dataset }) => dataset === result.dataset);
    const { pair, pool, ece } = result, length = of(lengths), oracle = of(oracles);
    const row = { apgr: pair.apgr, length: length.pair.apgr, oracle: oracle.pair.apgr, over: pool.aiq - pool.aiq_linear_mix, lengthOver: length.pool.aiq - pool.aiq_linear_mix, ece: ece.error, chance: ece.chance };
    console.log(`| ${result.dataset} | ${result.n} | ${fixed(row.apgr)} | ${pair.apgr_ci95.map((value) => fixed(value, 2)).join('–')} | ${fixed(row.length)} | ${fixed(row.oracle)} | ${fixed(pool.aiq, 4)} | ${fixed(pool.aiq_linear_mix, 4)} | ${fixed(row.over, 4)} | ${fixed(row.lengthOver, 4)} | ${fixed(pool.cost_to_99pct, 0)} % | ${fixed(pool.mix_cost_to_99pct, 0)} % | ${fixed(row.ece)} (${fixed(row.chance)}) |`);
    return row;
  });
  const of = (key) => mean(rows.map((row) => row[key]));
  console.log(`| **mean** (random 0.500) | | **${fixed(of('apgr'))}** | ${meanInterval(results)} | ${fixed(of('length'))} | ${fixed(of('oracle'))} | | | **${fixed(of('over'), 4)}** | ${fixed(of('lengthOver'), 4)} | | | ${fixed(of('ece'))} (${fixed(of('chance'))}) |`);
}

/** What no prediction reaches: the weak model first, a check that is never wrong, then the strong one; beside the router at half of the strong calls. */
function cascadeTable(results) {
  console.log('\n### Weak first, checked without error, then strong\n\n| set | weak | strong | cascade | at a share of the strong cost | router, half of the calls strong |\n|---|---:|---:|---:|---:|---:|');
  for (const { dataset, pair, cascade_bound: bound } of results) {
    console.log(`| ${dataset} | ${fixed(pair.acc_weak)} | ${fixed(pair.acc_strong)} | ${fixed(bound.perfect_verifier_acc)} | ${fixed(bound.cost_vs_strong, 0)} % | ${fixed(pair.acc_at_strong_share['0.5'])} |`);
  }
}

/** The interval of a mean of independent sets, from the widths of theirs. */
function meanInterval(results) {
  const centre = mean(results.map(({ pair }) => pair.apgr));
  const half = Math.sqrt(results.reduce((sum, { pair: { apgr_ci95: [low, high] } }) => sum + ((high - low) / 2) ** 2, 0)) / results.length;
  return `${fixed(centre - half, 2)}–${fixed(centre + half, 2)}`;
}

const began = performance.now();
try {
  const all = measured.map(({ name, rows }) => ({ name, rows }));
  for (let fold = 0; fold < FOLDS; fold++) {
    trainOnce(`fold-${String(fold)}`, all.map(({ name, rows }) => ({ name, rows: rows.filter((row) => foldOf(name, row) !== fold) })));
  }
  const perFold = route('folds', undefined, '--weights', kept, '--by', 'fold');
  table(`Weights trained per fold (${String(FOLDS)} folds)`, perFold);
  cascadeTable(perFold);

  const unseen = measured.map(({ name }) => name).filter((name) => !SHIPPABLE.includes(name));
  const shipped = route('shipped', unseen);
  table('Shipped weights, on the sets they were not trained on', shipped);

  for (const { name: left } of measured) {
    trainOnce(`without-${left}`, all.filter(({ name }) => SHIPPABLE.includes(name) && !isLeftOut(left, name)));
  }
  const leftOut = route('left-out', undefined, '--weights', kept, '--by', 'set');
  table('Leave one set out (trained on the other shippable sets)', leftOut);
  const latency = measureLatency();
  console.log(`\n${((performance.now() - began) / 1000).toFixed(0)} s in all.`);
  const out = argument('json');
  if (out !== undefined) writeFileSync(out, JSON.stringify({ perFold, shipped, leftOut, latency }, null, 1));
} finally {
  rmSync(work, { recursive: true, force: true });
}
