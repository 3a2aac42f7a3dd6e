import type { Command } from 'commander';
import { Option } from 'commander';
import type { Config } from '../config/schema.ts';
import type { Keyring } from '../config/secrets.ts';
import { createEnginePort } from '../receipts/port-engine.ts';
import type { ReceiptPort } from '../receipts/port.ts';
import { runDoctor } from '../receipts/doctor.ts';
import type { DoctorConfig, DoctorOptions, DoctorReport } from '../receipts/doctor.ts';
import type { ProbeFormatId } from '../receipts/probe/format.ts';
import { renderDoctorMarkdown, renderDoctorText } from '../receipts/render/doctor.ts';
import { redisProblem } from '../store/redis/redis-problem.ts';
import { databaseProblem } from '../store/sqlite/traces-at-rest.ts';
import { createRedactor } from '../trace/redact.ts';
import type { App } from '../app.ts';
import type { Call, Cli } from './command.ts';
import { CliFailure, EXIT } from './failure.ts';
import { openApp } from './open-app.ts';
import { parsePositiveMs } from './options.ts';
import { tell, write, writeJson } from './output.ts';
import { parseFormats, probeKey, probeUrl as readProbeUrl } from './probe-target.ts';
import { announce, readSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

interface OwnOptions {
  real?: boolean;
  probeUrl?: string;
  probeModel?: string;
  probeKeyEnv?: string;
  probeTimeoutMs?: number;
  probeFormats?: ProbeFormatId[];
  probeOverflow?: boolean;
  format: 'text' | 'markdown' | 'json';
}
type DoctorCall = Call<OwnOptions>;

export function addDoctor(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description('Check configuration, roles, judge, synthesizer and the fusion pipeline on dry-run. Exit 1 when something is not well.')
    .option('--real', 'also call the real upstream once')
    .option('--probe-url <url>', 'also check an endpoint in the wire formats that it offers: answers, streams, tools, usage, errors, headers')
    .option('--probe-model <id>', 'model to ask the endpoint for (default: openfusion/auto)')
    .option('--probe-key-env <name>', 'environment variable that holds the endpoint’s key; without it no key is sent')
    .option('--probe-timeout-ms <ms>', 'longest time for each probe (default: 30000)', parsePositiveMs)
    .option('--probe-formats <list>', 'formats that have to be there: chat,responses,messages (default: those that are there)', parseFormats)
    .option('--probe-overflow', 'also send a request of 10 million characters a format; it costs money where it is accepted')
    .addOption(new Option('--format <format>', 'form of the report').choices(['text', 'markdown', 'json']).default('text'))
    .action(cli.action<OwnOptions>(async (call) => {
      const { world, options } = call;
      if (options.real === true && options.dryRun === true) throw new CliFailure('--real calls the upstream and --dry-run forbids it; leave one of them away');
      const probe = probeOptions(call);
      const settings = await readSettings(world, options);
      announce(world, { ...settings, notes: [] });
      const report = await diagnose(call, settings, probe);
      const redactor = createRedactor([...settings.keyring.values(), ...(probe?.key === undefined ? [] : [probe.key])]);
      await show(world, redactor.redactDeep(report), options.json === true ? 'json' : options.format);
      return report.status === 'pass' ? EXIT.ok : EXIT.unwell;
    }));
}

async function diagnose({ world, options }: DoctorCall, settings: Settings, probe: DoctorOptions['probe']): Promise<DoctorReport> {
  const left = new AbortController();
  const stopListening = world.onInterrupt(() => { left.abort(new CliFailure('interrupted', EXIT.unwell)); });
  const apps: App[] = [];
  const portOf = (dryRun: boolean): ReceiptPort => {
    const app = openApp(world, dryRun ? { ...settings, dryRun: { dryRun: true, reason: '' } } : settings);
    apps.push(app);
    return createEnginePort(app.engine, { dryRun: app.ownerState().dryRun, traceOf: (id) => app.traces.get(id), models: () => app.settings.models.map(({ id }) => id) });
  };
  try {
    return await runDoctor({
      config: await doctorConfig(world, settings), dryRunPort: portOf(true), ...(options.real === true ? { realPort: portOf(false) } : {}),
      ...(probe === undefined ? {} : { probe }), nowMs: world.nowMs, signal: left.signal,
    });
  } finally {
    stopListening();
    await Promise.all(apps.map((app) => app.close()));
  }
}

async function doctorConfig(world: World, { config, source, notes, keyring, dryRun }: Settings): Promise<DoctorConfig> {
  const missing = new Set(Object.keys(config.upstreams).flatMap((name) => {
    const key = keyring.keyFor(name);
    return key.state === 'missing' || key.state === 'other_origin' ? [key.name] : [];
  }));
  return { config, source, notes, hasKey: (name) => !missing.has(name), dryRun: dryRun.dryRun, storeProblem: await storeProblem(world, config, keyring), homeDir: world.home };
}

async function storeProblem({ stateDir }: World, { trace }: Config, keyring: Keyring): Promise<string | null> {
  if (trace.store === 'sqlite') return databaseProblem(stateDir);
  const redis = keyring.redisAddress();
  if (!redis.ok) return `${redis.issue.path} ${redis.issue.message}`;
  return redis.address === null ? null : redisProblem(redis.address);
}

function probeOptions({ world, options }: DoctorCall): DoctorOptions['probe'] {
  const { probeUrl, probeModel, probeKeyEnv, probeTimeoutMs, probeFormats, probeOverflow } = options;
  if (probeUrl === undefined) {
    if ([probeModel, probeKeyEnv, probeTimeoutMs, probeFormats, probeOverflow].some((option) => option !== undefined)) throw new CliFailure('--probe-… options want --probe-url');
    return undefined;
  }
  const key = probeKey(world, probeKeyEnv, readProbeUrl(probeUrl, '--probe-url'), { key: '--probe-key-env', url: '--probe-url' });
  return { url: probeUrl, model: probeModel, key, timeoutMs: probeTimeoutMs, formats: probeFormats, overflow: probeOverflow === true };
}

async function show(world: World, report: DoctorReport, format: OwnOptions['format']): Promise<void> {
  if (format === 'json') return writeJson(world, report);
  await write(world.stdout, format === 'markdown' ? renderDoctorMarkdown(report) : renderDoctorText(report));
  if (report.status === 'fail') tell(world, 'openfusion: something is not well; see the lines marked FAIL');
}
