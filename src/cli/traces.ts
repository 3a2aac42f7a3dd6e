import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { attach } from '../ownership/attach.ts';
import { authorityOf } from '../ownership/probe.ts';
import { summaryOf } from '../trace/summary.ts';
import type { Call, Cli } from './command.ts';
import { CliFailure, EXIT } from './failure.ts';
import type { ExitCode } from './failure.ts';
import { parseCount, parsePort } from './options.ts';
import { oneLine, tell, write, writeJson } from './output.ts';
import { portFromEnv, readSettings } from './settings.ts';
import { createTracesClient, findOwner } from './traces-client.ts';
import type { TracesClient } from './traces-client.ts';
import { followLine, listText, traceText } from './traces-text.ts';
import type { World } from './world.ts';

interface TracesOptions {
  port?: number;
  limit: number;
  follow?: boolean;
  url?: boolean;
  out?: string;
}

/** The gateway gives no longer list than this. */
const EXPORT_LIMIT = 1_000;

export function addTraces(program: Command, cli: Cli): void {
  const traces = program
    .command('traces')
    .description('What the running OpenFusion (serve, or a VS Code window) recorded: list, show, export, delete, follow.')
    .option('--follow', 'print requests as they end, until interrupted')
    .option('--limit <count>', 'at most so many, newest first', parseCount, 50)
    .option('--url', 'print the address of the trace viewer with the token that opens it')
    .option('--port <port>', 'port of the OpenFusion to ask', parsePort)
    .action(cli.action<TracesOptions>(async (call) => {
      const client = await clientOf(call);
      if (call.options.url === true) return printUrl(call.world, client);
      return call.options.follow === true ? follow(call, client) : list(call, client);
    }));
  traces.command('list').description('List them; the default.').action(cli.action<TracesOptions>(async (call) => list(call, await clientOf(call))));
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

async function clientOf<Args extends unknown[]>({ world, options }: Call<TracesOptions, Args>): Promise<TracesClient> {
  const { config } = await readSettings(world, options);
  const port = options.port ?? portFromEnv(world) ?? null;
  return createTracesClient(await findOwner({ stateDir: world.stateDir, host: config.server.host, usualPort: config.server.port, port }));
}

async function list({ world, options }: Call<TracesOptions>, client: TracesClient): Promise<ExitCode> {
  const found = await client.list(options.limit);
  await (options.json === true ? writeJson(world, { traces: found }) : write(world.stdout, listText(found)));
  return EXIT.ok;
}

/** The one place where the view token is shown, because the user asks for it. */
async function printUrl(world: World, { owner }: TracesClient): Promise<ExitCode> {
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
    throw new CliFailure(`${path} cannot be written: ${error instanceof Error && 'code' in error && error.code === 'EEXIST' ? 'it is there already' : String(error)}`, EXIT.unwell);
  });
  tell(world, `openfusion: wrote ${String(lines.length)} traces to ${path}`);
  return EXIT.ok;
}

/** Prints each request once, when it ends. */
async function follow({ world, options }: Call<TracesOptions>, { owner }: TracesClient): Promise<ExitCode> {
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
