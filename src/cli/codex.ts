import type { Command } from 'commander';
import { codex } from '../clients/codex.ts';
import { inspect } from '../clients/connect/connection.ts';
import { planConnect, readContent } from '../clients/connect/plan.ts';
import { valueAt } from '../clients/edit/data.ts';
import { keyVariable } from '../clients/endpoint.ts';
import { nearestName } from '../clients/list.ts';
import type { Call, Cli } from './command.ts';
import type { TargetOptions } from './client-target.ts';
import { targetOf } from './client-target.ts';
import type { ConnectOptions } from './connect.ts';
import { connectOne } from './connect.ts';
import { CliFailure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { columns, oneLine, write, writeJson } from './output.ts';
import { readSettings } from './settings.ts';
import type { World } from './world.ts';

type CodexOptions = TargetOptions & Pick<ConnectOptions, 'print'>;

export function addCodex(program: Command, cli: Cli): void {
  const group = program.command('codex').description('Codex: where it points, and which model of OpenFusion it asks for.');
  const sub = (name: string, description: string): Command => group.command(name).description(description)
    .option('--url <url>', 'address of the gateway (default: the one that runs, else by the configuration)')
    .option('--key-env <name>', 'environment variable that holds the gateway’s token, for Codex to read (default: by server.token)')
    .option('--file <file>', 'Codex’s config.toml, where it is not in its usual place');
  const change = (name: string, description: string): Command => sub(name, description).option('--print', 'show the diff and write nothing').option('--no-catalog', 'without the model catalog');
  sub('status', 'Show provider, model and mode of Codex, and what is missing.').action(cli.action<CodexOptions>((call) => status(call)));
  sub('snippet', 'Print what `connect codex` writes into config.toml.').option('--model <id>', 'model to ask for (default: openfusion/auto)').action(cli.action<CodexOptions>((call) => snippet(call)));
  change('enable-auto', 'Let Codex ask for openfusion/auto; connects it where it is not connected.').action(cli.action<CodexOptions>(({ world, options }) => connectOne({ world, options: { ...options, model: 'openfusion/auto' } }, codex)));
  change('enable-fusion', 'Let Codex ask for openfusion/fusion: always the panel.').action(cli.action<CodexOptions>(({ world, options }) => connectOne({ world, options: { ...options, model: 'openfusion/fusion' } }, codex)));
  change('use-role', 'Let Codex ask for one role, e.g. coder.').argument('<role>', 'a role of the configuration')
    .action(cli.action<CodexOptions, [string]>(async ({ world, options, args: [role] }) => connectOne({ world, options: { ...options, model: roleModel(await rolesOf(world, options), role) } }, codex)));
}

async function status({ world, options }: Call<CodexOptions>): Promise<undefined> {
  const target = await targetOf(world, options);
  const { endpoint, desk } = target;
  const { state, path, baseUrl, model, notes } = await inspect(codex, endpoint, desk);
  const [config] = codex.files(endpoint, desk.place);
  const data = state === 'broken' || config === undefined ? null : readContent(await desk.files.read(config.path), config.content);
  const shownModel = valueAt(data, ['model']) ?? null;
  const variable = String(valueAt(data, ['model_providers', 'openfusion', 'env_key']) ?? keyVariable(endpoint.key));
  const facts = {
    state, config: path, provider: valueAt(data, ['model_provider']) ?? null, model: shownModel, mode: modeOf(model), base_url: baseUrl,
    catalog: valueAt(data, ['model_catalog_json']) ?? null, key_variable: variable, key_set: (world.env[variable] ?? '') !== '', notes,
  };
  if (options.json === true) return writeJson(world, facts) as Promise<undefined>;
  const rows = Object.entries(facts).filter(([name]) => name !== 'notes').map(([name, value]) => [name, oneLine(value === null ? '-' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value))]);
  await write(world.stdout, `${[columns(rows), ...notes.map((note) => oneLine(note)), ...adviceOn(facts)].join('\n')}\n`);
  return undefined;
}

/** Auto, Fusion or a role; none while Codex asks somebody else. */
function modeOf(model: string | null): string | null {
  const name = model?.replace(/^openfusion\//, '');
  return name === undefined ? null : name === 'auto' || name === 'fusion' ? name : `role ${name}`;
}

function adviceOn({ state, key_set: keySet, key_variable: variable }: { state: string; key_set: boolean; key_variable: string }): string[] {
  if (state === 'broken') return [];
  if (state !== 'connected') return ['`openfusion codex enable-auto` points it at OpenFusion.'];
  return keySet ? [] : [`Codex wants ${variable} to be set where it starts; without a token any text will do.`];
}

async function snippet({ world, options }: Call<CodexOptions>): Promise<undefined> {
  const { endpoint, desk } = await targetOf(world, options);
  const [config] = codex.files(endpoint, desk.place);
  const text = config === undefined ? '' : planConnect(null, config.content, null).text;
  if (options.json === true) await writeJson(world, { path: config?.path ?? null, text });
  else await write(world.stdout, text);
  return undefined;
}

async function rolesOf(world: World, options: GlobalOptions): Promise<string[]> {
  return Object.keys((await readSettings(world, options)).config.roles);
}

function roleModel(roles: readonly string[], role: string): string {
  const name = role.replace(/^openfusion\//, '');
  if (roles.includes(name)) return `openfusion/${name}`;
  throw new CliFailure(`there is no role \`${name}\`; did you mean \`${nearestName(name, roles)}\`? Roles: ${roles.join(', ')}`);
}
