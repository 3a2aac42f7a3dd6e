import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { launchBrowser } from '../../support/vscode-server/browser.ts';
import { screenshotAll } from '../../support/vscode-server/screenshot.ts';
import { installServer } from '../../support/vscode-server/install.ts';
import { repoDir, resultsDir } from '../../support/paths.ts';
import { startServer } from '../../support/vscode-server/server.ts';
import { openWindow } from '../../support/vscode-server/window.ts';
import { gatewaySettings } from '../../support/vscode-server/use-editor.ts';
import { freePort } from '../../support/free-port.ts';
import { bundleSuite, defaultSuite } from './bundle-suite.ts';
import { parseReport, type SuiteResult, type TestReport } from './report.ts';

const runTimeoutMs = 240_000;
const name = 'extension host';

export interface HostSuiteOptions {
  /** The folder of the extension under test. */
  extension?: string;
  /** The folder whose `*.test.ts` run in the host. */
  suite?: string;
}

/** Runs `test/vscode/suite` with Mocha inside the extension host of a real VS Code and prints what it reports. */
export async function runHostSuite({
  extension = repoDir,
  suite = defaultSuite,
}: HostSuiteOptions = {}): Promise<SuiteResult> {
  const tests = await bundleSuite(suite);
  const server = await startServer({ installed: await installServer(), settings: gatewaySettings(await freePort()) });
  const browser = await launchBrowser();
  const result: SuiteResult = { name, passed: 0, failed: 0, notes: [] };
  const log: string[] = [];
  let ended = false;
  try {
    const context = await browser.newContext();
    const exit = Promise.withResolvers<number>();
    const onLog = (args: unknown[]): void => {
      const report = parseReport(args[0]);
      if (!report) return void log.push(args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg))).join(' '));
      ended ||= report.kind === 'end';
      count(report, result);
    };
    await openWindow(context, { origin: server.origin, folder: server.workspace, extension, tests, onLog, onExit: exit.resolve });
    const code = await Promise.race([exit.promise, delay(runTimeoutMs, 'timeout' as const, { ref: false })]);
    if (ended && code === (result.failed > 0 ? 1 : 0)) return result;
    result.failed += 1;
    console.log(`  the run itself failed: it ended with ${code}${ended ? '' : ' before the last test'}`);
    console.log(log.slice(-20).join('\n'));
    await screenshotAll(context, 'extension-host');
    return result;
  } finally {
    await mkdir(resultsDir, { recursive: true });
    await writeFile(join(resultsDir, 'extension-host.log'), [...log, server.output()].join('\n'));
    await browser.close();
    await server.stop();
  }
}

function count(report: TestReport, result: SuiteResult): void {
  if (report.kind === 'end') return;
  if (report.kind === 'pending') result.notes.push(`Not run: ${report.title.join(' ')}`);
  else result[report.kind] += 1;
  const sign = { passed: '✔', pending: '-', failed: '✘' }[report.kind];
  console.log(`  ${sign} ${report.title.join(' › ')}`);
  if (report.kind === 'failed') console.log(report.error.replace(/^/gm, '      '));
}
