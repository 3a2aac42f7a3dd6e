import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { attach } from '../ownership/attach.ts';
import type { OwnerInfo } from '../ownership/owner-file.ts';
import { authorityOf } from '../ownership/probe.ts';
import { createRedactor } from '../trace/redact.ts';
import { summaryOf } from '../trace/summary.ts';
import type { Call, Cli } from './command.ts';
import { CliFailure, EXIT } from './failure.ts';
import type { ExitCode } from './failure.ts';
import { parseCount, parsePort } from './options.ts';
import { oneLine, tell, write, writeJson } from './output.ts';
import { portFromEnv, readSettings } from './settings.ts';
import { createAtRestClient, createTracesClient, findOwner, lookForOwner, noOwner } from './traces-client.ts';
import type { TracesClient, WhereToLook } from './traces-client.ts';
import { parseMoment, summarise, summaryText } from './traces-summary.ts';
import { followLine, listText, traceText } from './traces-text.ts';
import type { World } from './world.ts';

interface TracesOptions {
  port?: number;
  limit: number;
  follow?: boolean;
  url?: boolean;
  out?: string;
  since?: number;
  until?: number;
}

/** The gateway gives no longer list than this. */
const EXPORT_LIMIT = 1_000;

export function addTraces(program: Command, cli: Cli): void {
  const traces = program
    .command('traces')
    .description('What OpenFusion (serve, or a VS Code window) recorded, also when none is running: list, show, export, delete, follow.')
    .option('--follow', 'print requests as they end, until interrupted')
    .option('--limit <count>', 'at most so many, newest first', parseCount, 50)
    .option('--url', 'print the address of the trace viewer with the token that opens it')
    .option('--port <port>', 'port of the OpenFusion to ask', parsePort)
    .action(cli.action<TracesOptions>(async (call) => {
      if (call.options.url === true) return printUrl(call.world, await ownerOf(call));
      return call.options.follow === true ? follow(call, await ownerOf(call)) : list(call, await clientOf(call));
    }));
  traces.command('list').description('List them; the default.').action(cli.action<TracesOptions>(async (call) => list(call, await clientOf(call))));
  traces
    .command('summary')
    .description('What they cost together, and would have cost on the strongest and on the cheapest model alone.')
    .option('--since <when>', 'that began since: 30m, 24h, 7d ago, or a date', (text) => parseMoment(text))
    .option('--until <when>', 'that began before', (text) => parseMoment(text))
    .action(cli.action<TracesOptions>(async (call) => summary(call, await clientOf(call))));
  traces
    .command('show')
    .description('Everything about one request.')
    .argument('<id>')
    .action(cli.action<TracesOptions, [string]>(async (call) => {
      const trace = await (await clientOf(call)).show(call.args[0]);
      await (call.options.json === true ? writeJson(call.world, trace) : write(call.world.stdout, traceText(trace)));
      return EXIT.ok;
    }));
  traces
    .command('export')
    .description('Print them as JSON lines, with secrets removed.')
    .argument('[id...]', 'these; all without')
    .option('--out <file>', 'write a new file that only you can read')
    .action(cli.action<TracesOptions, [string[]]>(async (call) => exportTraces(call, await clientOf(call))));
  traces
    .command('delete')
    .description('Delete traces for good.')
    .argument('<id...>')
    .action(cli.action<TracesOptions, [string[]]>(async (call) => {
      const client = await clientOf(call);
      for (const id of call.args[0]) await client.delete(id);
      await (call.options.json === true ? writeJson(call.world, { deleted: call.args[0] }) : write(call.world.stdout, `Deleted ${call.args[0].map((id) => oneLine(id)).join(', ')}\n`));
      return EXIT.ok;
    }));
}

/** The owner that runs; where none does and none was asked for by its port, what the last one left on disk. */
async function clientOf<Args extends unknown[]>(call: Call<TracesOptions, Args>): Promise<TracesClient> {
  const { world, options } = call;
  const where = await whereToLook(call);
  const found = await lookForOwner(where);
  if (typeof found !== 'string') return createTracesClient(found);
  const { config, keyring } = await readSettings(world, options);
  const atRest = where.port === null ? createAtRestClient(world.stateDir, config.trace.maxAgeDays, createRedactor(keyring.values())) : null;
  if (atRest === null) throw noOwner(found);
  tell(world, `openfusion: none is running; this is what the last one left in ${atRest.path}`);
  return atRest;
}

async function ownerOf<Args extends unknown[]>(call: Call<TracesOptions, Args>): Promise<OwnerInfo> {
  return findOwner(await whereToLook(call));
}

/** At the port that was asked for, else at the usual one, else wherever one runs. */
export async function whereToLook<Args extends unknown[]>({ world, options }: Call<{ port?: number }, Args>): Promise<WhereToLook> {
  const { config: { server } } = await readSettings(world, options);
  return { stateDir: world.stateDir, host: server.host, usualPort: server.port, port: options.port ?? portFromEnv(world) ?? null };
}

async function list({ world, options }: Call<TracesOptions>, client: TracesClient): Promise<ExitCode> {
  const found = await client.list(options.limit);
  await (options.json === true ? writeJson(world, { traces: found }) : write(world.stdout, listText(found)));
  return EXIT.ok;
}

async function summary({ world, options: { json, since, until } }: Call<TracesOptions>, client: TracesClient): Promise<ExitCode> {
  const found = summarise(await client.list(EXPORT_LIMIT), { sinceMs: since ?? null, untilMs: until ?? null });
  await (json === true ? writeJson(world, found) : write(world.stdout, summaryText(found)));
  return EXIT.ok;
}

/** The one place where the view token is shown, because the user asks for it. */
async function printUrl(world: World, owner: OwnerInfo): Promise<ExitCode> {
  await write(world.stdout, `http://${authorityOf(owner.host, owner.port)}/?token=${owner.viewToken}\n`);
  return EXIT.ok;
}

async function exportTraces({ world, options, args: [ids] }: Call<TracesOptions, [string[]]>, client: TracesClient): Promise<ExitCode> {
  const wanted = ids.length > 0 ? ids : (await client.list(EXPORT_LIMIT)).map(({ id }) => id);
  const lines: string[] = [];
  for (const id of wanted) lines.push(`${JSON.stringify(await client.show(id))}\n`);
  if (options.out === undefined) {
    for (const line of lines) await write(world.stdout, line);
    return EXIT.ok;
  }
  const path = resolve(world.cwd, options.out);
  await writeFile(path, lines.join(''), { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    throw new CliFailure(`${path} cannot be written: ${whyNotWritten(error)}`, EXIT.unwell);
  });
  tell(world, `openfusion: wrote ${String(lines.length)} traces to ${path}`);
  return EXIT.ok;
}

function whyNotWritten(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'EEXIST' ? 'it is there already' : code === 'ENOENT' ? 'its folder is not there' : String(code ?? error);
}

/** Prints each request once, when it ends. */
async function follow({ world, options }: Call<TracesOptions>, owner: OwnerInfo): Promise<ExitCode> {
  const over = Promise.withResolvers<ExitCode>();
  const stopListening = world.onInterrupt(() => { over.resolve(EXIT.ok); });
  const attachment = attach({
    owner,
    onMessage(message) {
      if (message.type === 'hello') tell(world, `openfusion: following OpenFusion on port ${String(owner.port)}; Ctrl+C ends`);
      if (message.type !== 'trace' || message.trace.status === 'running') return;
      world.stdout.write(options.json === true ? `${JSON.stringify(message.trace)}\n` : followLine(summaryOf(message.trace)));
    },
    onGone(reason) {
      tell(world, `openfusion: the OpenFusion on port ${String(owner.port)} is gone: ${reason}`);
      over.resolve(EXIT.unwell);
    },
  });
  try {
    return await over.promise;
  } finally {
    stopListening();
    attachment.close();
  }
}
