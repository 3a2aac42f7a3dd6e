import type { Command } from 'commander';
import * as z from 'zod';
import { Ledger, type LearnedEntry } from '../routing/learning/ledger.ts';
import type { LearnedReport } from '../routing/learning/report.ts';
import { findLearnedAtRest } from '../store/sqlite/learned-at-rest.ts';
import { askOwner } from './ask-owner.ts';
import type { Call, Cli } from './command.ts';
import { CliFailure, EXIT, type ExitCode } from './failure.ts';
import { learnedText } from './learned-text.ts';
import { parsePort } from './options.ts';
import { tell, write, writeJson } from './output.ts';
import { readSettings } from './settings.ts';
import { lookForOwner, noOwner } from './traces-client.ts';
import { whereToLook } from './traces.ts';

interface LearnedOptions {
  reset?: boolean;
  forget?: string;
  port?: number;
}

/** Where it is read and forgotten: at the owner that runs, or on disk when none does. */
interface LearnedClient {
  report(): Promise<LearnedReport>;
  /** Answers how many estimates went. */
  forget(of: string | null): Promise<number>;
}

export function addLearned(program: Command, cli: Cli): void {
  program
    .command('learned')
    .description('What was learned from outcomes: how often each model was right on each kind of task, and how far that moves its prediction.')
    .option('--forget <name>', 'forget what is of this model or this kind of task')
    .option('--reset', 'forget all of it')
    .option('--port <port>', 'port of the OpenFusion to ask', parsePort)
    .action(cli.action<LearnedOptions>(learned));
}

async function learned(call: Call<LearnedOptions>): Promise<ExitCode> {
  const { world, options } = call;
  const { forget, reset, json } = options;
  if (reset === true && forget !== undefined) throw new CliFailure('--reset forgets all of it, --forget a part: only one of them');
  if (forget?.trim() === '') throw new CliFailure('--forget wants the name of a model or of a kind of task');
  const client = await clientOf(call);
  if (reset !== true && forget === undefined) {
    const report = await client.report();
    await (json === true ? writeJson(world, report) : write(world.stdout, learnedText(report)));
    return EXIT.ok;
  }
  const forgotten = await client.forget(reset === true ? null : (forget ?? null));
  if (forgotten === 0 && forget !== undefined && json !== true) throw new CliFailure(`nothing was learned of ${forget}; \`openfusion learned\` lists the kinds of task and models`, EXIT.unwell);
  await (json === true ? writeJson(world, { forgotten }) : write(world.stdout, `Forgotten: ${String(forgotten)} ${forgotten === 1 ? 'estimate' : 'estimates'}\n`));
  return forgotten === 0 && forget !== undefined ? EXIT.unwell : EXIT.ok;
}

async function clientOf(call: Call<LearnedOptions>): Promise<LearnedClient> {
  const { world, options } = call;
  const where = await whereToLook(call);
  const owner = await lookForOwner(where);
  if (typeof owner !== 'string') {
    return {
      report: () => askOwner(owner, 'GET', '/learned', owner.viewToken, reportSchema),
      forget: async (of) => (await askOwner(owner, 'DELETE', of === null ? '/learned' : `/learned?of=${encodeURIComponent(of)}`, owner.viewToken, forgottenSchema)).forgotten,
    };
  }
  const atRest = where.port === null ? findLearnedAtRest(world.stateDir, () => world.nowMs()) : null;
  if (atRest === null) throw noOwner(owner);
  tell(world, `openfusion: none is running; this is what the last one left in ${atRest.path}`);
  const { config: { auto } } = await readSettings(world, options);
  const ledger = new Ledger(atRest);
  try {
    ledger.load();
  } catch (error) {
    throw unusable(atRest.path, error);
  }
  return {
    report: () => Promise.resolve({ enabled: auto.learning.enabled, entries: ledger.entries(world.nowMs()) }),
    forget: (of) => ledger.forget(of).catch((error: unknown) => { throw unusable(atRest.path, error); }),
  };
}

const unusable = (path: string, error: unknown): CliFailure => new CliFailure(`no OpenFusion of yours is running, and ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}`, EXIT.unwell);

const countsSchema = z.object({ right: z.number(), wrong: z.number() });
const entrySchema = z.custom<LearnedEntry>((value) => z.looseObject({
  kind: z.string(), model: z.string(), right: z.number(), wrong: z.number(), predicted: z.number(), learned: z.number(), outcomes: z.number(), sinceMs: z.number(), lastMs: z.number(), by: z.record(z.string(), countsSchema),
}).safeParse(value).success);
const reportSchema = z.object({ enabled: z.boolean(), entries: z.array(entrySchema) });
const forgottenSchema = z.object({ forgotten: z.number() });
