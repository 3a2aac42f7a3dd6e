import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { reportPrefix, type TestReport } from './report.ts';

/** What the extension host calls: runs every test file beside this one. Rejecting makes the editor exit with 1. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, forbidOnly: true, reporter: process.env.OPENFUSION_TEST_REPORTER ?? LineReporter });
  for (const name of readdirSync(__dirname, { recursive: true })) {
    if (String(name).endsWith('.test.js')) mocha.addFile(join(__dirname, String(name)));
  }
  const failed = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failed > 0) throw new Error(`${failed} failed`);
}

/** Sends each result as one line of JSON: the console is the way out of the extension host. */
class LineReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const send = (report: TestReport): void => console.log(reportPrefix + JSON.stringify(report));
    runner.on('pass', (test) => send({ kind: 'passed', title: test.titlePath(), durationMs: test.duration ?? 0 }));
    runner.on('pending', (test) => send({ kind: 'pending', title: test.titlePath() }));
    runner.on('fail', (test, error: Error) => {
      send({ kind: 'failed', title: test.titlePath(), error: error.stack ?? String(error) });
    });
    runner.on('end', () => send({ kind: 'end' }));
  }
}
