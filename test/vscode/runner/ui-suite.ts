import { join } from 'node:path';
import Mocha from 'mocha';
import { repoDir } from '../../support/paths.ts';
import { installServer } from '../../support/vscode-server/install.ts';
import type { SuiteResult } from './report.ts';
import { testFiles } from './test-files.ts';

/** Runs `test/vscode/ui` with Mocha in this process: each test drives windows of a real VS Code in a browser. */
export async function runUiSuite({ suite = join(repoDir, 'test/vscode/ui') } = {}): Promise<SuiteResult> {
  await installServer();
  const mocha = new Mocha({ ui: 'bdd', timeout: 90_000, slow: 30_000, forbidOnly: true, reporter: 'spec' });
  for (const file of await testFiles(suite)) mocha.addFile(join(suite, file));
  await mocha.loadFilesAsync();
  const notes: string[] = [];
  const stats = await new Promise<Mocha.Stats>((resolve, reject) => {
    const runner = mocha.run(() => (runner.stats ? resolve(runner.stats) : reject(new Error('Mocha kept no count'))));
    runner.on('pending', (test) => notes.push(`Not run: ${test.fullTitle()}`));
  });
  return { name: 'editor windows', passed: stats.passes, failed: stats.failures, notes };
}
