// The outcome sets on disk, as the trainer and the bench read them.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hash64 } from '../../../src/routing/hash.ts';

/** Sets whose licence lets weights that were learned from them ship (Apache-2.0 or MIT, prompts included). The others only measure. */
export const SHIPPABLE = ['zeroeval_crux', 'zeroeval_math_l5', 'zeroeval_gsm8k', 'llmrouter_mix', 'routellm_mmlu', 'routellm_gsm8k'];
/**
 * Sets that are never learned from, only measured on: what was learned of some repositories' issues made the prediction for other repositories worse (APGR 0.44
 * with them, 0.47 to 0.52 without), and the agents of the other are one model.
 */
export const UNLEARNABLE = ['swebench_pro', 'swebench_verified_effort'];
/** Sets of the same questions: leaving one out means leaving its twin out as well. */
const TWINS = [['zeroeval_gsm8k', 'routellm_gsm8k']];
export const FOLDS = 5;

/** The value of `--name value` or `--name=value`. */
export function argument(name) {
  const at = process.argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  if (at < 0) return undefined;
  const word = process.argv[at];
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : process.argv[at + 1];
}

/** The data folder that was named, or an end with a clear message. */
export function dataFolder() {
  const folder = argument('data') ?? process.env.OPENFUSION_ROUTING_DATA;
  if (folder !== undefined && existsSync(join(folder, 'datasets.json'))) return folder;
  console.error(folder === undefined
    ? 'The routing outcome data is not part of this repository: name its folder with --data <folder> or OPENFUSION_ROUTING_DATA.'
    : `${folder} holds no datasets.json: --data wants the folder of the routing outcome data.`);
  process.exit(2);
}

/** Every `*.dev.jsonl.gz` that `datasets.json` names: `{ name, weak, strong, pairMetrics, rows }`. */
export function loadSets(folder) {
  const meta = JSON.parse(readFileSync(join(folder, 'datasets.json'), 'utf8'));
  return readdirSync(folder).sort().flatMap((file) => {
    const name = /^(.+)\.dev\.jsonl\.gz$/.exec(file)?.[1];
    if (name === undefined || meta[name] === undefined) return [];
    const rows = gunzipSync(readFileSync(join(folder, file))).toString('utf8').trim().split('\n').map((line) => JSON.parse(line));
    return [{ name, weak: meta[name].weak, strong: meta[name].strong, pairMetrics: meta[name].pair_metrics !== false, rows }];
  });
}

/**
 * The fold of a prompt: by its words, so that one question in two sets lands in one fold; issues of SWE-bench Pro by their
 * repository, as its held-out part is split.
 */
export function foldOf(set, { id, prompt }) {
  const key = set === 'swebench_pro' ? (/instance_(.+?)__/.exec(id)?.[1] ?? id) : prompt.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '').slice(0, 600);
  return Number.parseInt(hash64(`fold|${key}`).slice(0, 8), 16) % FOLDS;
}

/** Does training without `left` mean leaving `set` out? */
export const isLeftOut = (left, set) => set === left || TWINS.some((twins) => twins.includes(left) && twins.includes(set));
