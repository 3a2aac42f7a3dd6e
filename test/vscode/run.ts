import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { screenshotsDir } from '../support/vscode-server/screenshot.ts';
import { runHostSuite } from './runner/host-suite.ts';
import type { SuiteResult } from './runner/report.ts';
import { runUiSuite } from './runner/ui-suite.ts';

/**
 * Runs the extension's tests in a real VS Code: inside the extension host, then through its windows.
 * @returns the counts of each suite; a suite that could not run at all counts as one failure.
 */
export async function runVscodeTests({ only }: { only?: 'host' | 'ui' } = {}): Promise<SuiteResult[]> {
  await rm(screenshotsDir, { recursive: true, force: true });
  const results: SuiteResult[] = [];
  if (only !== 'ui') results.push(await counted('extension host', runHostSuite));
  if (only !== 'host') results.push(await counted('editor windows', runUiSuite));
  return results;
}

async function counted(name: string, runSuite: () => Promise<SuiteResult>): Promise<SuiteResult> {
  console.log(`\n${name}`);
  try {
    return await runSuite();
  } catch (error) {
    console.log(`  ✘ ${String(error)}`);
    return { name, passed: 0, failed: 1, notes: [] };
  }
}

if (import.meta.main) {
  // A signal must end through `exit`, where servers and browsers are ended too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const { values } = parseArgs({ options: { only: { type: 'string' }, results: { type: 'string' } } });
  const only = values.only === 'host' || values.only === 'ui' ? values.only : undefined;
  const results = await runVscodeTests({ only });
  if (values.results) {
    await mkdir(dirname(values.results), { recursive: true });
    await writeFile(values.results, JSON.stringify(results, null, 2));
  }
  for (const note of results.flatMap(({ notes }) => notes)) console.log(note);
  const sum = (key: 'passed' | 'failed'): number => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
}
