import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { FAULTS, MODELS, UPSTREAMS } from './cells.ts';
import { CLIENTS_DOC, faultsTable, readTable, runsTable, withTable } from './clients-doc.ts';
import type { Result } from './results.ts';
import { AGENTS } from './run-agent.ts';

const TITLES = Object.values(AGENTS).map(({ title }) => title);
/** Those that cannot be run by `npm run test:clients`. */
const NOT_RUN = ['Aider', 'Crush', 'LiteLLM', 'VS Code'];
const OUTCOMES = ['ok', 'FAILED', 'not run'];

describe('docs/clients.md', () => {
  let doc: string;

  before(async () => {
    doc = await readFile(CLIENTS_DOC, 'utf8');
  });

  it('has a row for every agent on every upstream format, and a result for every model', () => {
    const [head = [], ...rows] = readTable(doc, 'runs');
    assert.deepEqual(head.slice(-MODELS.length), MODELS.map((model) => `\`${model}\``));
    assert.equal(rows.length, TITLES.length * UPSTREAMS.length);
    for (const title of TITLES) assert.equal(rows.filter(([agent]) => agent === title).length, UPSTREAMS.length, title);
    for (const row of rows) {
      assert.equal(row.length, head.length, row.join());
      for (const outcome of row.slice(-MODELS.length)) assert.ok(OUTCOMES.includes(outcome), row.join());
    }
  });

  it('names the versions that the tests install', () => {
    const [, ...rows] = readTable(doc, 'runs');
    for (const { title, version } of Object.values(AGENTS)) assert.ok(rows.some((row) => row[0] === title && row[1] === version), `${title} ${version}`);
  });

  it('shows no run that failed', () => {
    assert.doesNotMatch(doc, /FAILED/);
  });

  it('says for every agent what it does on every fault', () => {
    const [head = [], ...rows] = readTable(doc, 'faults');
    assert.deepEqual(rows.map(([agent]) => agent), TITLES);
    for (const row of rows) assert.equal(row.length, FAULTS.length + 1, row.join());
    assert.equal(head.length, FAULTS.length + 1);
  });

  it('marks those that were not run, and has a section for each agent', () => {
    for (const name of NOT_RUN) assert.match(doc, new RegExp(`^\\| ${name}[^|]*\\| not run`, 'm'), name);
    const sections = doc.split('\n').filter((line) => line.startsWith('### ')).join('\n');
    for (const { title, package: name } of Object.values(AGENTS)) assert.ok(sections.includes(title.replace(/ (without|by) .*/, '')), `${title} (${name})`);
  });

  it('is written from the results of a run', () => {
    const result = (more: Partial<Result>): Result => ({ agent: 'pi', version: '1', upstream: 'chat', model: 'openfusion/auto', fault: null, outcome: 'done', problems: [], upstreamCalls: 5, durationMs: 1, ...more });
    const results = { ranOn: '2026-01-02', platform: 'linux-x64', node: '24.0.0', results: [result({}), result({ upstream: 'messages', outcome: 'failed' }), result({ fault: 'cut', outcome: 'stopped' })] };
    const written = withTable(withTable(doc, 'runs', runsTable(results)), 'faults', faultsTable(results));
    const rows = readTable(written, 'runs').filter(([agent]) => agent === 'pi');
    assert.deepEqual(rows.map((row) => row.slice(-MODELS.length)), [['ok', 'not run', 'not run'], ['not run', 'not run', 'not run'], ['FAILED', 'not run', 'not run']]);
    assert.equal(readTable(written, 'faults').find(([agent]) => agent === 'pi')?.[1], 'stops, exit code not 0');
    assert.match(written, /Run on 2026-01-02, linux-x64, Node 24\.0\.0\./);
  });
});
