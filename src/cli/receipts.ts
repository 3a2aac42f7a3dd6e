/** `eval`, `compare`, `receipt`: run prompts, keep the evidence. */
import type { Command } from 'commander';
import { UnknownRoleError, runCompare } from '../receipts/compare.ts';
import { runEval } from '../receipts/eval.ts';
import { createEnginePort } from '../receipts/port-engine.ts';
import type { ReceiptPort } from '../receipts/port.ts';
import type { Progress } from '../receipts/progress.ts';
import { runReceipt } from '../receipts/receipt.ts';
import { renderComparison } from '../receipts/render/compare.ts';
import { renderEval } from '../receipts/render/eval.ts';
import { renderReceipt } from '../receipts/render/receipt.ts';
import { createRedactor } from '../trace/redact.ts';
import type { Call, Cli } from './command.ts';
import { CliFailure, EXIT } from './failure.ts';
import type { ExitCode } from './failure.ts';
import { openApp } from './open-app.ts';
import { oneLine, write, writeJson } from './output.ts';
import { promptFrom } from './prompt.ts';
import { announce, readSettings } from './settings.ts';

interface CompareOptions {
  baselineRole: string;
  grade?: boolean;
  graderRole?: string;
}

export function addReceipts(program: Command, cli: Cli): void {
  program
    .command('eval')
    .description('Run the built-in prompts through the whole panel: evidence of routing and orchestration. Exit 1 when a case fails.')
    .action(cli.action((call) => withReceipt(call, renderEval, async (run) => {
      const receipt = await runEval(run);
      return { receipt, passed: receipt.summary.status === 'PASS' };
    })));

  program
    .command('compare')
    .description('Run the built-in prompts through one role and through the whole panel. Exit 1 when a case fails.')
    .option('--baseline-role <role>', 'role that answers alone', 'fast')
    .option('--grade', 'let a role compare the two answers of each case')
    .option('--grader-role <role>', 'role that grades (default: verifier)')
    .action(cli.action<CompareOptions>((call) => {
      const { baselineRole, grade = false, graderRole } = call.options;
      if (graderRole !== undefined && !grade) throw new CliFailure('--grader-role wants --grade');
      return withReceipt(call, renderComparison, async (run) => {
        const receipt = await runCompare({ ...run, baselineRole, grade, ...(graderRole === undefined ? {} : { graderRole }) });
        return { receipt, passed: receipt.status === 'PASS' };
      });
    }));

  program
    .command('receipt')
    .description('Run one prompt through the whole panel and print its evidence. Exit 1 when a part of it is missing.')
    .argument('[prompt...]', 'the prompt, in quotes; without one, or with `-`, it is read from stdin')
    .action(cli.action<object, [string[]]>(async (call) => {
      const prompt = await promptFrom(call.args[0], call.world);
      return withReceipt(call, renderReceipt, async (run) => {
        const receipt = await runReceipt({ ...run, prompt });
        return { receipt, passed: Object.values(receipt.verdict).every(Boolean) };
      });
    }));
}

/** What every receipt is run with. */
interface Run {
  port: ReceiptPort;
  configuredRoles: string[];
  nowMs: () => number;
  onProgress: (progress: Progress) => void;
  signal: AbortSignal;
}

async function withReceipt<Receipt extends object, Options, Args extends unknown[]>(
  { world, options }: Call<Options, Args>, render: (receipt: Receipt) => string, make: (run: Run) => Promise<{ receipt: Receipt; passed: boolean }>,
): Promise<ExitCode> {
  const settings = await readSettings(world, options);
  announce(world, settings);
  const app = openApp(world, settings);
  const left = new AbortController();
  const stopListening = world.onInterrupt(() => { left.abort(new CliFailure('interrupted', EXIT.unwell)); });
  const showProgress = ({ done, total, caseId, step }: Progress): void => {
    if (world.stderr.isTTY === true) world.stderr.write(`${String(done + 1)}/${String(total)} ${oneLine(caseId)} ${step}\n`);
  };
  try {
    const { receipt, passed } = await make({
      port: createEnginePort(app.engine, { dryRun: app.ownerState().dryRun, traceOf: (id) => app.traces.get(id), models: () => app.settings.models.map(({ id }) => id) }),
      configuredRoles: Object.keys(settings.config.roles), nowMs: world.nowMs, onProgress: showProgress, signal: left.signal,
    });
    const shown = createRedactor(settings.keyring.values()).redactDeep(receipt);
    await (options.json === true ? writeJson(world, shown) : write(world.stdout, render(shown)));
    return passed ? EXIT.ok : EXIT.unwell;
  } catch (error) {
    if (error instanceof UnknownRoleError) throw new CliFailure(error.message);
    throw error;
  } finally {
    stopListening();
    await app.close();
  }
}
