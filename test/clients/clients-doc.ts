import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repoDir } from '../support/paths.ts';
import { FAULTS, MODELS, UPSTREAMS, type Fault } from './cells.ts';
import { readResults, type Result, type Results } from './results.ts';
import { AGENTS, type AgentName } from './run-agent.ts';

export const CLIENTS_DOC = join(repoDir, 'docs', 'clients.md');

const FORMAT_NAMES = { chat: 'Chat Completions', responses: 'Responses', messages: 'Messages' } as const;
const FAULT_NAMES: Readonly<Record<Fault, string>> = {
  cut: 'stream cut in a tool call', 'no-finish': 'stream that just stops', 'rate-limit': '429 with Retry-After', 'server-error': '500 from one candidate', slow: '8 s of silence first',
};
const OUTCOME_NAMES: Readonly<Record<Result['outcome'], string>> = { done: 'ok', stopped: 'stops, exit code not 0', failed: 'FAILED', unavailable: 'not run' };

type Table = 'runs' | 'faults';

/** Writes both tables of docs/clients.md anew, from what the last run left. */
export async function writeTables(): Promise<void> {
  const results = await readResults();
  const doc = await readFile(CLIENTS_DOC, 'utf8');
  await writeFile(CLIENTS_DOC, withTable(withTable(doc, 'runs', runsTable(results)), 'faults', faultsTable(results)));
}

/** The text with what stands between the table's markers replaced; throws when they are missing. */
export function withTable(doc: string, name: Table, table: string): string {
  const [begin, end] = [`<!-- ${name}: begin, written by npm run test:clients -->`, `<!-- ${name}: end -->`];
  const from = doc.indexOf(begin), to = doc.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/clients.md has no markers for the table \`${name}\``);
  return `${doc.slice(0, from + begin.length)}\n${table}\n${doc.slice(to)}`;
}

/** The cells of a table, by row, its head first; throws when the markers are missing. */
export function readTable(doc: string, name: Table): string[][] {
  const inside = new RegExp(`<!-- ${name}: begin[^\\n]*\\n([^]*?)<!-- ${name}: end -->`).exec(doc)?.[1];
  if (inside === undefined) throw new Error(`docs/clients.md has no markers for the table \`${name}\``);
  const rows = inside.split('\n').filter((line) => line.startsWith('|'));
  return rows.filter((_, at) => at !== 1).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

export function runsTable({ ranOn, platform, node, results }: Results): string {
  const rows = agents().flatMap((name) => UPSTREAMS.map((upstream) => {
    const { title, version, wire } = AGENTS[name];
    const outcomes = MODELS.map((model) => outcomeOf(results.filter((result) => result.agent === name && result.upstream === upstream && result.model === model && result.fault === null)));
    return [title, version, FORMAT_NAMES[wire], FORMAT_NAMES[upstream] + (wire === upstream ? ' (native)' : ''), ...outcomes];
  }));
  const head = ['agent', 'version', 'speaks', 'upstream speaks', ...MODELS.map((model) => `\`${model}\``)];
  return `${markdown([head, ...rows])}\n\nRun on ${ranOn}, ${platform}, Node ${node}.`;
}

export function faultsTable({ results }: Results): string {
  const rows = agents().map((name) => {
    const outcomes = FAULTS.map((fault) => outcomeOf(results.filter((result) => result.agent === name && result.fault === fault), 'finishes the work'));
    return [AGENTS[name].title, ...outcomes];
  });
  return markdown([['agent', ...FAULTS.map((fault) => FAULT_NAMES[fault])], ...rows]);
}

const agents = (): AgentName[] => Object.keys(AGENTS) as AgentName[];

function outcomeOf([result]: readonly Result[], done = 'ok'): string {
  if (result === undefined) return 'not run';
  return result.outcome === 'done' ? done : OUTCOME_NAMES[result.outcome];
}

function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
