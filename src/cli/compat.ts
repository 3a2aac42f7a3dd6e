import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { parseCompatTarget, runCompat } from '../receipts/compat.ts';
import type { CompatMatrix, CompatTarget } from '../receipts/compat.ts';
import type { ProbeFormatId } from '../receipts/probe/format.ts';
import { isPublicHost } from '../receipts/public-address.ts';
import { renderCompat } from '../receipts/render/compat.ts';
import { renderJson } from '../receipts/render/json.ts';
import { createRedactor } from '../trace/redact.ts';
import type { Call, Cli } from './command.ts';
import { startDryRunGateway } from './dry-run-gateway.ts';
import { CliFailure, EXIT } from './failure.ts';
import { parsePositiveMs } from './options.ts';
import { oneLine, tell, write } from './output.ts';
import { parseFormats, probeKey, probeUrl } from './probe-target.ts';
import { requireTlsChecks } from './settings.ts';
import type { World } from './world.ts';

interface CompatOptions {
  target?: string[];
  url?: string;
  model?: string;
  keyEnv?: string;
  timeoutMs?: number;
  formats?: ProbeFormatId[];
  overflow?: boolean;
  public?: boolean;
  out?: string;
}
type CompatCall = Call<CompatOptions>;

export function addCompat(program: Command, cli: Cli): void {
  program
    .command('compat')
    .description('Check endpoints in all three wire formats and compare them. With --dry-run: this OpenFusion’s own. Exit 1 when a check fails.')
    .option('--target <name|url|model|KEY_ENV>', 'an endpoint; model and key variable may be left away; repeatable', (text: string, before: string[] = []) => [...before, text])
    .option('--url <url>', 'instead of --target, for one endpoint: its address up to and including /v1')
    .option('--model <id>', 'model to ask it for (default: openfusion/auto)')
    .option('--key-env <name>', 'environment variable that holds its key; without it no key is sent')
    .option('--timeout-ms <ms>', 'longest time for each request (default: 30000)', parsePositiveMs)
    .option('--formats <list>', 'formats that have to be there: chat,responses,messages (default: those that are there)', parseFormats)
    .option('--overflow', 'also send a request of 10 million characters a format; it costs money where it is accepted')
    .option('--public', 'leave addresses of this machine and of private networks out of the report')
    .option('--out <file>', 'write the report there instead of to stdout')
    .action(cli.action<CompatOptions>(async (call) => {
      const { world, options } = call;
      requireTlsChecks(world);
      const out = options.out === undefined ? undefined : await writable(resolve(world.cwd, options.out));
      const { matrix, keys } = options.dryRun === true ? await onOwnGateway(call) : await onTargets(call, targetsOf(call));
      const shown = createRedactor(keys).redactDeep(matrix);
      await show(world, options.json === true ? renderJson(shown) : renderCompat(shown), out);
      return matrix.status === 'pass' ? EXIT.ok : EXIT.unwell;
    }));
}

interface Compared {
  matrix: CompatMatrix;
  /** What may not be in the report. */
  keys: string[];
}

async function onTargets({ world, options }: CompatCall, targets: CompatTarget[]): Promise<Compared> {
  const left = new AbortController();
  const stopListening = world.onInterrupt(() => { left.abort(new CliFailure('interrupted', EXIT.unwell)); });
  try {
    const matrix = await runCompat({
      targets, timeoutMs: options.timeoutMs, formats: options.formats, overflow: options.overflow === true, isPublic: options.public === true, version: world.version, nowMs: world.nowMs, signal: left.signal,
      onProgress: (name) => { if (world.stderr.isTTY === true) world.stderr.write(`${oneLine(name, 60)}…\n`); },
    });
    return { matrix, keys: targets.flatMap(({ key }) => (key === undefined ? [] : [key])) };
  } finally {
    stopListening();
  }
}

/** `auto`, `fusion` and one role of this configuration, without any model. */
async function onOwnGateway(call: CompatCall): Promise<Compared> {
  const { world, options } = call;
  if ([options.target, options.url, options.keyEnv].some((option) => option !== undefined)) throw new CliFailure('--dry-run checks this OpenFusion’s own gateway; leave --target, --url and --key-env away');
  const gateway = await startDryRunGateway(world, options);
  try {
    const role = gateway.roles.includes('coder') ? 'coder' : gateway.roles[0];
    const models = options.model === undefined ? ['auto', 'fusion', ...(role === undefined ? [] : [role])].map((name) => `openfusion/${name}`) : [options.model];
    return await onTargets(call, models.map((model) => ({ name: model.replace(/^openfusion\//, ''), url: gateway.baseUrl, model, key: gateway.token })));
  } finally {
    await gateway.close();
  }
}

function targetsOf({ world, options }: CompatCall): CompatTarget[] {
  const { target = [], url, model, keyEnv } = options;
  if (url === undefined && (model !== undefined || keyEnv !== undefined)) throw new CliFailure('--model and --key-env want --url; a --target names its own');
  if (url !== undefined && target.length > 0) throw new CliFailure('--url is one endpoint and --target names several; leave one of them away');
  if (url !== undefined) {
    const { hostname } = probeUrl(url, '--url');
    const name = options.public === true && !isPublicHost(hostname) ? 'endpoint' : hostname;
    return [oneTarget(world, { name, url, model, keyEnv }, { url: '--url', key: '--key-env' })];
  }
  if (target.length === 0) throw new CliFailure('no endpoint to check (expected --target "name|url|model|KEY_ENV", --url, or --dry-run for the own gateway)');
  const targets = target.map((text) => {
    const parsed = parseCompatTarget(text);
    if (parsed === null) throw new CliFailure(`--target: wrong value (expected "name|url|model|KEY_ENV", the last two may be left away)`);
    return oneTarget(world, parsed, { url: '--target', key: '--target' });
  });
  const names = targets.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new CliFailure(`--target: ${twice} is there twice (expected another name for each)`);
  return targets;
}

function oneTarget(world: World, { name, url, model, keyEnv }: NonNullable<ReturnType<typeof parseCompatTarget>>, options: { url: string; key: string }): CompatTarget {
  return { name, url, ...(model === undefined ? {} : { model }), key: probeKey(world, keyEnv, probeUrl(url, options.url), options) };
}

/** Found out before any request: a report that cannot be written may have cost money. */
async function writable(path: string): Promise<string> {
  try {
    await access(dirname(path), constants.W_OK);
    return path;
  } catch {
    throw new CliFailure(`--out: ${dirname(path)} is no folder that can be written to`);
  }
}

async function show(world: World, text: string, out: string | undefined): Promise<void> {
  if (out === undefined) return write(world.stdout, text);
  await writeFile(out, text).catch((error: unknown) => { throw new CliFailure(`--out: ${out} cannot be written (${String((error as NodeJS.ErrnoException).code)})`, EXIT.unwell); });
  tell(world, `Wrote ${out}`);
}
