import type { Command } from 'commander';
import * as z from 'zod';
import type { RefreshReport } from '../config/known-facts.ts';
import { modelEntries } from '../gateway/model-entries.ts';
import type { ModelEntry } from '../gateway/parts.ts';
import { probeOwner } from '../ownership/probe.ts';
import type { OwnerInfo } from '../ownership/owner-file.ts';
import { refreshCatalogue } from '../upstream/catalogue/library.ts';
import { createNetwork } from '../upstream/network.ts';
import { askOwner } from './ask-owner.ts';
import type { Call, Cli } from './command.ts';
import { CliFailure, EXIT, type ExitCode } from './failure.ts';
import { columns, oneLine, tell, write, writeJson } from './output.ts';
import { announce, readSettings, requireTlsChecks, type Settings } from './settings.ts';
import type { World } from './world.ts';

interface ModelsOptions {
  refresh?: boolean;
}

export function addModels(program: Command, cli: Cli): void {
  program
    .command('models')
    .description('List what can be asked for: virtual models, roles, candidates, with what is known and measured of each.')
    .option('--refresh', 'fetch the public lists of prices, windows and abilities first')
    .action(cli.action<ModelsOptions>(listModels));
}

async function listModels({ world, options }: Call<ModelsOptions>): Promise<ExitCode | undefined> {
  let settings = await readSettings(world, options);
  announce(world, settings);
  const owner = await runningOwner(world, settings);
  let report: RefreshReport | null = null;
  if (options.refresh === true) {
    report = await refresh(world, settings, owner);
    settings = await readSettings(world, options);
    for (const { name, models, error } of report.sources) tell(world, `openfusion: ${name}: ${error ?? `${models} models`}`);
    if (report.sources.some(({ error }) => error !== null)) tell(world, 'openfusion: what was known before stays where a list could not be fetched');
  }
  const measured = await measuredBy(owner, settings);
  const entries = modelEntries(settings.config, Math.floor(world.nowMs() / 1000)).map((entry) => ({ ...entry, measured: measured.get(keyOf(entry)) ?? null }));
  if (options.json === true) await writeJson(world, { object: 'list', data: entries, ...(report === null ? {} : { refresh: report }) });
  else await write(world.stdout, `${columns([['model', 'kind', 'context', 'price in/out per 1M', 'as of', 'can', 'measured', 'what'], ...entries.map(row)])}\n`);
  return report !== null && report.sources.every(({ error }) => error !== null) ? EXIT.unwell : undefined;
}

/** Fetches through the gateway that runs, so that it knows at once, else itself. */
async function refresh(world: World, { config, sources }: Settings, owner: OwnerInfo | null): Promise<RefreshReport> {
  if (owner !== null) return askOwner(owner, 'POST', '/catalogue/refresh', owner.viewToken, reportSchema);
  requireTlsChecks(world);
  const network = createNetwork({ env: sources.env, settings: null, log: (_level, message) => { tell(world, `openfusion: ${message}`); } });
  const signal = new AbortController();
  const stop = world.onInterrupt(() => { signal.abort(); });
  try {
    const { report } = await refreshCatalogue({
      catalogue: config.catalogue, stateDir: world.stateDir, nowMs: world.nowMs(), signal: signal.signal, connectorFor: (origin, connectMs) => network.connectorFor(origin, connectMs),
    });
    return report;
  } catch (error) {
    throw new CliFailure(`what was fetched could not be kept: ${error instanceof Error ? error.message : String(error)}`, EXIT.unwell);
  } finally {
    stop();
  }
}

async function runningOwner({ stateDir }: World, { config: { server } }: Settings): Promise<OwnerInfo | null> {
  const found = await probeOwner({ host: server.host, port: server.port, stateDir, patienceMs: 0 }).catch(() => null);
  return found?.kind === 'ours' ? found.owner : null;
}

const percentiles = z.object({ p50: z.number(), p90: z.number(), samples: z.number() }).nullable();
const measuredSchema = z.object({ calls: z.number(), availability: z.number(), first_content_s: percentiles, tokens_per_s: percentiles });
const listSchema = z.object({ data: z.array(z.object({ model: z.string().nullish(), upstream: z.string().nullish(), measured: measuredSchema.nullish() })) });
const reportSchema = z.object({ models: z.number(), sources: z.array(z.object({ name: z.string(), url: z.string(), models: z.number(), error: z.string().nullable() })) });

/** What the running gateway measured; nothing where none runs, or where it lets us read nothing. */
async function measuredBy(owner: OwnerInfo | null, { keyring }: Settings): Promise<Map<string, NonNullable<ModelEntry['measured']>>> {
  if (owner === null) return new Map();
  const token = keyring.serverToken();
  const list = await askOwner(owner, 'GET', '/v1/models', token.ok ? token.token : null, listSchema).catch(() => ({ data: [] }));
  return new Map(list.data.flatMap(({ model, upstream, measured }): [string, NonNullable<ModelEntry['measured']>][] => (model == null || upstream == null || measured == null ? [] : [[`${upstream}/${model}`, measured]])));
}

const keyOf = ({ upstream, model }: ModelEntry): string => `${upstream ?? ''}/${model ?? ''}`;

function row({ id, kind, context_window: context, pricing, capabilities, description, sources, measured }: ModelEntry): string[] {
  const can = Object.entries(capabilities).filter(([, able]) => able).map(([name]) => name.replace('_', '-'));
  return [
    oneLine(id), kind, context === null ? '-' : context.toLocaleString('en'), pricing === null ? '-' : `$${String(pricing.input_usd_per_1m)} / $${String(pricing.output_usd_per_1m)}`,
    oneLine(sources.pricing?.date ?? sources.pricing?.origin ?? '-'), can.join(' '), measuredText(measured), oneLine(description, 90),
  ];
}

/** `0.8 s, 92 tok/s, 99 % of 40`: medians, and the share of calls that answered. */
function measuredText(measured: ModelEntry['measured']): string {
  if (measured === null) return '-';
  const { calls, availability, first_content_s: first, tokens_per_s: speed } = measured;
  return [first === null ? '' : `${first.p50} s`, speed === null ? '' : `${speed.p50} tok/s`, `${(availability * 100).toFixed(0)} % of ${Math.round(calls)}`].filter((part) => part !== '').join(', ');
}
