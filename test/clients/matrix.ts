// `npm run test:clients`: real agents, headless, through `openfusion serve` to a scripted model, every agent on every upstream format for
// every model, and what each does when something goes wrong. Installs the agents into the cache folder.
//   npm run test:clients -- [--agent NAME …] [--upstream chat|responses|messages] [--model openfusion/auto] [--fault cut|none] [--jobs 2] [--add] [--docs]
// Leaves test-results/clients.json, with `--add` what it held before too; `--docs` writes the tables of docs/clients.md from it. Exit 1 when a run was not as it must be.
import { parseArgs } from 'node:util';
import { allCells, nameOf, type Cell } from './cells.ts';
import { writeTables } from './clients-doc.ts';
import { AgentUnavailable, installAgent } from './install.ts';
import { readResults, type Result, RESULTS_FILE, writeResults } from './results.ts';
import { AGENTS, type AgentName } from './run-agent.ts';
import { lineOf, runCell } from './run-cell.ts';

const { values: options } = parseArgs({
  options: {
    agent: { type: 'string', multiple: true },
    upstream: { type: 'string', multiple: true },
    model: { type: 'string', multiple: true },
    fault: { type: 'string', multiple: true },
    jobs: { type: 'string', default: '2' },
    add: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
  },
});

const cells = allCells().filter(
  ({ agent, upstream, model, fault }) => [[options.agent, agent], [options.upstream, upstream], [options.model, model], [options.fault, fault ?? 'none']].every(([wanted, value]) => wanted === undefined || wanted.includes(value as string)),
);
if (cells.length === 0) throw new Error('nothing to run: is a name wrong?');

const begunMs = performance.now();
const unavailable = await installAll(new Set(cells.map(({ agent }) => agent)));
const before = options.add ? (await readResults()).results : [];
const results = await runAll(cells, Number(options.jobs));
const kept = before.filter((old) => !cells.some((cell) => nameOf(cell) === nameOf(old)));
await writeResults({ ranOn: new Date().toISOString().slice(0, 10), platform: `${process.platform}-${process.arch}`, node: process.versions.node, results: [...kept, ...results] });
if (options.docs) await writeTables();

const count = (outcome: Result['outcome']) => results.filter((result) => result.outcome === outcome).length;
console.log(`\n${String(count('done'))} done, ${String(count('stopped'))} stopped on a fault and said so, ${String(count('failed'))} failed, ${String(count('unavailable'))} unavailable, ${((performance.now() - begunMs) / 60_000).toFixed(1)} min. ${RESULTS_FILE}`);
process.exitCode = count('failed') > 0 ? 1 : 0;

/** One after the other; says why for those that cannot be had. */
async function installAll(names: ReadonlySet<AgentName>): Promise<ReadonlyMap<AgentName, string>> {
  const missing = new Map<AgentName, string>();
  for (const name of names) {
    try {
      await installAgent(AGENTS[name]);
    } catch (error) {
      if (!(error instanceof AgentUnavailable)) throw error;
      missing.set(name, error.message);
    }
  }
  return missing;
}

/** So many at once, in order; the results too. */
async function runAll(all: readonly Cell[], jobs: number): Promise<Result[]> {
  const done: Result[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < all.length; at = next++) {
      const cell = all[at];
      if (cell !== undefined) done[at] = await runOne(cell);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return done;
}

async function runOne(cell: Cell): Promise<Result> {
  const { version } = AGENTS[cell.agent];
  const nothing = { ...cell, version, upstreamCalls: 0, durationMs: 0 };
  const why = unavailable.get(cell.agent);
  if (why !== undefined) return { ...nothing, outcome: 'unavailable', problems: [why] };
  try {
    const result = await runCell(cell);
    console.log(lineOf(result));
    return { ...result, version, problems: [...result.problems] };
  } catch (error) {
    const message = (error as Error).message;
    console.log(`failed  ${nameOf(cell)}\n          ${message}`);
    return { ...nothing, outcome: 'failed', problems: [message] };
  }
}
