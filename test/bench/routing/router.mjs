// Speaks the routing evaluator's JSON Lines protocol through the code that ships (src/routing/quality).
//   node router.mjs                          the shipped weights
//   node router.mjs --weights <file.json>    other weights
//   node router.mjs --weights <folder> --by fold|set    weights that never saw the prompt: `fold-<n>.json`, `without-<set>.json`
// `--log <file>` keeps every answer. Candidates are known by name, prior and mean cost alone, as the protocol gives them.
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createQualityModel } from '../../../src/routing/quality/model.ts';
import { qualityModel } from '../../../src/routing/quality/default-model.ts';
import { argument, foldOf } from './data.mjs';

const weights = argument('weights'), by = argument('by'), log = argument('log');
const models = new Map();
function modelFrom(file) {
  if (!models.has(file)) models.set(file, createQualityModel(JSON.parse(readFileSync(file, 'utf8'))));
  return models.get(file);
}
function modelFor(request) {
  if (weights === undefined) return qualityModel();
  if (by === undefined) return modelFrom(weights);
  return modelFrom(join(weights, by === 'fold' ? `fold-${String(foldOf(request.dataset, request))}.json` : `without-${request.dataset}.json`));
}

let pool = { weak: '', strong: '', models: [] };
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.type === 'init') { pool = message; continue; }
  if (message.type !== 'route') continue;
  const model = modelFor(message);
  const began = performance.now();
  const reading = model.read(message.prompt);
  const quality = Object.fromEntries(pool.models.map((candidate) => [candidate.name, model.predict(reading, candidate).quality]));
  const ms = performance.now() - began;
  const answer = JSON.stringify({ id: message.id, score: quality[pool.strong] - quality[pool.weak], quality, ms });
  if (log !== undefined) appendFileSync(log, `${JSON.stringify({ dataset: message.dataset, ...JSON.parse(answer) })}\n`);
  console.log(answer);
}
